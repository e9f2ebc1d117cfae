// json-c, Debian's: one tokener that is reset for every document, strict, as its json_tokener.h
// says (JSON_TOKENER_STRICT, and JSON_TOKENER_VALIDATE_UTF8, without which it takes any bytes).
#include "bench/parsers/parsers.h"

#if __has_include(<json-c/json.h>)

#include <json-c/json.h>

#include "bench/parsers/adapter.h"
#include "bench/parsers/dom_lead.h"

namespace leadscan::bench {
namespace {

struct JsonCTree {
  using Node = json_object*;

  static Kind kind(Node node) {
    switch (json_object_get_type(node)) {
      case json_type_null:
        return Kind::null;
      case json_type_boolean:
        return Kind::boolean;
      case json_type_double:
        return Kind::number;
      case json_type_int:
        // Larger ones become the largest there is.
        return json_object_get_uint64(node) > INT64_MAX && json_object_get_int64(node) > 0
                   ? Kind::other
                   : Kind::integer;
      case json_type_string:
        return Kind::string;
      case json_type_object:
        return Kind::object;
      default:
        return Kind::other;
    }
  }
  static bool boolean(Node node) { return json_object_get_boolean(node) != 0; }
  static std::int64_t integer(Node node) { return json_object_get_int64(node); }
  static double number(Node node) { return json_object_get_double(node); }
  static std::string_view string(Node node) {
    return {json_object_get_string(node),
            static_cast<std::size_t>(json_object_get_string_len(node))};
  }

  template <typename Use>
  static bool for_each_member(Node node, Use use) {
    for (const lh_entry* member = json_object_get_object(node)->head; member != nullptr;
         member = member->next)
      if (!use(static_cast<const char*>(member->k),
               static_cast<json_object*>(const_cast<void*>(member->v))))
        return false;
    return true;
  }
};

class JsonC {
 public:
  static constexpr std::string_view kName = "json_c";
  static constexpr Origin kOrigin = {"json-c", JSON_C_VERSION, "Debian's"};

  JsonC() {
    json_tokener_set_flags(tokener_.get(), JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
  }

  bool parse(const Document& json, LeadResponse& response) {
    json_tokener_reset(tokener_.get());
    root_.reset(json_tokener_parse_ex(tokener_.get(), json.data, static_cast<int>(json.size)));
    // In strict mode what is behind the document is an error, white space apart.
    return json_tokener_get_error(tokener_.get()) == json_tokener_success &&
           DomLead<JsonCTree>::read(root_.get(), response);
  }

 private:
  static constexpr int kDepth = 1024;
  struct Free {
    void operator()(json_tokener* tokener) const { json_tokener_free(tokener); }
    void operator()(json_object* object) const { json_object_put(object); }
  };
  std::unique_ptr<json_tokener, Free> tokener_{json_tokener_new_ex(kDepth)};
  std::unique_ptr<json_object, Free> root_;  // holds the strings
};

}  // namespace

std::unique_ptr<Adapter> make_json_c() { return std::make_unique<AdapterOf<JsonC>>(); }

}  // namespace leadscan::bench

#else

#include "bench/parsers/absent.h"

namespace leadscan::bench {

std::unique_ptr<Adapter> make_json_c() {
  return std::make_unique<Absent>("json_c", "not installed (apt-get install libjson-c-dev)");
}

}  // namespace leadscan::bench

#endif
