// The kernel for AVX-512 (F, BW, VL, VBMI, VBMI2) and PCLMULQDQ; see kernel.h.
#pragma once

namespace leadscan::internal {
namespace {

struct Avx512 {
  static __m512i load(const void* p) { return _mm512_loadu_si512(p); }

  static std::uint64_t equal(const char* block, char wanted) {
    return _mm512_cmpeq_epi8_mask(load(block), _mm512_set1_epi8(wanted));
  }

  static std::uint64_t digits(const char* block) {
    return _mm512_cmple_epu8_mask(_mm512_sub_epi8(load(block), _mm512_set1_epi8('0')),
                                  _mm512_set1_epi8(9));
  }

  static std::uint64_t unusual(const char* block) {
    const __m512i bytes = load(block);
    return _mm512_cmplt_epi8_mask(bytes, _mm512_set1_epi8(0x20)) |
           _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\'));
  }

  // The places of the bits of `mask`, in order, as bytes.
  static __m512i places(std::uint64_t mask) {
    alignas(64) static constexpr std::array<std::uint8_t, kBlock> kIndex = [] {
      std::array<std::uint8_t, kBlock> index{};
      for (std::size_t i = 0; i < kBlock; ++i) index[i] = static_cast<std::uint8_t>(i);
      return index;
    }();
    return _mm512_maskz_compress_epi8(mask, load(kIndex.data()));
  }

  static unsigned positions(std::uint64_t mask, unsigned first, std::uint16_t* out) {
    const __m512i at = places(mask);
    const __m512i base = _mm512_set1_epi16(static_cast<short>(first));
    const __m512i low = _mm512_cvtepu8_epi16(_mm512_maskz_extracti64x4_epi64(0xF, at, 0));
    const __m512i high = _mm512_cvtepu8_epi16(_mm512_maskz_extracti64x4_epi64(0xF, at, 1));
    _mm512_storeu_si512(out, _mm512_add_epi16(low, base));
    _mm512_storeu_si512(out + 32, _mm512_add_epi16(high, base));
    return static_cast<unsigned>(_mm_popcnt_u64(mask));
  }

  static unsigned positions(std::uint64_t mask, std::uint32_t first, std::uint32_t* out) {
    const auto count = static_cast<unsigned>(_mm_popcnt_u64(mask));
    const __m512i at = places(mask);
    const __m512i base = _mm512_set1_epi32(static_cast<int>(first));
    const auto store = [&](unsigned i, __m128i bytes) {
      _mm512_storeu_si512(out + i,
                          _mm512_add_epi32(_mm512_maskz_cvtepu8_epi32(0xFFFF, bytes), base));
    };
    // Half a block of tokens is nearly always enough: a branch that is easy to predict.
    store(0, _mm512_maskz_extracti32x4_epi32(0xF, at, 0));
    store(16, _mm512_maskz_extracti32x4_epi32(0xF, at, 1));
    if (count > 32) {
      store(32, _mm512_maskz_extracti32x4_epi32(0xF, at, 2));
      store(48, _mm512_maskz_extracti32x4_epi32(0xF, at, 3));
    }
    return count;
  }

  static std::uint64_t prefix_xor(std::uint64_t bits) {
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_clmulepi64_si128(
        _mm_cvtsi64_si128(static_cast<long long>(bits)), _mm_set1_epi8(-1), 0)));
  }

  static Classes classify(const char* block) {
    // vpermi2b looks up 7 bits: one bit a class.
    constexpr char kQuote = 1, kBackslash = 2, kOperator = 4, kSpace = 8, kControl = 16,
                   kEscapable = 32, kU = 64;
    alignas(64) static constexpr std::array<char, 128> kTable = [] {
      std::array<char, 128> table{};
      for (int c = 0; c < 0x20; ++c) table[c] = kControl;
      const auto of = [](char c) { return static_cast<std::size_t>(c); };
      for (const char c : kWhiteSpace) table[of(c)] |= kSpace;
      for (const char c : kStructure) table[of(c)] = kOperator;
      table['"'] = kQuote;
      table['\\'] = kBackslash;
      table['u'] = kU;
      for (const char c : kEscapes) table[of(c)] |= kEscapable;
      return table;
    }();
    const __m512i bytes = load(block);
    const __mmask64 non_ascii = _mm512_movepi8_mask(bytes);
    const __m512i classes = _mm512_maskz_permutex2var_epi8(~non_ascii, load(kTable.data()), bytes,
                                                           load(kTable.data() + 64));
    const auto of = [&](char bit) { return _mm512_test_epi8_mask(classes, _mm512_set1_epi8(bit)); };
    return {of(kQuote),   of(kBackslash), of(kOperator),  of(kSpace),
            of(kControl), non_ascii,      of(kEscapable), of(kU)};
  }
  static void classify_escapes(const char*, unsigned, Classes&) {
  }  // done already, in the same look-up

  template <typename R>
  static void relocate(const std::uint64_t* words, std::uint64_t pointers, const char* base,
                       void* to) {
    auto* const out = static_cast<std::uint64_t*>(to);
    const __m512i bases = _mm512_set1_epi64(reinterpret_cast<long long>(base));
    std::size_t w = 0;
    for (; w + 8 <= R::kWords; w += 8) {
      __m512i eight = load(words + w);
      if ((R::kMayPoint >> w & 0xFF) != 0)
        eight = _mm512_mask_add_epi64(eight, static_cast<__mmask8>(pointers >> w), eight, bases);
      _mm512_storeu_si512(out + w, eight);
    }
    // Of `base` anew: gcc 12 warns of its own cast of `bases` to its front.
    for (; w < R::kWords; w += 2) {
      __m128i two = _mm_loadu_si128(reinterpret_cast<const __m128i*>(words + w));
      if ((R::kMayPoint >> w & 3) != 0)
        two = _mm_mask_add_epi64(two, static_cast<__mmask8>(pointers >> w), two,
                                 _mm_set1_epi64x(reinterpret_cast<long long>(base)));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out + w), two);
    }
  }

  // Differences are gathered in vectors and tested once: chains of compares into mask registers
  // are slower (Zen 4: 13 to 15 ns a document against 10).
  class Comparison {
   public:
    // Not by initialisers of the members: those would be compiled for any CPU.
    Comparison() : any_(_mm512_setzero_si512()), top_(_mm512_setzero_si512()) {}

    struct Wanted {
      __m512i bytes;
      __mmask64 constant;
    };
    static Wanted wanted(const std::uint8_t* pattern) {
      const __m512i bytes = load(pattern);
      return {bytes, _mm512_test_epi8_mask(bytes, bytes)};
    }

    void pattern(const char* block, const std::uint8_t* pattern) {
      this->pattern(block, wanted(pattern));
    }
    void pattern(const char* block, const Wanted& wanted) {
      const __m512i bytes = load(block);
      const __m512i in_string = _mm512_permutex2var_epi8(kLow(), bytes, kHigh());
      const __m512i wrong = _mm512_mask_sub_epi8(in_string, wanted.constant, bytes, wanted.bytes);
      any_ = _mm512_or_si512(any_, wrong);
      top_ = _mm512_or_si512(top_, bytes);
    }
    void constants(const char* block, const std::uint8_t* pattern) {
      const __m512i wanted = load(pattern);
      any_ = _mm512_or_si512(
          any_, _mm512_maskz_sub_epi8(_mm512_test_epi8_mask(wanted, wanted), load(block), wanted));
    }
    // Less than a space, non-ASCII included, has the top bit when a space is taken from it (which
    // saturates). Of the low six bits of a backslash there are but a control character and
    // non-ASCII bytes beside it.
    void text(const char* block) {
      const __m512i bytes = load(block);
      const __m512i low = _mm512_subs_epi8(bytes, _mm512_set1_epi8(' '));
      const __m512i slash = _mm512_maskz_permutexvar_epi8(~__mmask64{0}, bytes, kSlash());
      top_ = _mm512_ternarylogic_epi64(top_, low, slash, 0xFE);  // or of the three
    }
    bool holds() const {
      // any_ | (top_ & 0x80)
      const __m512i wrong =
          _mm512_ternarylogic_epi64(any_, top_, _mm512_set1_epi8(static_cast<char>(0x80)), 0xF8);
      return _mm512_test_epi8_mask(wrong, wrong) == 0;
    }

   private:
    // For each ASCII byte whether it is wrong inside a string: vpermi2b looks up 7 bits.
    static __m512i kLow() { return _mm512_set_epi64(0, 0, 0, 0xFF0000, -1, -1, -1, -1); }
    static __m512i kHigh() { return _mm512_set_epi64(0, 0, 0, 0, 0xFF00000000, 0, 0, 0); }
    // The top bit at the low six bits of a backslash.
    static __m512i kSlash() { return _mm512_set_epi64(0, 0, 0, 0, 0x8000000000, 0, 0, 0); }

    __m512i any_;  // no bit may be set
    __m512i top_;  // no byte's top bit may be set
  };
};

}  // namespace
}  // namespace leadscan::internal
