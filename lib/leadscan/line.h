// Line: where the first line of a text ends. Whatever reads lines cuts them by these functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace leadscan {

namespace internal {

// The white space that a line may have.
constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r'; }

// The size of a line without the CR of its end, of `size` bytes up to its LF, at least one.
constexpr std::size_t size_without_cr(const char* line, std::size_t size) noexcept {
  return size - std::size_t{line[size - 1] == '\r'};
}

// The other way round: the bytes up to its LF, which must be there, of a line of `size` bytes.
constexpr std::size_t size_with_cr(const char* line, std::size_t size) noexcept {
  return size + std::size_t{line[size] == '\r'};
}

}  // namespace internal

// A line without the CR of its end.
constexpr std::string_view without_line_end(std::string_view line) {
  return line.empty() ? line : line.substr(0, internal::size_without_cr(line.data(), line.size()));
}

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

}  // namespace internal
}  // namespace leadscan
