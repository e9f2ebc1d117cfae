// The stages of the columnar reader, one after the other; see columns.h. For one instruction set,
// like its kernel. What is used here must have been included in front: stages_headers.h.
#pragma once

#include "leadscan/columns/encoding-inl.h"
#include "leadscan/columns/index-inl.h"
#include "leadscan/columns/names-inl.h"
#include "leadscan/columns/responses-inl.h"
#include "leadscan/columns/scalars-inl.h"
#include "leadscan/columns/structure-inl.h"
#include "leadscan/simd/avx512-inl.h"

namespace leadscan::internal::avx512 {
namespace {

struct ColumnStages {
  // The bytes of the whole lines that a chunk has room for.
  static std::size_t chunk_size(std::string_view text) noexcept {
    if (text.size() <= Columns::kMostBytes) return text.size();
    std::size_t end = Columns::kMostBytes;
    static_assert(Columns::kMostBytes % kBlock == 0);
    for (; end != 0; end -= kBlock) {
      const std::uint64_t line_ends =
          _mm512_cmpeq_epi8_mask(Avx512::load(text.data() + end - kBlock), _mm512_set1_epi8('\n'));
      if (line_ends != 0) return end - static_cast<std::size_t>(std::countl_zero(line_ends));
    }
    return 0;
  }

  static std::size_t load(ColumnState& state, std::string_view text) noexcept {
    Columns& columns = state.columns;
    const std::size_t size = chunk_size(text);
    state.chunk = text.substr(0, size);
    state.place = ColumnPlace();
    columns.line_end_count = 0;
    if (size == 0) return 0;
    const char* data = text.data();
    ColumnIndex::index(data, size, columns);
    ColumnStructure::add(columns, size < text.size() ? data + size : nullptr);
    ColumnScalars::check(data, size, columns);
    ColumnEncoding::check(data, size, columns);
    ColumnNames::identify(data, columns);
    // Behind all lines, where a line's names are looked for up to.
    columns.names[columns.name_count] = UINT16_MAX;
    return size;
  }

  static std::size_t next(ColumnState& state, std::span<ColumnLine> lines) noexcept {
    return ColumnResponses::add(state.chunk.data(), state.chunk.size(), state.columns, state.memory,
                                state.place, lines);
  }
};

}  // namespace
}  // namespace leadscan::internal::avx512
