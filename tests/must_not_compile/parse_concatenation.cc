// expects: deleted
#include <string>

#include "leadscan/leadscan.h"

leadscan::Error read(leadscan::Parser& parser, std::string& head, const std::string& tail,
                     leadscan::LeadResponse& response) {
#ifdef TWIN
  head += tail;
  return parser.parse(head, response);
#else
  return parser.parse(head + tail, response);
#endif
}
