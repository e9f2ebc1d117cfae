// expects: deleted
#include <string_view>
#include <vector>

#include "leadscan/leadscan.h"

std::vector<char> body();

leadscan::Error read(leadscan::Parser& parser, leadscan::LeadResponse& response) {
#ifdef TWIN
  static const std::vector<char> kept = body();
  return parser.parse(std::string_view(kept.data(), kept.size()), response);
#else
  return parser.parse(body(), response);
#endif
}
