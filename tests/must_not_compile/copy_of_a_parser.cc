// expects: deleted
#include <utility>

#include "leadscan/leadscan.h"

leadscan::Parser second(leadscan::Parser& first) {
#ifdef TWIN
  return std::move(first);
#else
  return first;
#endif
}
