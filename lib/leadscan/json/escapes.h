// Escapes in strings (RFC 8259, section 7).
#pragma once

#include <cstddef>

#include "leadscan/json/characters.h"

namespace leadscan::internal {

// What a simple escape stands for: `c` is the character behind the backslash.
constexpr char escaped_character(char c) {
  constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
  return kMeant[kSimpleEscapes.find(c)];
}

// The code unit of the four digits at p, or -1.
inline int code_unit(const char* p) noexcept {
  int unit = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = hex_value(static_cast<unsigned char>(p[i]));
    if (digit < 0) return -1;
    unit = unit << 4 | digit;
  }
  return unit;
}

// The length of the escape at p, where a backslash is; 0 if JSON has no such escape, or if it
// is half of a surrogate pair, which decodes to no character.
inline std::size_t escape_length(const char* p, const char* end) noexcept {
  if (end - p < 2) return 0;
  if (kIsSimpleEscape.contains(static_cast<unsigned char>(p[1]))) return 2;
  if (p[1] != 'u') return 0;
  if (end - p < 6) return 0;
  const int unit = code_unit(p + 2);
  if (unit < 0 || (unit >= 0xDC00 && unit <= 0xDFFF)) return 0;
  if (unit < 0xD800 || unit > 0xDBFF) return 6;
  if (end - p < 12 || p[6] != '\\' || p[7] != 'u') return 0;
  const int low = code_unit(p + 8);
  return low >= 0xDC00 && low <= 0xDFFF ? 12 : 0;
}

}  // namespace leadscan::internal
