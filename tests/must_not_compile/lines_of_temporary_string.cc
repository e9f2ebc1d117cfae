// expects: deleted
#include <string>

#include "leadscan/leadscan.h"

std::string archive();

int count() {
#ifdef TWIN
  const std::string kept = archive();
  leadscan::Lines lines(kept);
#else
  leadscan::Lines lines(archive());
#endif
  leadscan::PaddedBytes line;
  int records = 0;
  while (lines.next(line)) ++records;
  return records;
}
