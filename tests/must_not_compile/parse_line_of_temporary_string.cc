// expects: deleted
#include <string>

#include "leadscan/leadscan.h"

std::string archive();

leadscan::Error first(leadscan::Parser& parser, leadscan::LeadResponse& response) {
  std::size_t size = 0;
#ifdef TWIN
  static const std::string kept = archive();
  return parser.parse_line(kept, response, size);
#else
  return parser.parse_line(archive(), response, size);
#endif
}
