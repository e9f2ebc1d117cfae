// A document as blocks of 64 bytes, which every kernel works on.
#pragma once

#include <cstddef>
#include <cstdint>

namespace leadscan::internal {

inline constexpr std::size_t kBlock = 64;

// Blocks are at 0, 64, 128 ... and the last one at length - 64, overlapping the one before it:
// no load ever passes the document's end.
constexpr std::size_t block_count(std::size_t length) { return (length + kBlock - 1) / kBlock; }
constexpr std::size_t block_offset(std::size_t block, std::size_t length) {
  const std::size_t offset = block * kBlock;
  return offset + kBlock <= length ? offset : length - kBlock;
}

// Bit i: what byte i of a block is.
struct Classes {
  std::uint64_t quotes;
  std::uint64_t backslashes;
  std::uint64_t operators;  // {}[]:, and possibly control characters
  std::uint64_t spaces;
  std::uint64_t controls;  // U+0000 to U+001F
  std::uint64_t non_ascii;
  std::uint64_t escapable;  // may be behind a backslash
  std::uint64_t unicode;    // u

  // Forgets the first bytes; white space takes the place of the last ones.
  void shift(unsigned bytes) noexcept {
    quotes >>= bytes;
    backslashes >>= bytes;
    operators >>= bytes;
    controls >>= bytes;
    non_ascii >>= bytes;
    escapable >>= bytes;
    unicode >>= bytes;
    spaces = spaces >> bytes | ~(~std::uint64_t{0} >> bytes);
  }
};

}  // namespace leadscan::internal
