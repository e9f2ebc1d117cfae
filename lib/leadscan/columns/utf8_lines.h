// Which lines of a chunk are no UTF-8, once it is known that some are not.
#pragma once

#include <cstddef>

#include "leadscan/columns/columns.h"

namespace leadscan::internal {

// Marks those of the lines with something else than ASCII that are not.
void mark_lines_without_utf8(const char* text, std::size_t size, Columns& columns) noexcept;

}  // namespace leadscan::internal
