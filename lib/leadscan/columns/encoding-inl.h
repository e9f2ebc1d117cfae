// Stage 3 of the columnar reader, too: UTF-8 and \u. For one instruction set, like its kernel.
#pragma once

#include "leadscan/simd/avx512-inl.h"

namespace leadscan::internal::avx512 {
namespace {

class ColumnEncoding {
 public:
  static void check(const char* text, std::size_t size, Columns& columns) noexcept {
    check_unicode_escapes(text, size, columns);
    if (columns.non_ascii_count != 0) check_utf8(text, size, columns);
  }

 private:
  // Whether each \u is one of a character.
  static void check_unicode_escapes(const char* text, std::size_t size, Columns& columns) noexcept {
    UnicodeEscapes escapes({text, size});
    for (std::size_t i = 0; i < columns.unicode_count; ++i)
      escapes.check(columns.unicode_blocks[i] * kBlock, columns.unicode[i], [&](std::size_t u) {
        columns.mark(u);
        return true;
      });
  }

  // simdjson's and simdutf's way (Keiser and Lemire, "Validating UTF-8 In Less Than One Instruction
  // Per Byte", 2021): what two bytes may not be beside each other, from three look-ups by four
  // bits.
  static void check_utf8(const char* text, std::size_t size, Columns& columns) noexcept {
    __m512i any_wrong = _mm512_setzero_si512();
    for (std::size_t i = 0; i < columns.non_ascii_count; ++i)
      any_wrong = _mm512_or_si512(any_wrong,
                                  wrong_in_block(text, size, columns.non_ascii_blocks[i] * kBlock));
    if (_mm512_test_epi8_mask(any_wrong, any_wrong) == 0) [[likely]]
      return;
    // A sequence that a line's end cuts short shows in the next line, too.
    mark_lines_without_utf8(text, size, columns);
  }

  enum : std::uint8_t {
    kTooShort = 1,       // a lead byte without what must follow it
    kTooLong = 2,        // a continuation behind ASCII
    kOverlong3 = 4,      // E0 below A0
    kTooLarge = 8,       // F4 above 8F
    kSurrogate = 16,     // ED above 9F
    kOverlong2 = 32,     // C0, C1
    kTooLarge1000 = 64,  // F5 and up, and F4 above 8F
    kOverlong4 = 64,     // F0 below 90
    kTwo = 128,          // two continuations: of a sequence of three or four
  };
  static constexpr std::uint8_t kCarry = kTooShort | kTooLong | kTwo;
  alignas(16) static constexpr std::array<std::uint8_t, 16> kByFirstHigh = {
      kTooLong,
      kTooLong,
      kTooLong,
      kTooLong,
      kTooLong,
      kTooLong,
      kTooLong,
      kTooLong,
      kTwo,
      kTwo,
      kTwo,
      kTwo,
      kTooShort | kOverlong2,
      kTooShort,
      kTooShort | kOverlong3 | kSurrogate,
      kTooShort | kTooLarge | kTooLarge1000 | kOverlong4};
  alignas(16) static constexpr std::array<std::uint8_t, 16> kByFirstLow = {
      kCarry | kOverlong3 | kOverlong2 | kOverlong4,
      kCarry | kOverlong2,
      kCarry,
      kCarry,
      kCarry | kTooLarge,
      kCarry | kTooLarge | kTooLarge1000,
      kCarry | kTooLarge | kTooLarge1000,
      kCarry | kTooLarge | kTooLarge1000,
      kCarry | kTooLarge | kTooLarge1000,
      kCarry | kTooLarge | kTooLarge1000,
      kCarry | kTooLarge | kTooLarge1000,
      kCarry | kTooLarge | kTooLarge1000,
      kCarry | kTooLarge | kTooLarge1000,
      kCarry | kTooLarge | kTooLarge1000 | kSurrogate,
      kCarry | kTooLarge | kTooLarge1000,
      kCarry | kTooLarge | kTooLarge1000};
  alignas(16) static constexpr std::array<std::uint8_t, 16> kBySecondHigh = {
      kTooShort,
      kTooShort,
      kTooShort,
      kTooShort,
      kTooShort,
      kTooShort,
      kTooShort,
      kTooShort,
      kTooLong | kOverlong2 | kTwo | kOverlong3 | kTooLarge1000 | kOverlong4,
      kTooLong | kOverlong2 | kTwo | kOverlong3 | kTooLarge,
      kTooLong | kOverlong2 | kTwo | kSurrogate | kTooLarge,
      kTooLong | kOverlong2 | kTwo | kSurrogate | kTooLarge,
      kTooShort,
      kTooShort,
      kTooShort,
      kTooShort};

  static __m512i table(const std::array<std::uint8_t, 16>& entries) noexcept {
    return _mm512_maskz_broadcast_i32x4(
        0xFFFF, _mm_load_si128(reinterpret_cast<const __m128i*>(entries.data())));
  }

  // Bytes of the block at `at` that are not 0 where something is wrong.
  [[gnu::always_inline]] static __m512i wrong_in_block(const char* text, std::size_t size,
                                                       std::size_t at) noexcept {
    const std::uint64_t there =
        _bzhi_u64(~std::uint64_t{0}, static_cast<unsigned>(std::min(kBlock, size - at)));
    const auto from = [&](std::size_t back) __attribute__((always_inline)) {
      // In front of the text is nothing.
      const std::uint64_t begun = at == 0 ? ~std::uint64_t{0} << back : ~std::uint64_t{0};
      // A byte behind the text may be behind the last block's, or it would not be looked for.
      return _mm512_maskz_loadu_epi8((there << back | ((std::uint64_t{1} << back) - 1)) & begun,
                                     text + at - back);
    };
    const __m512i bytes = from(0);
    const __m512i before = from(1);
    const __m512i low_bits = _mm512_set1_epi8(0x0F);
    const __m512i first_high = _mm512_shuffle_epi8(
        table(kByFirstHigh), _mm512_and_si512(_mm512_srli_epi16(before, 4), low_bits));
    const __m512i first_low =
        _mm512_shuffle_epi8(table(kByFirstLow), _mm512_and_si512(before, low_bits));
    const __m512i second_high = _mm512_shuffle_epi8(
        table(kBySecondHigh), _mm512_and_si512(_mm512_srli_epi16(bytes, 4), low_bits));
    const __m512i special = _mm512_and_si512(_mm512_and_si512(first_high, first_low), second_high);
    // Behind E0 and up there are two continuations, behind F0 and up three.
    const __m512i third = _mm512_subs_epu8(from(2), _mm512_set1_epi8(0xE0 - 0x80));
    const __m512i fourth =
        _mm512_subs_epu8(from(3), _mm512_set1_epi8(static_cast<char>(0xF0 - 0x80)));
    const __m512i wanted =
        _mm512_and_si512(_mm512_or_si512(third, fourth), _mm512_set1_epi8(static_cast<char>(0x80)));
    return _mm512_xor_si512(wanted, special);
  }
};

}  // namespace
}  // namespace leadscan::internal::avx512
