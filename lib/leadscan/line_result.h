// LineResult: what was read from one line, of several that are read at once (lines.h).
#pragma once

#include <cstddef>
#include <cstdint>

#include "leadscan/error.h"
#include "leadscan/response.h"

namespace leadscan {

struct LineResult {
  LeadResponse response;   // views into the text
  Error error;             // its offset is from the line's first byte
  std::size_t offset = 0;  // bytes in front of the line
  std::size_t size = 0;    // bytes of it, without those of its end
  std::size_t number = 0;  // from 1, blank lines counted
  // Not 0 if the line followed a layout that its parser has learned, and then that one's number,
  // which the parser, until it is moved or assigned to, never gives to another. Documents of one
  // shape have the same members in the same order, named with the same bytes, with values of the
  // same types, and the same white space around them; of members that are read, the same ones are
  // null or absent. Texts and numbers differ. A layout that was forgotten and learned again is
  // another shape.
  std::uint32_t shape = 0;
};

}  // namespace leadscan
