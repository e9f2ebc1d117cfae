// clang expects: Wdangling
#include "leadscan/leadscan.h"

leadscan::Parser make();

std::size_t count() {
#ifdef TWIN
  const leadscan::Parser parser = make();
  std::size_t violations = 0;
  for ([[maybe_unused]] const leadscan::Violation& violation : parser.violations()) ++violations;
#else
  std::size_t violations = 0;
  for ([[maybe_unused]] const leadscan::Violation& violation : make().violations()) ++violations;
#endif
  return violations;
}
