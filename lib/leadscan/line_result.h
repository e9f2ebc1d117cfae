// LineResult: what was read from one line, of several that are read at once (lines.h).
#pragma once

#include <cstddef>

#include "leadscan/error.h"
#include "leadscan/response.h"

namespace leadscan {

struct LineResult {
  LeadResponse response;   // views into the text
  Error error;             // its offset is from the line's first byte
  std::size_t offset = 0;  // bytes in front of the line
  std::size_t size = 0;    // bytes of it, without those of its end
  std::size_t number = 0;  // from 1, blank lines counted
};

}  // namespace leadscan
