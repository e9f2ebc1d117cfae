// simdjson On-Demand, the rival: a reused parser, padded input, no copies.
#include "bench/parsers/adapter.h"
#include "bench/parsers/parsers.h"
#include "bench/parsers/simdjson_lead.h"

namespace leadscan::bench {
namespace {

class SimdjsonOnDemand {
 public:
  static constexpr std::string_view kName = "simdjson_ondemand";
  static constexpr Origin kOrigin = {"simdjson", SIMDJSON_VERSION, LEADSCAN_FLAGS};

  // Flat: gcc would leave calls between the levels of members, which cost a tenth of the time.
  LEADSCAN_FLATTEN bool parse(const Document& json, LeadResponse& response) {
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    bool valid = false;
    return parser_.iterate(simdjson::padded_string_view(json.data, json.size, json.capacity))
                   .get(document) == simdjson::SUCCESS &&
           document.get_object().get(object) == simdjson::SUCCESS &&
           OnDemandLead::read(object, response, valid) && document.at_end();
  }

 private:
  simdjson::ondemand::parser parser_;
};

}  // namespace

std::unique_ptr<Adapter> make_simdjson_ondemand() {
  return std::make_unique<AdapterOf<SimdjsonOnDemand>>();
}

}  // namespace leadscan::bench
