// The kernel for AVX2, BMI1, BMI2 and PCLMULQDQ; see kernel.h.
#pragma once

namespace leadscan::internal {
namespace {

struct Avx2 {
  static __m256i load(const void* p) { return _mm256_loadu_si256(static_cast<const __m256i*>(p)); }

  static __m256i table(const NibbleTable& table) {
    return _mm256_broadcastsi128_si256(
        _mm_load_si128(reinterpret_cast<const __m128i*>(table.data())));
  }

  // The bits of a condition on 32 bytes, of both halves of a block.
  template <typename Condition>
  static std::uint64_t bits(const char* block, Condition condition) {
    const auto half = [&](int i) {
      return std::uint64_t{
          static_cast<std::uint32_t>(_mm256_movemask_epi8(condition(load(block + 32 * i))))};
    };
    return half(0) | half(1) << 32;
  }

  static std::uint64_t equal(const char* block, char wanted) {
    return bits(block,
                [=](__m256i bytes) { return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(wanted)); });
  }

  static std::uint64_t digits(const char* block) {
    return bits(block, [=](__m256i bytes) {
      const __m256i value = _mm256_sub_epi8(bytes, _mm256_set1_epi8('0'));
      return _mm256_cmpeq_epi8(value, _mm256_min_epu8(value, _mm256_set1_epi8(9)));
    });
  }

  static std::uint64_t unusual(const char* block) {
    return ~bits(block, [=](__m256i bytes) { return usual(bytes); });
  }
  // By what is greater: of what is less gcc makes two instructions.
  static __m256i usual(__m256i bytes) {
    return _mm256_andnot_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\')),
                               _mm256_cmpgt_epi8(bytes, _mm256_set1_epi8(0x1F)));
  }
  // Usual, and no quote, which is a space with bit 1 inverted; what is below a space stays there.
  static __m256i plain(__m256i bytes) {
    const __m256i inverted = _mm256_xor_si256(bytes, _mm256_set1_epi8('"' ^ ' '));
    return _mm256_andnot_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\')),
                               _mm256_cmpgt_epi8(inverted, _mm256_set1_epi8(' ')));
  }

  template <typename Position>
  static unsigned positions(std::uint64_t mask, unsigned first, Position* out) {
    const auto count = static_cast<unsigned>(_mm_popcnt_u64(mask));
    // By twelves, so that the number of rounds is easy to predict.
    constexpr unsigned kAtOnce = 12;
    for (unsigned done = 0; done < count; done += kAtOnce)
      for (unsigned i = 0; i < kAtOnce; ++i) {
        out[done + i] = static_cast<Position>(first + _tzcnt_u64(mask));
        mask = _blsr_u64(mask);
      }
    return count;
  }

  static std::uint64_t prefix_xor(std::uint64_t bits) {
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_clmulepi64_si128(
        _mm_cvtsi64_si128(static_cast<long long>(bits)), _mm_set1_epi8(-1), 0)));
  }

  static Classes classify(const char* block) {
    // {}[] differ from each other, and : and , from control characters, in bit 5, which is set
    // first.
    alignas(16) static constexpr NibbleTable kSpaces = by_low_nibble(kWhiteSpace);
    alignas(16) static constexpr NibbleTable kOperators = by_low_nibble(kStructure, 0x20);
    const __m256i space_of = table(kSpaces);
    const __m256i operator_of = table(kOperators);
    Classes classes{};
    for (int i = 0; i < 2; ++i) {
      const __m256i bytes = load(block + 32 * i);
      const auto add = [i](std::uint64_t& bits, __m256i truth) {
        bits |= std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(truth))} << 32 * i;
      };
      add(classes.quotes, _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"')));
      add(classes.backslashes, _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\')));
      add(classes.spaces, _mm256_cmpeq_epi8(bytes, _mm256_shuffle_epi8(space_of, bytes)));
      add(classes.operators, _mm256_cmpeq_epi8(_mm256_or_si256(bytes, _mm256_set1_epi8(0x20)),
                                               _mm256_shuffle_epi8(operator_of, bytes)));
      add(classes.controls,
          _mm256_cmpeq_epi8(bytes, _mm256_min_epu8(bytes, _mm256_set1_epi8(0x1F))));
      add(classes.non_ascii, bytes);
    }
    return classes;
  }

  static void classify_escapes(const char* block, unsigned repeated, Classes& classes) {
    classes.escapable = classes.unicode = 0;
    static constexpr NibbleSets kEscapable = nibble_sets(kEscapes);
    const __m256i of_low = table(kEscapable.low);
    const __m256i of_high = table(kEscapable.high);
    const __m256i four_bits = _mm256_set1_epi8(0x0F);
    for (int i = 0; i < 2; ++i) {
      const __m256i bytes = load(block + 32 * i);
      const __m256i low = _mm256_shuffle_epi8(of_low, _mm256_and_si256(bytes, four_bits));
      const __m256i high =
          _mm256_shuffle_epi8(of_high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), four_bits));
      const __m256i others = _mm256_cmpeq_epi8(_mm256_and_si256(low, high), _mm256_setzero_si256());
      const auto bits = [i](__m256i truth) {
        return std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(truth))} << 32 * i;
      };
      classes.escapable |= bits(_mm256_xor_si256(others, _mm256_set1_epi8(-1)));
      classes.unicode |= bits(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('u')));
    }
    classes.escapable >>= repeated;
    classes.unicode >>= repeated;
  }

  template <typename R>
  static void relocate(const std::uint64_t* words, std::uint64_t pointers, const char* base,
                       void* to) {
    alignas(32) static constexpr std::array<std::uint64_t, R::kWords> kBit = [] {
      std::array<std::uint64_t, R::kWords> bit{};
      for (std::size_t w = 0; w < bit.size(); ++w) bit[w] = std::uint64_t{1} << w;
      return bit;
    }();
    auto* const out = static_cast<std::uint64_t*>(to);
    const __m256i bases = _mm256_set1_epi64x(reinterpret_cast<long long>(base));
    const __m256i wanted = _mm256_set1_epi64x(static_cast<long long>(pointers));
    std::size_t w = 0;
    for (; w + 4 <= R::kWords; w += 4) {
      __m256i four = load(words + w);
      if ((R::kMayPoint >> w & 0xF) != 0) {
        const __m256i bit = load(kBit.data() + w);
        const __m256i points = _mm256_cmpeq_epi64(_mm256_and_si256(wanted, bit), bit);
        four = _mm256_add_epi64(four, _mm256_and_si256(bases, points));
      }
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + w), four);
    }
    for (; w < R::kWords; w += 2) {
      __m128i two = _mm_loadu_si128(reinterpret_cast<const __m128i*>(words + w));
      if ((R::kMayPoint >> w & 3) != 0) {
        const __m128i bit = _mm_load_si128(reinterpret_cast<const __m128i*>(kBit.data() + w));
        const __m128i points =
            _mm_cmpeq_epi64(_mm_and_si128(_mm256_castsi256_si128(wanted), bit), bit);
        two = _mm_add_epi64(two, _mm_and_si128(_mm256_castsi256_si128(bases), points));
      }
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out + w), two);
    }
  }

  class Comparison {
   public:
    // Not by an initialiser of the member: that would be compiled for any CPU.
    Comparison() : all_(_mm256_set1_epi8(-1)) {}

    struct Wanted {
      __m256i half[2];
    };
    static Wanted wanted(const std::uint8_t* pattern) {
      return {{load(pattern), load(pattern + 32)}};
    }

    void pattern(const char* block, const std::uint8_t* pattern) {
      this->pattern(block, wanted(pattern));
    }
    void pattern(const char* block, const Wanted& all) {
      for (int i = 0; i < 2; ++i) {
        const __m256i bytes = load(block + 32 * i);
        const __m256i wanted = all.half[i];
        const __m256i in_string = _mm256_cmpeq_epi8(wanted, _mm256_setzero_si256());
        all_ = _mm256_and_si256(
            all_, _mm256_blendv_epi8(_mm256_cmpeq_epi8(bytes, wanted), plain(bytes), in_string));
      }
    }
    void constants(const char* block, const std::uint8_t* pattern) {
      for (int i = 0; i < 2; ++i) {
        const __m256i wanted = load(pattern + 32 * i);
        all_ = _mm256_and_si256(all_,
                                _mm256_or_si256(_mm256_cmpeq_epi8(wanted, _mm256_setzero_si256()),
                                                _mm256_cmpeq_epi8(load(block + 32 * i), wanted)));
      }
    }
    void text(const char* block) {
      for (int i = 0; i < 2; ++i) all_ = _mm256_and_si256(all_, usual(load(block + 32 * i)));
    }
    bool holds() const { return _mm256_testc_si256(all_, _mm256_set1_epi8(-1)) != 0; }

   private:
    __m256i all_;
  };
};

}  // namespace
}  // namespace leadscan::internal
