// clang expects: Wdangling
#include <optional>
#include <span>
#include <string_view>

#include "leadscan/leadscan.h"

leadscan::Text read();

bool show(std::span<char> memory) {
#ifdef TWIN
  const leadscan::Text text = read();
  const std::optional<std::string_view> view = text.decode(memory);
#else
  const std::optional<std::string_view> view = read().decode(memory);
#endif
  return view.has_value();
}
