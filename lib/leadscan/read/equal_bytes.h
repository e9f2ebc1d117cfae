// Comparison with a constant, in words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace leadscan::internal {

// Whether Size bytes at `a` are those at `b`. Not memcmp: gcc calls the
// function, instead of comparing words, in code that it expects to run rarely.
template <std::size_t Size>
[[gnu::always_inline]] inline bool equal_bytes(const char* a, const char* b) noexcept {
  using Word = std::conditional_t<(Size < 4), std::uint8_t,
                                  std::conditional_t<(Size < 8), std::uint32_t, std::uint64_t>>;
  Word difference = 0;
  const auto compare = [&](std::size_t at) __attribute__((always_inline)) {
    Word word_a, word_b;
    std::memcpy(&word_a, a + at, sizeof(Word));
    std::memcpy(&word_b, b + at, sizeof(Word));
    difference = static_cast<Word>(difference | (word_a ^ word_b));
  };
  for (std::size_t at = 0; at + sizeof(Word) <= Size; at += sizeof(Word)) compare(at);
  if constexpr (Size % sizeof(Word) != 0) compare(Size - sizeof(Word));
  return difference == 0;
}

}  // namespace leadscan::internal
