// RapidJSON's DOM, its memory pools reused.
#include "bench/parsers/parsers.h"
#include "bench/parsers/rapidjson_support.h"

namespace leadscan::bench {
namespace {

class RapidjsonDom {
 public:
  static constexpr std::string_view kName = "rapidjson_dom";
  static constexpr Origin kOrigin = {"RapidJSON", RAPIDJSON_VERSION_STRING, LEADSCAN_FLAGS};

  bool parse(const Document& json, LeadResponse& response) {
    RapidjsonDocument document(&values_.cleared(), 1024, &stack_.cleared());
    document.Parse(copy_.of(json));
    return !document.HasParseError() && DomLead<RapidjsonTree>::read(document, response);
  }

 private:
  ReusedCopy copy_;
  ReusedPool values_;
  ReusedPool stack_;
};

}  // namespace

std::unique_ptr<Adapter> make_rapidjson_dom() {
  return std::make_unique<AdapterOf<RapidjsonDom>>();
}

}  // namespace leadscan::bench
