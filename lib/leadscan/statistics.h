// Statistics: how a Parser has read its documents.
#pragma once

#include <cstdint>

namespace leadscan {

// How many documents were read in which way. All but the last are of Path::learned, and zeros for
// the others.
struct Statistics {
  std::uint64_t template_hits = 0;  // a learned layout, with the lengths of all strings
  std::uint64_t line_hits = 0;      // those of them that told parse_line() where the line ends
  std::uint64_t layout_hits = 0;    // a learned layout
  std::uint64_t misses = 0;         // compared, but none fitted
  std::uint64_t skipped = 0;        // not compared: too short, too long, or nothing fits lately
  std::uint64_t learned = 0;        // documents learned from
  std::uint64_t columns = 0;        // accepted by the columnar reader
  std::uint64_t strict = 0;         // read byte by byte: no other path accepted them
};

}  // namespace leadscan
