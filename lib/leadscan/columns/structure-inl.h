// Stage 2 of the columnar reader: levels, the grammar, and lists of what later stages look at.
// For one instruction set, like its kernel.
#pragma once

#include "leadscan/simd/avx512-inl.h"

namespace leadscan::internal::avx512 {
namespace {

// How many containers each token is in: prefix sums over 64 tokens.
class ColumnLevels {
 public:
  // Not by an initialiser of the member: that would be compiled for any CPU.
  ColumnLevels() : depth_(_mm512_setzero_si512()) {}

  // A bracket counts as inside of its own container.
  __m512i add(__m512i classes) noexcept {
    alignas(16) static constexpr std::array<std::int8_t, kTokenClasses> kSteps = [] {
      std::array<std::int8_t, kTokenClasses> steps{};
      steps[byte_of(TokenClass::open_object)] = steps[byte_of(TokenClass::open_array)] = 1;
      steps[byte_of(TokenClass::close_object)] = steps[byte_of(TokenClass::close_array)] = -1;
      return steps;
    }();
    alignas(16) static constexpr std::array<std::int8_t, kTokenClasses> kOwn = [] {
      std::array<std::int8_t, kTokenClasses> own{};
      for (std::size_t i = 0; i < kTokenClasses; ++i) own[i] = kSteps[i] < 0 ? 1 : 0;
      return own;
    }();
    __m512i sum = _mm512_shuffle_epi8(broadcast(kSteps.data()), classes);
    sum = _mm512_add_epi8(sum, _mm512_bslli_epi128(sum, 1));
    sum = _mm512_add_epi8(sum, _mm512_bslli_epi128(sum, 2));
    sum = _mm512_add_epi8(sum, _mm512_bslli_epi128(sum, 4));
    sum = _mm512_add_epi8(sum, _mm512_bslli_epi128(sum, 8));
    // The lanes' sums to the lanes behind them.
    sum = _mm512_add_epi8(
        sum, _mm512_maskz_permutexvar_epi8(~0ull << 16, Avx512::load(kLastOfLane[0].data()), sum));
    sum = _mm512_add_epi8(
        sum, _mm512_maskz_permutexvar_epi8(~0ull << 32, Avx512::load(kLastOfLane[1].data()), sum));
    sum = _mm512_add_epi8(sum, depth_);
    depth_ = _mm512_maskz_permutexvar_epi8(~0ull, _mm512_set1_epi8(63), sum);
    return _mm512_add_epi8(sum, _mm512_shuffle_epi8(broadcast(kOwn.data()), classes));
  }

 private:
  static __m512i broadcast(const std::int8_t* table) noexcept {
    return _mm512_maskz_broadcast_i32x4(0xFFFF,
                                        _mm_load_si128(reinterpret_cast<const __m128i*>(table)));
  }
  // Of byte i the last byte of the lane one in front; of the second half, of the first half.
  alignas(64) static constexpr std::array<std::array<std::uint8_t, 64>, 2> kLastOfLane = [] {
    std::array<std::array<std::uint8_t, 64>, 2> last{};
    for (unsigned i = 16; i < 64; ++i) {
      last[0][i] = static_cast<std::uint8_t>(i / 16 * 16 - 1);
      last[1][i] = static_cast<std::uint8_t>(i < 32 ? 0 : (i / 16 - 1) * 16 - 1);
    }
    return last;
  }();

  __m512i depth_;
};

class ColumnStructure {
 public:
  // Lines that are deeper are left to the parser.
  static constexpr unsigned kLevels = 7;

  // `ahead`: what will be read next, or null; it is fetched meanwhile.
  static void add(Columns& columns, const char* ahead) noexcept {
    const std::size_t count = columns.tokens;
    ColumnStructure structure(columns);
    for (std::size_t at = 0; at < count;) {
      if (ahead != nullptr) {
        for (int i = 0; i < kPrefetches; ++i) _mm_prefetch(ahead + 64 * i, _MM_HINT_T0);
        ahead += 64 * kPrefetches;
      }
      const std::uint64_t wrong = structure.look_at(at);
      if (wrong == 0) [[likely]] {
        structure.list(at, ~std::uint64_t{0} >> (kBlock - std::min(kBlock, count - at)));
        at += kBlock;
      } else {
        at = structure.begin_anew(at, wrong);
      }
    }
    columns.line_end_count =
        static_cast<std::size_t>(structure.line_ends_ - columns.line_ends.data());
    columns.name_count = static_cast<std::size_t>(structure.names_ - columns.names.data());
    columns.number_count = static_cast<std::size_t>(structure.numbers_ - columns.numbers.data());
    columns.literal_count = static_cast<std::size_t>(structure.literals_ - columns.literals.data());
  }

 private:
  static constexpr int kPrefetches = 5;  // a document's lines of cache for its words of tokens

  explicit ColumnStructure(Columns& columns) noexcept
      : columns_(columns),
        line_ends_(columns.line_ends.data()),
        names_(columns.names.data()),
        numbers_(columns.numbers.data()),
        literals_(columns.literals.data()) {}

  // Of the 64 tokens from `at`: what is wrong. The first one that is is so beyond doubt; what is
  // behind it is as if there was no such fault.
  [[gnu::always_inline]] std::uint64_t look_at(std::size_t at) noexcept {
    const __m512i classes = Avx512::load(columns_.classes.data() + at);
    const auto of = [&](TokenClass c) -> std::uint64_t {
      return _mm512_cmpeq_epi8_mask(classes, _mm512_set1_epi8(static_cast<char>(c)));
    };
    using enum TokenClass;
    number_tokens_ = of(number);
    const __m512i from_number = _mm512_sub_epi8(classes, _mm512_set1_epi8(byte_of(number)));
    const TokenMasks is{
        .open_object = of(open_object),
        .close_object = of(close_object),
        .open_array = of(open_array),
        .close_array = of(close_array),
        .colon = of(colon),
        .comma = of(comma),
        .open_quote = of(open_quote),
        .close_quote = of(close_quote),
        .scalar = _mm512_cmplt_epu8_mask(from_number,
                                         _mm512_set1_epi8(byte_of(line_end) - byte_of(number))),
        .line_end = of(line_end),
    };
    scalar_tokens_ = is.scalar;
    line_end_tokens_ = is.line_end;

    const __m512i levels = levels_.add(classes);
    _mm512_storeu_si512(columns_.levels.data() + at, levels);
    // Level 0 has the line ends and nothing else.
    std::uint64_t wrong = (_mm512_testn_epi8_mask(levels, levels) ^ is.line_end) |
                          _mm512_testn_epi8_mask(classes, classes) |
                          _mm512_cmpgt_epi8_mask(levels, _mm512_set1_epi8(kLevels));
    const std::uint64_t closes = is.closes();
    std::uint64_t commas_in_objects = 0;
#pragma GCC unroll 8
    for (unsigned i = 0; i < kLevels; ++i) {
      const std::uint64_t level =
          _mm512_cmpeq_epi8_mask(levels, _mm512_set1_epi8(static_cast<char>(i + 1)));
      std::uint64_t inside = 0;
      wrong |= spans_[i].add(is.open_object & level, closes & level, is.close_object, inside);
      commas_in_objects |= is.comma & level & inside;
    }
    const Grammar::Result grammar = grammar_.add(is, commas_in_objects);
    name_tokens_ = grammar.names & _mm512_cmple_epi8_mask(levels, _mm512_set1_epi8(2));
    return wrong | grammar.wrong;
  }

  // Puts those of the tokens just looked at that are `wanted` into the lists.
  [[gnu::always_inline]] void list(std::size_t at, std::uint64_t wanted) noexcept {
    const auto first = static_cast<unsigned>(at);
    names_ += Avx512::positions(name_tokens_ & wanted, first, names_);
    line_ends_ += Avx512::positions(line_end_tokens_ & wanted, first, line_ends_);
    const std::uint16_t* positions = columns_.positions.data() + at;
    const __m512i low = Avx512::load(positions);
    const __m512i high = Avx512::load(positions + 32);
    const auto put = [&](std::uint64_t tokens, std::uint16_t*& out) __attribute__((always_inline)) {
      const auto in_low = static_cast<__mmask32>(tokens);
      const auto in_high = static_cast<__mmask32>(tokens >> 32);
      _mm512_storeu_si512(out, _mm512_maskz_compress_epi16(in_low, low));
      out += _mm_popcnt_u32(in_low);
      _mm512_storeu_si512(out, _mm512_maskz_compress_epi16(in_high, high));
      out += _mm_popcnt_u32(in_high);
    };
    put(number_tokens_ & wanted, numbers_);
    put(scalar_tokens_ & ~number_tokens_ & wanted, literals_);
  }

  // Behind the line with the first of the tokens that are wrong, which is marked. Returns where.
  [[gnu::noinline]] std::size_t begin_anew(std::size_t at, std::uint64_t wrong) noexcept {
    const std::size_t bad = at + _tzcnt_u64(wrong);
    columns_.mark(columns_.positions[bad]);
    list(at, _bzhi_u64(~std::uint64_t{0}, static_cast<unsigned>(bad - at)));
    std::size_t end = bad;
    for (;; end += kBlock) {
      const std::uint64_t line_ends =
          _mm512_cmpeq_epi8_mask(Avx512::load(columns_.classes.data() + end),
                                 _mm512_set1_epi8(static_cast<char>(TokenClass::line_end)));
      if (line_ends == 0) continue;
      end += _tzcnt_u64(line_ends);
      break;
    }
    // At the line's end: whether that it is too deep is all that is wrong so far.
    const std::uint8_t level = columns_.levels[bad];
    columns_.levels[end] = level == kLevels + 1 ? level : 0;
    *line_ends_++ = static_cast<std::uint16_t>(end);
    levels_ = ColumnLevels();
    grammar_ = Grammar();
    spans_ = {};
    return end + 1;
  }

  Columns& columns_;
  std::uint16_t* line_ends_;
  std::uint16_t* names_;
  std::uint16_t* numbers_;
  std::uint16_t* literals_;
  ColumnLevels levels_;
  std::array<ObjectSpans, kLevels> spans_;
  Grammar grammar_;
  std::uint64_t name_tokens_ = 0;
  std::uint64_t line_end_tokens_ = 0;
  std::uint64_t number_tokens_ = 0;
  std::uint64_t scalar_tokens_ = 0;
};

}  // namespace
}  // namespace leadscan::internal::avx512
