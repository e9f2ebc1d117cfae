// Which bytes are escaped, from where the backslashes are.
#pragma once

#include <cstdint>

namespace leadscan::internal {

// Block after block of 64 bytes.
class EscapeRuns {
 public:
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
  // Whether the first byte of the next block is one.
  bool pending() const noexcept { return escape_ != 0; }

 private:
  std::uint64_t escape_ = 0;  // 1 if the block before ended with a backslash that escapes
};

}  // namespace leadscan::internal
