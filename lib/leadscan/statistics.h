// Statistics: how a Parser has read its documents.
#pragma once

#include <cstdint>

namespace leadscan {

// How many documents were read in which way.
struct Statistics {
  std::uint64_t template_hits = 0;  // a learned layout, with the lengths of all strings
  std::uint64_t layout_hits = 0;    // a learned layout
  std::uint64_t misses = 0;         // compared, but none fitted
  std::uint64_t skipped = 0;        // not compared: too short, too long, or nothing fits lately
  std::uint64_t learned = 0;        // documents learned from
};

}  // namespace leadscan
