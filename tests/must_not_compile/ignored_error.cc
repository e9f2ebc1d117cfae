// expects: nodiscard|unused-result
#include <string_view>

#include "leadscan/leadscan.h"

bool read(leadscan::Parser& parser, std::string_view json, leadscan::LeadResponse& response) {
#ifdef TWIN
  if (parser.parse(json, response)) return false;
#else
  parser.parse(json, response);
#endif
  return response.family == leadscan::Family::created;
}
