// RapidJSON's DOM, its strings decoded in place.
#include "bench/parsers/parsers.h"
#include "bench/parsers/rapidjson_support.h"

namespace leadscan::bench {
namespace {

class RapidjsonInsitu {
 public:
  static constexpr std::string_view kName = "rapidjson_insitu";
  static constexpr Origin kOrigin = {"RapidJSON", RAPIDJSON_VERSION_STRING, LEADSCAN_FLAGS};

  LEADSCAN_FLATTEN bool parse(const Document& json, LeadResponse& response) {
    RapidjsonDocument document(&values_.cleared(), 1024, &stack_.cleared());
    document.ParseInsitu(copy_.of(json));
    return !document.HasParseError() && DomLead<RapidjsonTree>::read(document, response);
  }

 private:
  ReusedCopy copy_;
  ReusedPool values_;
  ReusedPool stack_;
};

}  // namespace

std::unique_ptr<Adapter> make_rapidjson_insitu() {
  return std::make_unique<AdapterOf<RapidjsonInsitu>>();
}

}  // namespace leadscan::bench
