// expects: cannot convert|no viable|could not convert
#include "leadscan/leadscan.h"

int code(const leadscan::Error& error) {
#ifdef TWIN
  return static_cast<int>(error.code);
#else
  return error;
#endif
}
