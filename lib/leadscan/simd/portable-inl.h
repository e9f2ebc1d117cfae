// The kernel for any CPU, with the compiler's 16-byte vectors: SSE2, NEON or plain words. It has no
// classify(): where it is the best one, simdjson's own kernels make the index. See kernel.h.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "leadscan/simd/block.h"

namespace leadscan::internal {
namespace {

struct Portable {
  using Bytes [[gnu::vector_size(16)]] = std::uint8_t;
  using SignedBytes [[gnu::vector_size(16)]] = std::int8_t;
  using Words [[gnu::vector_size(16)]] = std::uint64_t;
  static constexpr int kVectors = kBlock / sizeof(Bytes);

  static Bytes load(const void* p, int i) {
    Bytes bytes;
    std::memcpy(&bytes, static_cast<const char*>(p) + 16 * i, sizeof bytes);
    return bytes;
  }
  // All ones where true.
  static Bytes mask(SignedBytes truth) { return reinterpret_cast<Bytes>(truth); }

  // The bits of a condition on 16 bytes, of all of a block.
  template <typename Condition>
  static std::uint64_t bits(const char* block, Condition condition) {
    static_assert(std::endian::native == std::endian::little);
    std::uint64_t bits = 0;
    for (int i = 0; i < kVectors; ++i) {
      const Words words = reinterpret_cast<Words>(condition(load(block, i)) & 1);
      for (int half = 0; half < 2; ++half)  // eight flags to eight bits
        bits |= (words[half] * 0x0102040810204080 >> 56) << (16 * i + 8 * half);
    }
    return bits;
  }
  static std::uint64_t equal(const char* block, char wanted) {
    return bits(block,
                [=](Bytes bytes) { return mask(bytes == static_cast<std::uint8_t>(wanted)); });
  }
  static std::uint64_t digits(const char* block) {
    return bits(block, [](Bytes bytes) { return mask(bytes - '0' <= 9); });
  }
  static std::uint64_t unusual(const char* block) {
    return bits(block, [](Bytes bytes) { return unusual(bytes); });
  }
  static Bytes unusual(Bytes bytes) {
    return mask(bytes == '\\') | mask(reinterpret_cast<SignedBytes>(bytes) < 0x20);
  }

  static unsigned positions(std::uint64_t mask, unsigned first, std::uint16_t* out) {
    const auto count = static_cast<unsigned>(std::popcount(mask));
    for (unsigned i = 0; i < count; ++i, mask &= mask - 1)
      out[i] = static_cast<std::uint16_t>(first + static_cast<unsigned>(std::countr_zero(mask)));
    return count;
  }

  template <typename R>
  static void relocate(const std::uint64_t* words, std::uint64_t pointers, const char* base,
                       void* to) {
    auto* const out = static_cast<std::uint64_t*>(to);
    const auto address = reinterpret_cast<std::uintptr_t>(base);
    for (std::size_t w = 0; w < R::kWords; ++w) {
      std::uint64_t word = words[w];
      if ((R::kMayPoint >> w & 1) != 0) word += address & (std::uint64_t{0} - (pointers >> w & 1));
      std::memcpy(out + w, &word, sizeof word);
    }
  }

  class Comparison {
   public:
    // Too many for its registers.
    struct Wanted {
      const std::uint8_t* pattern;
    };
    static Wanted wanted(const std::uint8_t* pattern) { return {pattern}; }

    void pattern(const char* block, const Wanted& wanted) { pattern(block, wanted.pattern); }
    void pattern(const char* block, const std::uint8_t* pattern) {
      for (int i = 0; i < kVectors; ++i) {
        const Bytes bytes = load(block, i);
        const Bytes wanted = load(pattern, i);
        const Bytes in_string = mask(wanted == 0);
        any_ |=
            (in_string & (mask(bytes == '"') | unusual(bytes))) | (~in_string & (bytes ^ wanted));
      }
    }
    void constants(const char* block, const std::uint8_t* pattern) {
      for (int i = 0; i < kVectors; ++i) {
        const Bytes wanted = load(pattern, i);
        any_ |= ~mask(wanted == 0) & (load(block, i) ^ wanted);
      }
    }
    void text(const char* block) {
      for (int i = 0; i < kVectors; ++i) any_ |= unusual(load(block, i));
    }
    bool holds() const {
      const Words words = reinterpret_cast<Words>(any_);
      return (words[0] | words[1]) == 0;
    }

   private:
    Bytes any_{};
  };
};

}  // namespace
}  // namespace leadscan::internal
