// Fuzz target: the parser against the reading of the same rules in tests/reference_dom, which
// shares no code with it.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "leadscan/leadscan.h"
#include "tests/reference_dom.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  leadscan::Parser parser;
  leadscan::LeadResponse response;
  const leadscan::Error error = parser.parse(json, response);
  const std::string found = leadscan::testing::difference(leadscan::testing::read_reference(json),
                                                          error, response, parser.violations());
  if (!found.empty()) {
    std::fprintf(stderr, "%s", found.c_str());
    std::abort();
  }
  return 0;
}
