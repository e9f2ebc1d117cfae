// The token index over a Simd: see fast_path-inl.h. Here a Simd has:
//   static Classes classify(block);
//   static std::uint64_t prefix_xor(bits);  // bit i: the parity of bits 0 to i
//   static unsigned positions(mask, first, out);  // as there, 32 bits wide
#pragma once

#include <cstring>

#include "leadscan/internal/layout_cache.h"
#include "leadscan/internal/token_index.h"

namespace leadscan::internal {

// Bit i: what byte i of a block is.
struct Classes {
  std::uint64_t quotes;
  std::uint64_t backslashes;
  std::uint64_t operators;  // {}[]:, and possibly control characters
  std::uint64_t spaces;
  std::uint64_t controls;  // U+0000 to U+001F
  std::uint64_t non_ascii;
};

template <typename Simd>
class TokenIndexOver {
 public:
  static bool index(const char* document, std::size_t size, TokenIndex& index) noexcept {
    TokenIndexOver indexer(index.tokens);
    std::uint64_t* backslashes = index.backslashes;
    std::uint64_t any_backslash = 0;
    std::size_t at = 0;
    const auto add = [&](const char* block) {
      const Classes classes = Simd::classify(block);
      *backslashes++ = classes.backslashes;
      any_backslash |= classes.backslashes;
      indexer.add(classes, at);
    };
    for (; at + kBlock <= size; at += kBlock) add(document + at);
    if (at < size) {
      char last[kBlock];
      std::memset(last, ' ', sizeof last);
      std::memcpy(last, document + at, size - at);
      add(last);
    }
    index.count = static_cast<std::size_t>(indexer.out_ - index.tokens);
    index.escapes = any_backslash != 0;
    index.ascii = indexer.non_ascii_ == 0;
    return indexer.wrong_ == 0 && indexer.in_string_ == 0;
  }

 private:
  explicit TokenIndexOver(std::uint32_t* tokens) : out_(tokens) {}

  void add(const Classes& classes, std::size_t at) noexcept {
    const std::uint64_t quotes = classes.quotes & ~escaped(classes.backslashes);
    // From each opening quote to before the closing one.
    const std::uint64_t in_string = Simd::prefix_xor(quotes) ^ in_string_;
    in_string_ = static_cast<std::uint64_t>(static_cast<std::int64_t>(in_string) >> 63);
    wrong_ |= classes.controls & in_string;
    non_ascii_ |= classes.non_ascii;
    const std::uint64_t scalar = ~(classes.operators | classes.spaces | in_string | quotes);
    const std::uint64_t scalar_starts = scalar & ~(scalar << 1 | scalar_);
    scalar_ = scalar >> 63;
    const std::uint64_t tokens = quotes | (classes.operators & ~in_string) | scalar_starts;
    out_ += Simd::positions(tokens, static_cast<std::uint32_t>(at), out_);
  }

  // The bytes behind an odd run of backslashes.
  std::uint64_t escaped(std::uint64_t backslashes) noexcept {
    // A backslash that is itself escaped begins nothing. Runs are told apart by whether they begin
    // at an even or an odd place: the carry of an addition runs through each to its end.
    constexpr std::uint64_t kOdd = 0xAAAAAAAAAAAAAAAA;
    const std::uint64_t starts = backslashes & ~escape_;
    const std::uint64_t maybe_escaped = starts << 1;
    const std::uint64_t ends = ((maybe_escaped | kOdd) - starts) ^ kOdd;
    const std::uint64_t escaped = ends ^ (backslashes | escape_);
    escape_ = (ends & backslashes) >> 63;
    return escaped;
  }

  std::uint32_t* out_;
  std::uint64_t in_string_ = 0;  // all ones if the block before ended inside a string
  std::uint64_t scalar_ = 0;     // 1 if it ended inside a scalar
  std::uint64_t escape_ = 0;     // 1 if it ended with a backslash that escapes
  std::uint64_t wrong_ = 0;
  std::uint64_t non_ascii_ = 0;
};

}  // namespace leadscan::internal
