// Boost.JSON: one parser, and a monotonic resource on memory that is used again for every document.
#include <boost/json.hpp>
#include <boost/version.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "bench/parsers/adapter.h"
#include "bench/parsers/dom_lead.h"
#include "bench/parsers/parsers.h"

namespace leadscan::bench {
namespace {

struct BoostTree {
  using Node = const boost::json::value&;

  static Kind kind(Node node) {
    switch (node.kind()) {
      case boost::json::kind::null:
        return Kind::null;
      case boost::json::kind::bool_:
        return Kind::boolean;
      case boost::json::kind::int64:
        return Kind::integer;
      case boost::json::kind::double_:
        return Kind::number;
      case boost::json::kind::string:
        return Kind::string;
      case boost::json::kind::object:
        return Kind::object;
      default:  // uint64: only where int64 does not suffice
        return Kind::other;
    }
  }
  static bool boolean(Node node) { return *node.if_bool(); }
  static std::int64_t integer(Node node) { return *node.if_int64(); }
  static double number(Node node) { return *node.if_double(); }
  static std::string_view string(Node node) {
    const boost::json::string& text = *node.if_string();
    return {text.data(), text.size()};
  }

  template <typename Use>
  static bool for_each_member(Node node, Use use) {
    for (const boost::json::key_value_pair& member : *node.if_object())
      if (!use({member.key().data(), member.key().size()}, member.value())) return false;
    return true;
  }
};

class BoostJson {
 public:
  static constexpr std::string_view kName = "boost_json";
  static constexpr Origin kOrigin = {"Boost.JSON", BOOST_LIB_VERSION, LEADSCAN_FLAGS};

  bool parse(const Document& json, LeadResponse& response) {
    root_.reset();
    parser_.reset();  // of a document that was none it has parts
    // Anew, which costs nothing: after release() its blocks would go on doubling in size.
    const std::size_t least = kFactor * json.size;
    if (memory_.size() < least) memory_.resize(least);
    resource_.emplace(memory_.data(), memory_.size());
    parser_.reset(&*resource_);
    boost::json::error_code error;
    parser_.write(json.data, json.size, error);
    if (error) return false;
    root_.emplace(parser_.release());
    return DomLead<BoostTree>::read(*root_, response);
  }

 private:
  static constexpr std::size_t kFactor = 8;  // most trees take less than that times their text

  std::vector<unsigned char> memory_ = std::vector<unsigned char>(65536);
  std::vector<unsigned char> stack_ = std::vector<unsigned char>(16384);
  std::optional<boost::json::monotonic_resource> resource_;
  boost::json::parser parser_{boost::json::storage_ptr(), boost::json::parse_options(),
                              stack_.data(), stack_.size()};
  std::optional<boost::json::value> root_;  // holds the strings
};

}  // namespace

std::unique_ptr<Adapter> make_boost_json() { return std::make_unique<AdapterOf<BoostJson>>(); }

}  // namespace leadscan::bench
