// Stage 1 of the columnar reader: bytes to tokens. For one instruction set, like its kernel.
#pragma once

#include "leadscan/simd/avx512-inl.h"

namespace leadscan::internal::avx512 {
namespace {

class ColumnIndex {
 public:
  // `text`: whole lines, at most Columns::kMostBytes; the last one may lack its LF.
  // Reads nothing outside of it.
  static void index(const char* text, std::size_t size, Columns& columns) noexcept {
    ColumnIndex indexer(columns);
    // An LF that is not there is made up: every line ends with a token.
    const std::size_t end = size + (text[size - 1] == '\n' ? 0 : 1);
    std::size_t at = 0;
    for (; at + kBlock <= size; at += kBlock) indexer.add(Avx512::load(text + at), at, ~0ull);
    if (at < end) {
      const __mmask64 there = (std::uint64_t{1} << (size - at)) - 1;
      indexer.add(_mm512_mask_loadu_epi8(_mm512_set1_epi8('\n'), there, text + at), at,
                  ~std::uint64_t{0} >> (kBlock - (end - at)));
      at += kBlock;
    }
    columns.backslashes[at / kBlock] = 0;
    columns.any_wrong = indexer.any_wrong_ != 0;
    columns.tokens = indexer.tokens_;
    columns.non_ascii_count = indexer.non_ascii_count_;
    columns.unicode_count = indexer.unicode_count_;
    const __m512i line_ends = _mm512_set1_epi8(static_cast<char>(TokenClass::line_end));
    for (std::size_t i = 0; i < 2 * kBlock; i += kBlock)
      _mm512_storeu_si512(columns.classes.data() + indexer.tokens_ + i, line_ends);
  }

 private:
  // Pointers of its own: the bytes that are stored might alias anything, so the compiler would
  // load those of `columns` again after each store.
  explicit ColumnIndex(Columns& columns) noexcept
      : columns_(columns),
        classes_(columns.classes.data()),
        positions_(columns.positions.data()),
        table_low_(Avx512::load(kByteTable.bytes.data())),
        table_high_(Avx512::load(kByteTable.bytes.data() + kBlock)) {}

  static __m512i all(unsigned byte) noexcept { return _mm512_set1_epi8(static_cast<char>(byte)); }

  // The block at `at`; `wanted`: the bytes that may be tokens.
  [[gnu::always_inline]] void add(__m512i bytes, std::size_t at, std::uint64_t wanted) noexcept {
    const std::size_t number = at / kBlock;
    const std::uint64_t non_ascii = _mm512_movepi8_mask(bytes);
    const __m512i is =  // vpermi2b looks up 7 bits
        _mm512_maskz_permutex2var_epi8(~non_ascii, table_low_, bytes, table_high_);
    const std::uint64_t all_quotes = _mm512_cmpeq_epi8_mask(bytes, all('"'));
    const std::uint64_t backslashes = _mm512_cmpeq_epi8_mask(bytes, all('\\'));
    if ((all_quotes | backslashes) == 0 && is_inside_of_string(is)) [[unlikely]] {
      columns_.wrong[number] = columns_.backslashes[number] = 0;
      note_non_ascii(non_ascii, number);
      return;
    }
    const std::uint64_t escaped = escapes_.escaped(backslashes);
    const std::uint64_t quotes = all_quotes & ~escaped;
    // From each opening quote to before the closing one.
    std::uint64_t in_string = Avx512::prefix_xor(quotes) ^ in_string_;
    const __mmask64 controls = _mm512_mask_test_epi8_mask(in_string, is, all(ByteTable::kControl));
    const __mmask64 bad_escapes =
        _mm512_mask_testn_epi8_mask(escaped, is, all(ByteTable::kEscapable));
    std::uint64_t wrong = 0;
    if (!_kortestz_mask64_u8(controls, bad_escapes)) [[unlikely]] {
      wrong = bad_escapes;
      in_string = end_at_line_ends(bytes, in_string, wrong);
      wrong |= _mm512_mask_test_epi8_mask(in_string, is, all(ByteTable::kControl));
      any_wrong_ |= wrong;
    }
    columns_.wrong[number] = wrong;
    in_string_ = static_cast<std::uint64_t>(static_cast<std::int64_t>(in_string) >> 63);

    columns_.backslashes[number] = backslashes;
    columns_.unicode_blocks[unicode_count_] = static_cast<std::uint16_t>(number);
    columns_.unicode[unicode_count_] = escaped & _mm512_cmpeq_epi8_mask(bytes, all('u'));
    unicode_count_ += columns_.unicode[unicode_count_] != 0;
    note_non_ascii(non_ascii, number);

    const std::uint64_t operators = _mm512_test_epi8_mask(is, all(ByteTable::kOperator));
    const std::uint64_t separators =
        _mm512_test_epi8_mask(is, all(ByteTable::kOperator | ByteTable::kSpace));
    const std::uint64_t scalars = ~(separators | in_string | quotes);
    const std::uint64_t scalar_starts = scalars & ~(scalars << 1 | scalar_);
    scalar_ = scalars >> 63;
    const std::uint64_t tokens = (quotes | (operators & ~in_string) | scalar_starts) & wanted;
    const __m512i classes =
        _mm512_mask_mov_epi8(_mm512_and_si512(is, all(ByteTable::kClass)), quotes & ~in_string,
                             all(byte_of(TokenClass::close_quote)));
    _mm512_storeu_si512(classes_ + tokens_, _mm512_maskz_compress_epi8(tokens, classes));
    tokens_ += Avx512::positions(tokens, static_cast<unsigned>(at), positions_ + tokens_);
  }

  // A block without quotes and backslashes, of a long text: nothing begins or ends there.
  bool is_inside_of_string(__m512i is) const noexcept {
    return in_string_ != 0 && !escapes_.pending() &&
           _mm512_test_epi8_mask(is, all(ByteTable::kControl)) == 0;
  }

  [[gnu::always_inline]] void note_non_ascii(std::uint64_t non_ascii, std::size_t number) noexcept {
    columns_.non_ascii_blocks[non_ascii_count_] = static_cast<std::uint16_t>(number);
    non_ascii_count_ += (non_ascii | non_ascii_before_) != 0;
    non_ascii_before_ = non_ascii >> (kBlock - 3);  // the longest sequence has three bytes more
  }

  // A string that an LF is in was not closed: it ends there, and what is behind the LF is the next
  // line's. Marks the LF.
  static std::uint64_t end_at_line_ends(__m512i bytes, std::uint64_t in_string,
                                        std::uint64_t& wrong) noexcept {
    const std::uint64_t line_ends = _mm512_cmpeq_epi8_mask(bytes, all('\n'));
    while ((line_ends & in_string) != 0) {
      const std::uint64_t from = line_ends & in_string;
      const std::uint64_t first = from & -from;
      wrong |= first;
      in_string ^= -first;
    }
    return in_string;
  }

  Columns& columns_;
  std::uint8_t* classes_;
  std::uint16_t* positions_;
  __m512i table_low_;
  __m512i table_high_;
  EscapeRuns escapes_;
  std::uint64_t in_string_ = 0;  // all ones if the block before ended inside a string
  std::uint64_t scalar_ = 0;     // 1 if it ended inside a scalar
  std::uint64_t non_ascii_before_ = 0;
  std::uint64_t any_wrong_ = 0;
  std::size_t tokens_ = 0;
  std::size_t non_ascii_count_ = 0;
  std::size_t unicode_count_ = 0;
};

}  // namespace
}  // namespace leadscan::internal::avx512
