// expects: deleted
#include <string>

#include "leadscan/leadscan.h"

std::string body();

leadscan::Error read(leadscan::Parser& parser, leadscan::LeadResponse& response) {
#ifdef TWIN
  static const std::string kept = body();
  return parser.parse(kept, response);
#else
  return parser.parse(body(), response);
#endif
}
