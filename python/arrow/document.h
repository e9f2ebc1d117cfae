// One document, judged alone.
#pragma once

#include <cstddef>
#include <string_view>

#include "python/arrow/columns.h"

namespace leadscan::arrow {

// Appends the values of the columns [begin, end) of columns(), as Values reads them. Throws
// std::bad_alloc. Keeps a parser for each thread.
void append_document(std::string_view json, std::size_t begin, std::size_t end, Row& row);

}  // namespace leadscan::arrow
