// clang expects: Wdangling
#include <string_view>

#include "leadscan/leadscan.h"

leadscan::LeadResponse read();

std::size_t show() {
#ifdef TWIN
  const leadscan::LeadResponse response = read();
  const std::string_view view = response.action.raw();
#else
  const std::string_view view = read().action.raw();
#endif
  return view.size();
}
