// nlohmann/json: errors as a discarded value rather than as exceptions.
#include "bench/parsers/adapter.h"
#include "bench/parsers/dom_lead.h"
#include "bench/parsers/nlohmann_support.h"
#include "bench/parsers/parsers.h"

namespace leadscan::bench {
namespace {

struct NlohmannTree {
  using Node = const nlohmann::json&;

  static Kind kind(Node node) {
    switch (node.type()) {
      case nlohmann::json::value_t::null:
        return Kind::null;
      case nlohmann::json::value_t::boolean:
        return Kind::boolean;
      case nlohmann::json::value_t::number_integer:
        return Kind::integer;
      case nlohmann::json::value_t::number_unsigned:
        return node.get_ref<const std::uint64_t&>() <= INT64_MAX ? Kind::integer : Kind::other;
      case nlohmann::json::value_t::number_float:
        return Kind::number;
      case nlohmann::json::value_t::string:
        return Kind::string;
      case nlohmann::json::value_t::object:
        return Kind::object;
      default:
        return Kind::other;
    }
  }
  static bool boolean(Node node) { return node.get<bool>(); }
  static std::int64_t integer(Node node) { return node.get<std::int64_t>(); }
  static double number(Node node) { return node.get<double>(); }
  static std::string_view string(Node node) { return node.get_ref<const std::string&>(); }

  template <typename Use>
  static bool for_each_member(Node node, Use use) {
    for (const auto& [name, value] : node.get_ref<const nlohmann::json::object_t&>())
      if (!use(name, value)) return false;
    return true;
  }
};

class Nlohmann {
 public:
  static constexpr std::string_view kName = "nlohmann";
  static constexpr Origin kOrigin = {"nlohmann/json", NLOHMANN_VERSION, LEADSCAN_FLAGS};

  bool parse(const Document& json, LeadResponse& response) {
    constexpr bool kThrow = false;
    root_ = nlohmann::json::parse(json.data, json.data + json.size, nullptr, kThrow);
    return !root_.is_discarded() && DomLead<NlohmannTree>::read(root_, response);
  }

 private:
  nlohmann::json root_;  // holds the strings
};

}  // namespace

std::unique_ptr<Adapter> make_nlohmann() { return std::make_unique<AdapterOf<Nlohmann>>(); }

}  // namespace leadscan::bench
