// Sets of characters as tables by four bits of a byte, which is what 16-byte look-ups take.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace leadscan::internal {

using NibbleTable = std::array<std::uint8_t, 16>;

// By the low four bits: the one character, with `bits` set, that may have them. For sets in which
// no two characters share them once `bits` are set.
constexpr NibbleTable by_low_nibble(std::string_view set, std::uint8_t bits = 0) {
  NibbleTable table{};
  for (const char c : set) {
    const auto byte = static_cast<std::uint8_t>(static_cast<std::uint8_t>(c) | bits);
    // Not a constant expression if two characters want one place: does not compile then.
    if (table[byte & 15] != 0 && table[byte & 15] != byte) __builtin_abort();
    table[byte & 15] = byte;
  }
  return table;
}

// A byte is in the set if the entries for its low and for its high four bits share a bit.
struct NibbleSets {
  alignas(16) NibbleTable low{};
  alignas(16) NibbleTable high{};
};
constexpr NibbleSets nibble_sets(std::string_view set) {
  NibbleSets sets;
  unsigned groups = 0;  // a bit for each value of the high four bits
  for (const char c : set) {
    const auto byte = static_cast<std::uint8_t>(c);
    std::uint8_t& group = sets.high[byte >> 4];
    if (group == 0) group = static_cast<std::uint8_t>(1u << groups++);
    if (group == 0) __builtin_abort();  // more than eight: does not compile
    sets.low[byte & 15] = static_cast<std::uint8_t>(sets.low[byte & 15] | group);
  }
  return sets;
}

}  // namespace leadscan::internal
