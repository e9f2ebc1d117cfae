// What single bytes are in JSON (RFC 8259), each set once: the scanner, the readers and the
// kernels' look-up tables are made from these.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace leadscan::internal {

inline constexpr std::string_view kWhiteSpace = " \t\n\r";
inline constexpr std::string_view kStructure = "{}[]:,";
// What may follow a backslash; of \uXXXX only the u.
inline constexpr std::string_view kEscapes = "u\"\\/bfnrt";
inline constexpr std::string_view kSimpleEscapes = kEscapes.substr(1);

// A table rather than comparisons: which character comes is hard to predict.
class CharacterSet {
 public:
  template <typename... Sets>
  constexpr explicit CharacterSet(const Sets&... sets) {
    (add(sets), ...);
  }
  constexpr bool contains(unsigned char c) const { return has_[c]; }

 private:
  constexpr void add(std::string_view set) {
    for (const char c : set) has_[static_cast<unsigned char>(c)] = true;
  }
  constexpr void add(const CharacterSet& set) {
    for (std::size_t c = 0; c < has_.size(); ++c) has_[c] |= set.has_[c];
  }
  std::array<bool, 256> has_{};
};

inline constexpr CharacterSet kIsSimpleEscape{kSimpleEscapes};
// What may follow a number or literal, of which the grammar then refuses some. Not a quote:
// simdjson makes no token of a string that touches a scalar.
inline constexpr CharacterSet kEndsScalar{kWhiteSpace, kStructure};

inline constexpr CharacterSet kIsWhiteSpace{kWhiteSpace};
constexpr bool is_white_space(unsigned char c) { return kIsWhiteSpace.contains(c); }
constexpr bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }

inline constexpr std::string_view kHexDigits = "0123456789abcdef";  // as they are written here

// The value of a hexadecimal digit of either case, or -1.
constexpr int hex_value(unsigned char c) {
  if (is_digit(c)) return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace leadscan::internal
