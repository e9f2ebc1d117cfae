// The token index over a kernel (simd/kernel.h): included by one translation unit a kernel.
#pragma once

#include <cstring>

#include "leadscan/read/token_index.h"
#include "leadscan/simd/block.h"
#include "leadscan/simd/escape_runs.h"

namespace leadscan::internal {

template <typename Simd>
class TokenIndexOver {
 public:
  static bool index(const char* document, std::size_t size, TokenIndex& index) noexcept {
    TokenIndexOver indexer(index.tokens);
    std::size_t at = 0;
    std::uint64_t any_unicode = 0;
    const auto add = [&](const char* block, unsigned repeated) {
      const std::size_t number = at / kBlock;
      const std::uint64_t unicode = indexer.add(block, repeated, at, index.backslashes[number]);
      index.unicode[number] = unicode;
      any_unicode |= unicode;
    };
    for (; at + kBlock <= size; at += kBlock) add(document + at, 0);
    if (at < size && size >= kBlock) {
      // A block that ends with the document, and repeats some of the one before.
      add(document + size - kBlock, static_cast<unsigned>(at + kBlock - size));
    } else if (at < size) {
      char only[kBlock];
      std::memset(only, ' ', sizeof only);
      std::memcpy(only, document, size);
      add(only, 0);
    }
    index.count = static_cast<std::size_t>(indexer.out_ - index.tokens);
    index.has_unicode = any_unicode != 0;
    index.non_ascii_begin = indexer.non_ascii_begin_;
    index.non_ascii_end = indexer.non_ascii_end_;
    return indexer.wrong_ == 0 && indexer.in_string_ == 0;
  }

 private:
  explicit TokenIndexOver(std::uint32_t* tokens) : out_(tokens) {}

  // Returns where a u is escaped.
  // The first `repeated` bytes of the block have been looked at already.
  [[gnu::always_inline]] std::uint64_t add(const char* block, unsigned repeated, std::size_t at,
                                           std::uint64_t& backslashes) noexcept {
    Classes classes = Simd::classify(block);
    classes.shift(repeated);
    backslashes = classes.backslashes;
    const std::uint64_t escaped = escapes_.escaped(classes.backslashes);
    if (escaped != 0) Simd::classify_escapes(block, repeated, classes);
    wrong_ |= escaped & ~classes.escapable;
    const std::uint64_t quotes = classes.quotes & ~escaped;
    // From each opening quote to before the closing one.
    const std::uint64_t in_string = Simd::prefix_xor(quotes) ^ in_string_;
    in_string_ = static_cast<std::uint64_t>(static_cast<std::int64_t>(in_string) >> 63);
    wrong_ |= classes.controls & in_string;
    if (classes.non_ascii != 0) {
      if (non_ascii_end_ == 0) non_ascii_begin_ = at;
      non_ascii_end_ = at + kBlock;
    }
    const std::uint64_t scalar = ~(classes.operators | classes.spaces | in_string | quotes);
    const std::uint64_t scalar_starts = scalar & ~(scalar << 1 | scalar_);
    scalar_ = scalar >> 63;
    const std::uint64_t tokens = quotes | (classes.operators & ~in_string) | scalar_starts;
    out_ += Simd::positions(tokens, static_cast<std::uint32_t>(at), out_);
    return escaped & classes.unicode;
  }

  std::uint32_t* out_;
  std::uint64_t in_string_ = 0;  // all ones if the block before ended inside a string
  std::uint64_t scalar_ = 0;     // 1 if it ended inside a scalar
  EscapeRuns escapes_;
  std::uint64_t wrong_ = 0;
  std::size_t non_ascii_begin_ = 0;
  std::size_t non_ascii_end_ = 0;
};

}  // namespace leadscan::internal
