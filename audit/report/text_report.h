// The report for people, on a terminal or in a pipe.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "audit/report/report.h"

namespace leadscan::audit {

struct TextOptions {
  bool color = false;
  std::size_t width = 80;  // of the terminal, in columns
  std::size_t top = 10;    // rows of each table
};

// Text from the input without control characters, which must not reach a terminal.
std::string printable(std::string_view text);

std::string to_text(const Report& report, const TextOptions& options);

}  // namespace leadscan::audit
