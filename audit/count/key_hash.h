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

  [[gnu::always_inline]] std::uint32_t operator()(KeyKind kind, std::string_view text) const {
    const std::size_t size = text.size();
    if (size > kMostShort) [[unlikely]]
      return static_cast<std::uint32_t>(hash_of(key_, kind, text));
    std::uint64_t sum = of_kind_[static_cast<std::size_t>(kind)] + of_size_ * size;
    const std::uint64_t* factor = of_word_.data();
    // The last words overlap those in front of them: with the size they still are the text.
    const char* at = text.data();
    const char* const end = at + size;
    if (size >= 8) {
      for (; end - at > 16; at += 16, factor += 4)
        sum += product(factor, at) + product(factor + 2, at + 8);
      sum += product(factor, end - at > 8 ? at : end - 8) + product(factor + 2, end - 8);
    } else if (size >= 4) {
      sum += factor[0] * load_word<std::uint32_t>(at);
      sum += factor[1] * load_word<std::uint32_t>(end - 4);
    } else {
      for (; at != end; ++at, ++factor) sum += *factor * static_cast<unsigned char>(*at);
    }
    return static_cast<std::uint32_t>(sum >> 32);
  }

 private:
  // Of two words.
  [[gnu::always_inline]] static std::uint64_t product(const std::uint64_t* factor, const char* at) {
    return factor[0] * load_word<std::uint32_t>(at) + factor[1] * load_word<std::uint32_t>(at + 4);
  }
  std::uint64_t random_word(std::uint64_t number) const {
    return keyed_hash(key_, {reinterpret_cast<const char*>(&number), sizeof number});
  }

  HashKey key_;
  std::array<std::uint64_t, static_cast<std::size_t>(KeyKind::member) + 1> of_kind_;
  std::array<std::uint64_t, kMostShort / 4> of_word_;
  std::uint64_t of_size_ = 0;
};

}  // namespace leadscan::audit
