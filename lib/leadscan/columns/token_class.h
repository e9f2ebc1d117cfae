// What a token is, from its first byte.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "leadscan/json/characters.h"

namespace leadscan::internal {

// In four bits, so that a table of 16 bytes tells something of each.
enum class TokenClass : std::uint8_t {
  other,  // nothing that JSON has
  open_object,
  close_object,
  open_array,
  close_array,
  colon,
  comma,
  open_quote,
  number,  // from here on scalars
  true_literal,
  false_literal,
  null_literal,  // up to here
  line_end,
  close_quote,
};
inline constexpr std::size_t kTokenClasses = 16;

constexpr std::uint8_t byte_of(TokenClass c) { return static_cast<std::uint8_t>(c); }

// Of each ASCII byte: the class of a token that begins with it, and what else it is.
struct ByteTable {
  static constexpr std::uint8_t kClass = 0x0F;
  static constexpr std::uint8_t kOperator = 0x10;   // a token by itself, outside of strings
  static constexpr std::uint8_t kSpace = 0x20;      // white space, but LF
  static constexpr std::uint8_t kControl = 0x40;    // not to be in strings
  static constexpr std::uint8_t kEscapable = 0x80;  // may be behind a backslash

  constexpr ByteTable() {
    const auto set = [this](std::string_view characters, std::uint8_t bits) {
      for (const char c : characters) {
        std::uint8_t& entry = bytes[static_cast<unsigned char>(c)];
        entry = static_cast<std::uint8_t>(entry | bits);
      }
    };
    const auto is = [&](std::string_view characters, TokenClass c) { set(characters, byte_of(c)); };
    using enum TokenClass;
    is("{", open_object);
    is("}", close_object);
    is("[", open_array);
    is("]", close_array);
    is(":", colon);
    is(",", comma);
    is("\"", open_quote);
    is("-0123456789", number);
    is("t", true_literal);
    is("f", false_literal);
    is("n", null_literal);
    is("\n", line_end);
    set(kStructure, kOperator);
    set("\n", kOperator);
    set(kWhiteSpace, kSpace);
    bytes['\n'] = static_cast<std::uint8_t>(bytes['\n'] & ~kSpace);
    for (std::size_t c = 0; c < 0x20; ++c)
      bytes[c] = static_cast<std::uint8_t>(bytes[c] | kControl);
    set(kEscapes, kEscapable);
  }

  alignas(64) std::array<std::uint8_t, 128> bytes{};
};
inline constexpr ByteTable kByteTable;

}  // namespace leadscan::internal
