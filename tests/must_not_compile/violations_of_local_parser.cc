// clang expects: Wreturn-stack-address
#include <span>
#include <string_view>

#include "leadscan/leadscan.h"

#ifdef TWIN
std::span<const leadscan::Violation> check(leadscan::Parser& parser, std::string_view json) {
#else
std::span<const leadscan::Violation> check(std::string_view json) {
  leadscan::Parser parser;
#endif
  leadscan::LeadResponse response;
  if (!parser.parse(json, response)) return {};
  return parser.violations();
}
