// What the parser's paths through a stream hand to one another: where the next lines end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace leadscan::internal {

// Which stream lines that a parser has read ahead are of (columns/read_ahead.h).
struct Ticket {
  const void* reader = nullptr;  // null: of none
  std::uint64_t number = 0;
};

// Where the next lines of a text end: at their LFs, from the beginning of what was scanned.
struct LineEnds {
  static constexpr std::size_t kWindow = 4096;  // bytes that are scanned at once
  static constexpr std::size_t kEnough = 64;  // or this many LFs, and the others of the same block
  std::array<std::size_t, kEnough + 64> at;
  std::size_t count = 0;
  std::size_t scanned = 0;  // bytes that hold no others
};

// Lines of `text` whose ends are known, in the middle of being read.
struct KnownLines {
  const char* text;
  std::size_t position = 0;  // of the next line
  std::size_t number = 0;    // of lines in front of it
  const LineEnds& ends;
  std::size_t ends_begin = 0;  // what they are counted from
  std::size_t next_end = 0;    // of the next line, or of one in front of it
  bool missed = false;         // the next line has been compared, and has no layout that is known
};

}  // namespace leadscan::internal
