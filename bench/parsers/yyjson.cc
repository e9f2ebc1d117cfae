// yyjson: a pool of memory that is used again for every document, so that nothing is allocated. It
// copies the text itself, since it decodes strings in place.
#include "bench/parsers/adapter.h"
#include "bench/parsers/parsers.h"

#if __has_include(<yyjson.h>)

#include <yyjson.h>

#include <algorithm>
#include <vector>

#include "bench/parsers/dom_lead.h"

namespace leadscan::bench {
namespace {

struct YyjsonTree {
  using Node = yyjson_val*;

  static Kind kind(Node node) {
    switch (yyjson_get_tag(node)) {
      case YYJSON_TYPE_NULL | YYJSON_SUBTYPE_NONE:
        return Kind::null;
      case YYJSON_TYPE_BOOL | YYJSON_SUBTYPE_TRUE:
      case YYJSON_TYPE_BOOL | YYJSON_SUBTYPE_FALSE:
        return Kind::boolean;
      case YYJSON_TYPE_NUM | YYJSON_SUBTYPE_SINT:
        return Kind::integer;
      case YYJSON_TYPE_NUM | YYJSON_SUBTYPE_UINT:
        return yyjson_get_uint(node) <= INT64_MAX ? Kind::integer : Kind::other;
      case YYJSON_TYPE_NUM | YYJSON_SUBTYPE_REAL:
        return Kind::number;
      case YYJSON_TYPE_OBJ | YYJSON_SUBTYPE_NONE:
        return Kind::object;
      default:
        return yyjson_is_str(node) ? Kind::string : Kind::other;
    }
  }
  static bool boolean(Node node) { return yyjson_get_bool(node); }
  static std::int64_t integer(Node node) { return yyjson_get_sint(node); }
  static double number(Node node) { return yyjson_get_real(node); }
  static std::string_view string(Node node) { return {yyjson_get_str(node), yyjson_get_len(node)}; }

  template <typename Use>
  static bool for_each_member(Node node, Use use) {
    yyjson_obj_iter members;
    yyjson_obj_iter_init(node, &members);
    while (yyjson_val* name = yyjson_obj_iter_next(&members))
      if (!use(string(name), yyjson_obj_iter_get_val(name))) return false;
    return true;
  }
};

class Yyjson {
 public:
  static constexpr std::string_view kName = "yyjson";
  static constexpr Origin kOrigin = {"yyjson", YYJSON_VERSION_STRING, LEADSCAN_FLAGS};

  bool parse(const Document& json, LeadResponse& response) {
    const std::size_t most = yyjson_read_max_memory_usage(json.size, YYJSON_READ_NOFLAG);
    if (pool_.size() < most) pool_.resize(2 * most);
    yyjson_alc allocator;
    yyjson_alc_pool_init(&allocator, pool_.data(), pool_.size());
    // The text is not written to without YYJSON_READ_INSITU.
    yyjson_doc* document = yyjson_read_opts(const_cast<char*>(json.data), json.size,
                                            YYJSON_READ_NOFLAG, &allocator, nullptr);
    return document != nullptr &&
           DomLead<YyjsonTree>::read(yyjson_doc_get_root(document), response);
  }

 private:
  std::vector<char> pool_ = std::vector<char>(65536);
};

}  // namespace

std::unique_ptr<Adapter> make_yyjson() { return std::make_unique<AdapterOf<Yyjson>>(); }

}  // namespace leadscan::bench

#else

#include "bench/parsers/absent.h"

namespace leadscan::bench {

std::unique_ptr<Adapter> make_yyjson() {
  return std::make_unique<Absent>("yyjson", "no source of yyjson at build time");
}

}  // namespace leadscan::bench

#endif
