// expects: no matching function|could not convert|cannot convert|no viable
#include <optional>
#include <string>
#include <string_view>

#include "leadscan/leadscan.h"

#ifdef TWIN
std::optional<std::string_view> show(const leadscan::Text& text, std::string& memory) {
#else
std::optional<std::string_view> show(const leadscan::Text& text, const std::string& memory) {
#endif
  return text.decode(memory);
}
