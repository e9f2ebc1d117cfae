// Line: where the first line of a text ends. Whatever reads lines cuts them by these functions.
#pragma once

#include <cstddef>
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

// From the end of a line without its CR to the next line; `end` is that of all lines, the last of
// which may lack LF and CR.
constexpr const char* behind_line_end(const char* at, const char* end) noexcept {
  if (at != end && *at == '\r') ++at;
  return at == end ? end : at + 1;
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

}  // namespace leadscan
