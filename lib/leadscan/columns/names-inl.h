// Stage 4 of the columnar reader: which of kFields' names each name is. For one instruction set,
// like its kernel.
#pragma once

#include "leadscan/simd/avx512-inl.h"

namespace leadscan::internal::avx512 {
namespace {

class ColumnNames {
 public:
  // Names of lines that are marked may be anything: whatever they are taken for is never used.
  static void identify(const char* text, Columns& columns) noexcept {
    const std::uint16_t* const names = columns.names.data();
    const std::uint16_t* const positions = columns.positions.data();
    std::uint8_t* const ids = columns.name_ids.data();
    const std::size_t count = columns.name_count;
    std::size_t later = 0;
    // Those that may be one of ours spelled with escapes, in front of where names are listed.
    std::uint16_t* const escaped = columns.literals.data();  // which are no longer needed
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t begin = positions[names[i]] + std::size_t{1};
      const std::size_t size = positions[names[i] + 1] - begin;
      const __m256i name = load(text + begin, size);
      ids[i] = identify(name, size);
      const std::uint32_t backslashes = _mm256_cmpeq_epi8_mask(name, _mm256_set1_epi8('\\'));
      escaped[later] = static_cast<std::uint16_t>(i);
      later += static_cast<std::size_t>((backslashes != 0) | (size > NameTable::kWidth));
    }
    for (std::size_t i = 0; i < later; ++i) {
      const std::size_t begin = positions[names[escaped[i]]] + std::size_t{1};
      const std::size_t size = positions[names[escaped[i]] + 1] - begin;
      // Only what is valid may be decoded.
      if (columns.any_wrong && columns.is_marked(begin, begin + size)) continue;
      ids[escaped[i]] = identify_escaped(text + begin, size);
    }
  }

 private:
  // The first bytes of a name, with zeros behind them.
  [[gnu::always_inline]] static __m256i load(const char* name, std::size_t size) noexcept {
    const auto bytes = static_cast<unsigned>(std::min(size, NameTable::kWidth));
    return _mm256_maskz_loadu_epi8(_bzhi_u32(~0u, bytes), name);
  }

  [[gnu::always_inline]] static std::uint8_t identify(__m256i name, std::size_t size) noexcept {
    const auto first = static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm256_castsi256_si128(name)));
    const std::uint8_t id = kNameTable.id_at[kNameTable.place(first, size)];
    const __m256i wanted =
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(kNameTable.names[id].data()));
    // As a mask: gcc would make a jump of a choice.
    const auto differs = static_cast<unsigned>(_mm256_cmpneq_epi8_mask(name, wanted) != 0);
    return static_cast<std::uint8_t>(id | (NameTable::kNone & (0u - differs)));
  }

  // A name with backslashes, or one too long to be any of ours unless it has some. The usual case,
  // a single \u00XX, takes no branch that depends on which character it is.
  static std::uint8_t identify_escaped(const char* name, std::size_t size) noexcept {
    if (size <= NameTable::kWidth) {
      const __m256i bytes = load(name, size);
      const std::uint32_t backslashes = _mm256_cmpeq_epi8_mask(bytes, _mm256_set1_epi8('\\'));
      const unsigned at = _tzcnt_u32(backslashes);
      if ((backslashes & (backslashes - 1)) == 0 && at + 6 <= size && name[at + 1] == 'u') {
        const int unit = code_unit(name + at + 2);
        // Zeros would be taken for what is behind a shorter name.
        if (unit <= 0 || unit >= 0x80) return NameTable::kNone;
        const __m256i with_unit =
            _mm256_mask_mov_epi8(bytes, backslashes, _mm256_set1_epi8(static_cast<char>(unit)));
        return identify(_mm256_maskz_compress_epi8(~(0x3Eu << at), with_unit), size - 5);
      }
    }
    if (size > 6 * kLongestName) return NameTable::kNone;
    char memory[6 * kLongestName];  // "\uXXXX" throughout; a longer name is not one of ours
    const Text text = Text::string({name, size}, true);
    const auto decoded = text.decode(memory);
    return decoded ? kNameTable.find(*decoded) : NameTable::kNone;
  }
};

}  // namespace
}  // namespace leadscan::internal::avx512
