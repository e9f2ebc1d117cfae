#include "leadscan/columns/novelty.h"

#include <algorithm>

namespace leadscan::internal {

void Novelty::look_at(std::string_view json) noexcept {
  documents_ = 0;
  json = json.substr(0, kMostBytes);
  std::array<std::uint16_t, 4> counts{};
  while (!json.empty()) {
    const std::size_t size = std::min(json.size(), kBlock);
    // By bytes, so that a vector has many of them.
    std::uint8_t quotes = 0;
    std::uint8_t colons = 0;
    std::uint8_t commas = 0;
    std::uint8_t opens = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const char c = json[i];
      quotes += static_cast<std::uint8_t>(c == '"');
      colons += static_cast<std::uint8_t>(c == ':');
      commas += static_cast<std::uint8_t>(c == ',');
      opens += static_cast<std::uint8_t>((c | 0x20) == '{');
    }
    static_assert(('[' | 0x20) == '{' && kBlock <= UINT8_MAX);
    counts[0] += quotes;
    counts[1] += colons;
    counts[2] += commas;
    counts[3] += opens;
    json.remove_prefix(size);
  }
  std::uint64_t all = 0;
  for (const std::uint16_t count : counts) all = all << 16 | count;
  // Fibonacci hashing: Knuth, The Art of Computer Programming 3, 6.4.
  std::uint64_t& seen = seen_[all * 0x9E3779B97F4A7C15 >> 58];
  static_assert(kPlaces == std::size_t{1} << (64 - 58));
  if (seen == all) {
    score_ -= score_ != 0;
  } else {
    score_ += score_ != kMost;
    seen = all;
  }
}

}  // namespace leadscan::internal
