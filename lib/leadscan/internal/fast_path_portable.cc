// The fast path on any CPU, with the compiler's 16-byte vectors: SSE2, NEON or plain words.
#include <bit>
#include <cstddef>
#include <cstdint>

#include "leadscan/internal/fast_path-inl.h"

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

  static std::uint64_t quotes(const char* block) {
    static_assert(std::endian::native == std::endian::little);
    std::uint64_t quotes = 0;
    for (int i = 0; i < kVectors; ++i) {
      const Bytes is_quote = mask(load(block, i) == '"') & 1;
      const Words words = reinterpret_cast<Words>(is_quote);
      for (int half = 0; half < 2; ++half)  // eight flags to eight bits
        quotes |= (words[half] * 0x0102040810204080 >> 56) << (16 * i + 8 * half);
    }
    return quotes;
  }

  static unsigned positions(std::uint64_t mask, unsigned first, std::uint16_t* out) {
    const auto count = static_cast<unsigned>(std::popcount(mask));
    for (unsigned i = 0; i < count; ++i, mask &= mask - 1)
      out[i] = static_cast<std::uint16_t>(first + static_cast<unsigned>(std::countr_zero(mask)));
    return count;
  }

  static void copy_out(const ResponseImage& image, const char* document, LeadResponse& response) {
    const auto base = reinterpret_cast<std::uintptr_t>(document);
    auto* out = reinterpret_cast<char*>(&response);
    const auto put = [&](std::size_t w, std::uint64_t word) {
      std::memcpy(out + w * sizeof word, &word, sizeof word);
    };
    for (std::size_t i = 0; i < ResponseImage::kTexts; ++i) {
      put(2 * i, image.words[2 * i] + (base & (std::uint64_t{0} - (image.pointers >> i & 1))));
      put(2 * i + 1, image.words[2 * i + 1]);
    }
    for (std::size_t w = 2 * ResponseImage::kTexts; w < ResponseImage::kWords; ++w)
      put(w, image.words[w]);
  }

  class Comparison {
   public:
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
    static Bytes unusual(Bytes bytes) {
      return mask(bytes == '\\') | mask(reinterpret_cast<SignedBytes>(bytes) < 0x20);
    }
    Bytes any_{};
  };
};

}  // namespace

const MatchFunctions& fast_path_portable() noexcept { return FastPathOver<Portable>::functions(); }

}  // namespace leadscan::internal
