// expects: nodiscard|unused-result
#include "leadscan/leadscan.h"

void warm(leadscan::Parser& parser) {
#ifdef TWIN
  if (!parser.reserve(1000)) return;
#else
  parser.reserve(1000);
#endif
}
