// clang expects: Wdangling
#include <string>
#include <string_view>

#include "leadscan/leadscan.h"

std::string body();

std::size_t show() {
#ifdef TWIN
  const std::string kept = body();
  const leadscan::Text text = leadscan::Text::string(kept, false);
  const std::string_view view = text.raw();
#else
  const std::string_view view = leadscan::Text::string(body(), false).raw();
#endif
  return view.size();
}
