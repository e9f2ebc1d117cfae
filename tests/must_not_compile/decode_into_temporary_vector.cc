// expects: no matching function|could not convert|cannot convert|no viable
#include <optional>
#include <string_view>
#include <vector>

#include "leadscan/leadscan.h"

std::optional<std::string_view> show(const leadscan::Text& text) {
#ifdef TWIN
  static std::vector<char> memory(text.raw().size());
  return text.decode(memory);
#else
  return text.decode(std::vector<char>(text.raw().size()));
#endif
}
