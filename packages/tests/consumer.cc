// A program outside of the tree, as an embedder has it: exits with 0 if the library reads, refuses
// and tells its version. Compiled with -fno-exceptions -fno-rtti, and all warnings.
#include <cstdio>
#include <string>
#include <string_view>

#if defined(LEADSCAN_DROPPED_IN)
#include <leadscan.h>
#else
#include "leadscan/leadscan.h"
#endif

int main() {
  constexpr std::string_view kBody =
      R"({"dsLeadOpportunityId":"7KQD-M2X41B","action":"create",)"
      R"("partnerLeadOpportunityId":"OPPY-77","info":{"success":true,"statusCode":201}})";
  leadscan::Parser parser;
  leadscan::LeadResponse response;
  for (int i = 0; i < 4; ++i) {  // the last ones by a layout that was learned
    if (parser.parse(kBody, response)) return 1;
    if (response.family != leadscan::Family::created || response.status_code != 201) return 2;
    if (response.ds_lead_opportunity_id.raw() != "7KQD-M2X41B") return 3;
  }
  if (parser.statistics().template_hits == 0) return 4;
  constexpr std::string_view kCut = R"({"action":"create")";
  const leadscan::Error error = parser.parse(kCut, response);
  if (error.code != leadscan::ErrorCode::truncated || error.offset != kCut.size()) return 5;
  if (leadscan::render(kCut, error).find("line 1, column 19") == std::string::npos) return 6;
  std::puts(LEADSCAN_VERSION);
  static_assert(LEADSCAN_VERSION_NUMBER >= 100);
}
