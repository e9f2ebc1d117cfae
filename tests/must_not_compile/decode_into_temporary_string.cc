// expects: no matching function|could not convert|cannot convert|no viable
#include <optional>
#include <string>
#include <string_view>

#include "leadscan/leadscan.h"

std::optional<std::string_view> show(const leadscan::Text& text) {
#ifdef TWIN
  static std::string memory(100, '\0');
  return text.decode(memory);
#else
  return text.decode(std::string(100, '\0'));
#endif
}
