// simdjson's DOM: a reused parser, padded input without a copy.
#include <simdjson.h>

#include "bench/parsers/adapter.h"
#include "bench/parsers/dom_lead.h"
#include "bench/parsers/parsers.h"

namespace leadscan::bench {
namespace {

struct SimdjsonTree {
  using Node = simdjson::dom::element;

  static Kind kind(Node node) {
    switch (node.type()) {
      case simdjson::dom::element_type::NULL_VALUE:
        return Kind::null;
      case simdjson::dom::element_type::BOOL:
        return Kind::boolean;
      case simdjson::dom::element_type::INT64:
        return Kind::integer;
      case simdjson::dom::element_type::DOUBLE:
        return Kind::number;
      case simdjson::dom::element_type::STRING:
        return Kind::string;
      case simdjson::dom::element_type::OBJECT:
        return Kind::object;
      default:
        return Kind::other;
    }
  }
  static bool boolean(Node node) { return node.get_bool().value_unsafe(); }
  static std::int64_t integer(Node node) { return node.get_int64().value_unsafe(); }
  static double number(Node node) { return node.get_double().value_unsafe(); }
  static std::string_view string(Node node) { return node.get_string().value_unsafe(); }

  template <typename Use>
  static bool for_each_member(Node node, Use use) {
    const simdjson::dom::object object = node.get_object().value_unsafe();
    for (auto member = object.begin(); member != object.end(); ++member)
      if (!use(member.key(), member.value())) return false;
    return true;
  }
};

class SimdjsonDom {
 public:
  static constexpr std::string_view kName = "simdjson_dom";
  static constexpr Origin kOrigin = {"simdjson", SIMDJSON_VERSION, LEADSCAN_FLAGS};

  LEADSCAN_FLATTEN bool parse(const Document& json, LeadResponse& response) {
    simdjson::dom::element root;
    constexpr bool kCopy = false;
    return parser_.parse(json.data, json.size, kCopy).get(root) == simdjson::SUCCESS &&
           DomLead<SimdjsonTree>::read(root, response);
  }

 private:
  simdjson::dom::parser parser_;
};

}  // namespace

std::unique_ptr<Adapter> make_simdjson_dom() { return std::make_unique<AdapterOf<SimdjsonDom>>(); }

}  // namespace leadscan::bench
