// Stage 3 of the columnar reader: numbers and literals. For one instruction set, like its kernel.
#pragma once

#include "leadscan/simd/avx512-inl.h"

namespace leadscan::internal::avx512 {
namespace {

class ColumnScalars {
 public:
  static void check(const char* text, std::size_t size, Columns& columns) noexcept {
    check_numbers(text, size, columns);
    check_literals(text, size, columns);
  }

 private:
  // Of each ASCII byte what it is in a number, as bits.
  enum : std::uint8_t {
    kDigit = 1,
    kZero = 2,
    kPoint = 4,
    kExponent = 8,
    kMinus = 16,
    kPlus = 32,
    kTerminator = 64
  };
  alignas(64) static constexpr std::array<std::uint8_t, 128> kNumberBytes = [] {
    std::array<std::uint8_t, 128> table{};
    for (std::size_t c = 0; c < table.size(); ++c)
      if (kEndsScalar.contains(static_cast<unsigned char>(c))) table[c] = kTerminator;
    for (std::size_t c = '0'; c <= '9'; ++c) table[c] = kDigit;
    table['0'] |= kZero;
    table['.'] = kPoint;
    table['e'] = table['E'] = kExponent;
    table['-'] = kMinus;
    table['+'] = kPlus;
    return table;
  }();

  // How many of a list's positions have `room` bytes behind them in the text.
  static std::size_t count_with_room(const std::uint16_t* list, std::size_t count, std::size_t size,
                                     std::size_t room) noexcept {
    while (count > 0 && list[count - 1] + room > size) --count;
    return count;
  }

  static void check_numbers(const char* text, std::size_t size, Columns& columns) noexcept {
    std::uint16_t* const list = columns.numbers.data();
    const std::size_t all = columns.number_count;
    const std::size_t count = count_with_room(list, all, size, 16);
    for (std::size_t i = count; i < all; ++i) check_number(text, size, list[i], columns);
    if (count == 0) return;
    // In fours: the last one is repeated, which adds no wrong one.
    for (std::size_t i = count; i < count + 3; ++i) list[i] = list[count - 1];

    const __m512i low = Avx512::load(kNumberBytes.data());
    const __m512i high = Avx512::load(kNumberBytes.data() + 64);
    for (std::size_t i = 0; i < count; i += 4) {
      const auto load = [&](std::size_t n) __attribute__((always_inline)) {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + list[i + n]));
      };
      const auto pair = [&](std::size_t n) __attribute__((always_inline)) {
        return _mm256_inserti128_si256(_mm256_castsi128_si256(load(n)), load(n + 1), 1);
      };
      const __m512i bytes =
          _mm512_maskz_inserti64x4(0xFF, _mm512_castsi256_si512(pair(0)), pair(2), 1);
      const __m512i is =
          _mm512_maskz_permutex2var_epi8(~_mm512_movepi8_mask(bytes), low, bytes, high);
      const auto of = [&](std::uint8_t bit) -> std::uint64_t {
        return _mm512_test_epi8_mask(is, _mm512_set1_epi8(static_cast<char>(bit)));
      };
      const NumberVerdicts verdicts =
          look_at_numbers({of(kDigit), of(kZero), of(kPoint), of(kExponent), of(kMinus), of(kPlus),
                           of(kTerminator)});
      const std::uint64_t unsure = verdicts.wrong | verdicts.long_;
      if (unsure != 0) [[unlikely]] {
        // Those that are wrong are looked at again, too.
        for (unsigned numbers = by_number(unsure); numbers != 0; numbers &= numbers - 1)
          check_number(text, size, list[i + _tzcnt_u32(numbers)], columns);
      }
    }
  }

  static void check_number(const char* text, std::size_t size, std::size_t at,
                           Columns& columns) noexcept {
    const auto* begin = reinterpret_cast<const unsigned char*>(text);
    const NumberEnd number = scan_number(begin + at, begin + size);
    const bool ends = number.at == begin + size || kEndsScalar.contains(*number.at);
    if (!number.complete || !ends) columns.mark(at);
  }

  static void check_literals(const char* text, std::size_t size, Columns& columns) noexcept {
    // By bits 3 and 4 of the first letter.
    struct Literal {
      std::uint64_t text;
      std::uint64_t mask;
      unsigned bits;
    };
    static constexpr auto kPlace = [](char first) { return static_cast<unsigned>(first) >> 3 & 3; };
    static constexpr std::array<Literal, 4> kLiterals = [] {
      std::array<Literal, 4> literals{};
      for (const std::string_view literal : {"true", "false", "null"}) {
        Literal& entry = literals[kPlace(literal[0])];
        entry.bits = static_cast<unsigned>(8 * literal.size());
        entry.mask = (std::uint64_t{1} << entry.bits) - 1;
        for (std::size_t i = literal.size(); i-- > 0;)
          entry.text = entry.text << 8 | static_cast<unsigned char>(literal[i]);
      }
      return literals;
    }();
    static_assert(kPlace('t') != kPlace('f') && kPlace('t') != kPlace('n') &&
                  kPlace('f') != kPlace('n'));

    const std::uint16_t* const list = columns.literals.data();
    const std::size_t count = columns.literal_count;
    const std::size_t with_room = count_with_room(list, count, size, 8);
    const auto is_wrong = [](std::uint64_t bytes) {
      const Literal& literal = kLiterals[kPlace(static_cast<char>(bytes))];
      const auto behind = static_cast<unsigned char>(bytes >> literal.bits);
      return ((bytes ^ literal.text) & literal.mask) |
             static_cast<std::uint64_t>(!kEndsScalar.contains(behind));
    };
    const auto bytes_at = [&](std::size_t at) __attribute__((always_inline)) {
      std::uint64_t bytes;
      std::memcpy(&bytes, text + at, sizeof bytes);
      return bytes;
    };
    for (std::size_t i = with_room; i < count; ++i) {
      std::uint64_t bytes = 0;
      std::memcpy(&bytes, text + list[i], size - list[i]);
      if (is_wrong(bytes) != 0) columns.mark(list[i]);
    }
    std::uint64_t any_wrong = 0;
    for (std::size_t i = 0; i < with_room; ++i) any_wrong |= is_wrong(bytes_at(list[i]));
    if (any_wrong == 0) [[likely]]
      return;
    for (std::size_t i = 0; i < with_room; ++i)
      if (is_wrong(bytes_at(list[i])) != 0) columns.mark(list[i]);
  }
};

}  // namespace
}  // namespace leadscan::internal::avx512
