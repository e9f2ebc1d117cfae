// KeyHash: 32 bits of an id, by which nearly all ids are told from each other.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "audit/base/keyed_hash.h"
#include "audit/base/short_text.h"
#include "audit/count/key_events.h"

namespace leadscan::audit {

// Each id of each record is hashed, and few have more than kMostShort bytes. Of those it is the
// upper half of b + a[0] x[0] + a[1] x[1] + ..., modulo 2^64, where x are the text's size and its
// words of 32 bits, and a and b secret random numbers of 64 bits: any two texts that were chosen
// without knowing these collide with a probability of 2^-32 ("multilinear": Lemire, Kaser, Strongly
// universal string hashing is fast, 2014). SipHash, of which longer ones have a half, takes thrice
// the time. Only for what stays in memory: on disk, and between processes, there is hash_of().
class KeyHash {
 public:
  static constexpr std::size_t kMostShort = 64;

  explicit KeyHash(const HashKey& key) : key_(key) {
    std::uint64_t number = 0;
    for (std::uint64_t& word : of_kind_) word = random_word(number++);
    for (std::uint64_t& word : of_word_) word = random_word(number++);
    of_size_ = random_word(number);
  }

  std::uint32_t operator()(KeyKind kind, std::string_view text) const {
    const std::size_t size = text.size();
    if (size > kMostShort) [[unlikely]]
      return static_cast<std::uint32_t>(hash_of(key_, kind, text));
    std::uint64_t sum = of_kind_[static_cast<std::size_t>(kind)] + of_size_ * size;
    const std::uint64_t* factor = of_word_.data();
    const auto add = [&](std::uint64_t words) {
      sum += factor[0] * static_cast<std::uint32_t>(words) + factor[1] * (words >> 32);
      factor += 2;
    };
    const char* at = text.data();
    if (size >= 8) {
      // The last word overlaps the one in front of it: with the size they still are the text.
      const char* const last = at + size - 8;
      for (; at < last; at += 8) add(load_word<std::uint64_t>(at));
      add(load_word<std::uint64_t>(last));
    } else if (size >= 4) {
      add(load_word<std::uint32_t>(at) | std::uint64_t{load_word<std::uint32_t>(at + size - 4)}
                                             << 32);
    } else {
      for (std::size_t i = 0; i < size; ++i, ++factor)
        sum += *factor * static_cast<unsigned char>(at[i]);
    }
    return static_cast<std::uint32_t>(sum >> 32);
  }

 private:
  std::uint64_t random_word(std::uint64_t number) const {
    return keyed_hash(key_, {reinterpret_cast<const char*>(&number), sizeof number});
  }

  HashKey key_;
  std::array<std::uint64_t, static_cast<std::size_t>(KeyKind::member) + 1> of_kind_;
  std::array<std::uint64_t, kMostShort / 4> of_word_;
  std::uint64_t of_size_ = 0;
};

}  // namespace leadscan::audit
