// A hash for which collisions cannot be constructed without knowing its key.
//
// SipHash-1-3 (Aumasson, Bernstein), what the tables of Rust, Ruby and Python use against the same
// attack. Written here because no library in use has it: std::hash has no key, and XXH3 makes no
// such promise.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

#include "audit/base/short_text.h"

namespace leadscan::audit {

struct HashKey {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  template <typename Archive>
  void archive(Archive& a) {
    a(low, high);
  }
};

// From the kernel's random numbers.
HashKey random_hash_key();
// One such key for all tables of this process. What is written never depends on it.
const HashKey& process_hash_key();

// 64 bits; of the same key and text the same on any machine.
inline std::uint64_t keyed_hash(const HashKey& key, std::string_view text) noexcept {
  std::uint64_t v0 = key.low ^ 0x736F6D6570736575;
  std::uint64_t v1 = key.high ^ 0x646F72616E646F6D;
  std::uint64_t v2 = key.low ^ 0x6C7967656E657261;
  std::uint64_t v3 = key.high ^ 0x7465646279746573;
  const auto round = [&] {
    v0 += v1;
    v2 += v3;
    v1 = std::rotl(v1, 13) ^ v0;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 = std::rotl(v0, 32);
    v2 += v1;
    v0 += v3;
    v1 = std::rotl(v1, 17) ^ v2;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 = std::rotl(v2, 32);
  };
  const auto take = [&](std::uint64_t word) {
    v3 ^= word;
    round();
    v0 ^= word;
  };

  const char* at = text.data();
  const char* const end = at + text.size();
  for (; end - at >= 8; at += 8) take(load_word<std::uint64_t>(at));
  std::uint64_t rest = 0;
  const auto left = static_cast<unsigned>(end - at);
  if (left != 0 && text.size() >= 8) {
    rest = load_word<std::uint64_t>(end - 8) >> (64 - 8 * left);
  } else {
    for (unsigned i = 0; i < left; ++i)
      rest |= std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i);
  }
  take(rest | static_cast<std::uint64_t>(text.size()) << 56);
  v2 ^= 0xFF;
  round();
  round();
  round();
  return v0 ^ v1 ^ v2 ^ v3;
}

}  // namespace leadscan::audit
