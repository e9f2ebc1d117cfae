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

// Up to 4 bytes at `out`; how many.
inline std::size_t encode_utf8(unsigned code_point, char* out) noexcept {
  const auto byte = [](unsigned value) { return static_cast<char>(value); };
  if (code_point < 0x80) {
    out[0] = byte(code_point);
    return 1;
  }
  if (code_point < 0x800) {
    out[0] = byte(0xC0 | code_point >> 6);
    out[1] = byte(0x80 | (code_point & 0x3F));
    return 2;
  }
  if (code_point < 0x10000) {
    out[0] = byte(0xE0 | code_point >> 12);
    out[1] = byte(0x80 | (code_point >> 6 & 0x3F));
    out[2] = byte(0x80 | (code_point & 0x3F));
    return 3;
  }
  out[0] = byte(0xF0 | code_point >> 18);
  out[1] = byte(0x80 | (code_point >> 12 & 0x3F));
  out[2] = byte(0x80 | (code_point >> 6 & 0x3F));
  out[3] = byte(0x80 | (code_point & 0x3F));
  return 4;
}

}  // namespace leadscan::internal
