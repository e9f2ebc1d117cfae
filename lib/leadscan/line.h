// Line: where the first line of a text ends. Everything that reads lines cuts them here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace leadscan {

// A line without the CR of its end.
constexpr std::string_view without_line_end(std::string_view line) {
  return line.substr(0, line.size() - (line.ends_with('\r') ? 1 : 0));
}

namespace internal {

// The white space that a line may have.
constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r'; }

// The size, with the CR of its end if it has one, of a line of `size` bytes without it, behind
// which its LF or CRLF is.
constexpr std::size_t size_with_cr(const char* line, std::size_t size) noexcept {
  return size + std::size_t{line[size] == '\r'};
}

}  // namespace internal

// Whether a line is nothing but white space, and so no record.
constexpr bool is_blank_line(std::string_view line) noexcept {
  for (const char c : line)
    if (!internal::is_blank(c)) return false;
  return true;
}

struct Line {
  std::string_view text;  // without the LF or CRLF of its end
  std::size_t size = 0;   // of the bytes in front of its LF
  std::size_t next = 0;   // where the next line begins: behind the LF, or at the end of the text

  bool has_end() const noexcept { return next != size; }
};

// Lines end with LF or CRLF; the last one may lack it.
inline Line first_line(std::string_view text) noexcept {
  const std::size_t newline = text.find('\n');
  if (newline == text.npos) return {without_line_end(text), text.size(), text.size()};
  return {without_line_end(text.substr(0, newline)), newline, newline + 1};
}

namespace internal {

// Which stream lines that a parser has read ahead are of (columns/read_ahead.h).
struct Ticket {
  const void* reader = nullptr;  // null: of none
  std::uint64_t number = 0;
};

// Where the next lines of a text end: at their LFs, from the beginning of what was scanned.
struct LineEnds {
  static constexpr std::size_t kWindow = 4096;  // bytes that are scanned at once
  static constexpr std::size_t kEnough = 64;    // or so many LFs, and those of the same block
  std::array<std::size_t, kEnough + 64> at;
  std::size_t count = 0;
  std::size_t scanned = 0;  // bytes, in which there are no others
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

}  // namespace internal
}  // namespace leadscan
