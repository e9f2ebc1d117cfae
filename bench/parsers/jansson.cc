// Jansson, Debian's: json_loadb() ("Decoding" of its API reference) with the flags for what the
// others do as well: a second member of a name is an error, a NUL in a text is none.
#include "bench/parsers/parsers.h"

#if __has_include(<jansson.h>)

#include <jansson.h>

#include "bench/parsers/adapter.h"
#include "bench/parsers/dom_lead.h"

namespace leadscan::bench {
namespace {

struct JanssonTree {
  using Node = json_t*;

  static Kind kind(Node node) {
    switch (json_typeof(node)) {
      case JSON_NULL:
        return Kind::null;
      case JSON_FALSE:
      case JSON_TRUE:
        return Kind::boolean;
      case JSON_INTEGER:
        return Kind::integer;
      case JSON_REAL:
        return Kind::number;
      case JSON_STRING:
        return Kind::string;
      case JSON_OBJECT:
        return Kind::object;
      default:
        return Kind::other;
    }
  }
  static bool boolean(Node node) { return json_is_true(node); }
  static std::int64_t integer(Node node) { return json_integer_value(node); }
  static double number(Node node) { return json_real_value(node); }
  static std::string_view string(Node node) {
    return {json_string_value(node), json_string_length(node)};
  }

  template <typename Use>
  static bool for_each_member(Node node, Use use) {
    for (void* at = json_object_iter(node); at != nullptr; at = json_object_iter_next(node, at))
      if (!use(json_object_iter_key(at), json_object_iter_value(at))) return false;
    return true;
  }
};

class Jansson {
 public:
  static constexpr std::string_view kName = "jansson";
  static constexpr Origin kOrigin = {"Jansson", JANSSON_VERSION, "Debian's"};

  bool parse(const Document& json, LeadResponse& response) {
    json_error_t error;
    root_.reset(json_loadb(json.data, json.size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error));
    return root_ != nullptr && DomLead<JanssonTree>::read(root_.get(), response);
  }

 private:
  struct Free {
    void operator()(json_t* tree) const { json_decref(tree); }
  };
  std::unique_ptr<json_t, Free> root_;  // holds the strings
};

}  // namespace

std::unique_ptr<Adapter> make_jansson() { return std::make_unique<AdapterOf<Jansson>>(); }

}  // namespace leadscan::bench

#else

#include "bench/parsers/absent.h"

namespace leadscan::bench {

std::unique_ptr<Adapter> make_jansson() {
  return std::make_unique<Absent>("jansson", "not installed (apt-get install libjansson-dev)");
}

}  // namespace leadscan::bench

#endif
