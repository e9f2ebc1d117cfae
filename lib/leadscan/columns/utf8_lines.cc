#include "leadscan/columns/utf8_lines.h"

#include <simdjson.h>

#include <algorithm>
#include <string_view>

#include "leadscan/line.h"

namespace leadscan::internal {

void mark_lines_without_utf8(const char* text, std::size_t size, Columns& columns) noexcept {
  const std::string_view chunk(text, size);
  std::size_t next = 0;  // the line behind those looked at
  for (std::size_t i = 0; i < columns.non_ascii_count; ++i) {
    const std::size_t block = columns.non_ascii_blocks[i] * kBlock;
    const std::size_t block_end = std::min(block + kBlock, size);
    if (block >= size) return;
    if (next <= block) {
      const std::size_t newline = chunk.substr(0, block).rfind('\n');
      next = newline == chunk.npos ? 0 : newline + 1;
    }
    while (next < block_end) {
      const Line line = first_line(chunk.substr(next));
      if (!simdjson::validate_utf8(text + next, line.size)) columns.mark(next);
      next += line.next;
    }
  }
}

}  // namespace leadscan::internal
