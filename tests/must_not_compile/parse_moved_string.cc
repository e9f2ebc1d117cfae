// expects: deleted
#include <string>
#include <utility>

#include "leadscan/leadscan.h"

leadscan::Error read(leadscan::Parser& parser, std::string& body,
                     leadscan::LeadResponse& response) {
#ifdef TWIN
  return parser.parse(body, response);
#else
  return parser.parse(std::move(body), response);
#endif
}
