// Escapes in strings (RFC 8259, section 7).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

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

// Looks at escapes in the order of a text: whether each \u is one of a character.
class UnicodeEscapes {
 public:
  constexpr explicit UnicodeEscapes(std::string_view text) noexcept : text_(text) {}

  // Of the u at every bit that is set, counted from `begin`, unless it is the second of a pair.
  // Calls wrong(at) with the place of each that is no character's, until that returns false;
  // whether it never did.
  template <typename Wrong>
  bool check(std::size_t begin, std::uint64_t bits, Wrong wrong) noexcept {
    for (; bits != 0; bits &= bits - 1) {
      const std::size_t u = begin + static_cast<std::size_t>(std::countr_zero(bits));
      if (u < next_) continue;
      const std::size_t length = escape_length(text_.data() + u - 1, text_.data() + text_.size());
      if (length == 0 && !wrong(u)) return false;
      next_ = u - 1 + length;
    }
    return true;
  }

 private:
  std::string_view text_;
  std::size_t next_ = 0;  // behind the last escape, which may be a pair
};

}  // namespace leadscan::internal
