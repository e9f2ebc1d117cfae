// LinesAhead: the parser's answers for lines of a text, of which several are read at once.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "leadscan/leadscan.h"

namespace leadscan::audit {

// While one line after the other is a document, more and more are read with one call; what is no
// document would only cost the parser its strict reading. Answers that nobody has asked for yet
// are forgotten with forget() where the parser reads something else, as violations() are its last
// one's; start() is for another text.
class LinesAhead {
 public:
  // Reads the first line of `text`, all that is left of it from a line's first brace on, as
  // Parser::parse_line() does.
  Error read(Parser& parser, std::string_view text, LeadResponse& response, std::size_t& size) {
    shape_ = 0;
    if (const LineResult* result = take(text)) return give(*result, text, response, size);
    if (at_once_ < kWorthIt) {
      forget();
      return parser.parse_line(text, response, size);
    }
    read_lines(parser, text);
    if (const LineResult* result = take(text)) return give(*result, text, response, size);
    // It begins with blank lines, or is indented and no document.
    forget();
    return parser.parse_line(text, response, size);
  }

  // The answers for the first lines of `text`, as far as each is a response of the API's from the
  // line's first byte to its last, with `max_record` bytes at most; more lines are read where none
  // are left. Empty where something else comes: for read(). They count as given.
  std::span<const LineResult> responses(Parser& parser, std::string_view text,
                                        std::size_t max_record) {
    if (next_result_ == results_) {
      if (at_once_ < kMost || text.front() != '{') return {};
      read_lines(parser, text);
    }
    const std::size_t first = next_result_;
    for (const char* line = text.data(); next_result_ < results_; ++next_result_) {
      const LineResult& result = result_[next_result_];
      if (begin_ + result.offset != line || result.error ||
          result.response.family == Family::message || result.size > max_record || *line != '{' ||
          line[result.size - 1] != '}')
        break;
      line = behind(result);
    }
    return std::span(result_).subspan(first, next_result_ - first);
  }

  // Of the line that was read: LineResult::shape.
  std::uint32_t shape() const { return shape_; }

  // Whether the line was a document.
  void found(bool document) {
    at_once_ = document ? std::min(2 * at_once_, kMost) : std::max(at_once_ / 2, std::size_t{1});
  }

  void forget() { next_result_ = results_ = 0; }
  // The bytes may have changed.
  void start() {
    lines_.reset();
    forget();
  }

 private:
  static constexpr std::size_t kMost = 32;
  static constexpr std::size_t kWorthIt = 4;

  // From the beginning of `text` on.
  void read_lines(Parser& parser, std::string_view text) {
    if (!lines_ || !is_indented(next_, text.data()) || text.data() + text.size() != end_) {
      lines_.emplace(text);
      begin_ = text.data();
      end_ = begin_ + text.size();
    }
    next_result_ = 0;
    results_ = lines_->next(parser, std::span(result_).first(at_once_));
    if (results_ != 0) next_ = behind(result_[results_ - 1]);
  }
  // The line behind the result's.
  const char* behind(const LineResult& result) const {
    return leadscan::internal::behind_line_end(begin_ + result.offset + result.size, end_);
  }
  const LineResult* take(std::string_view text) {
    while (next_result_ < results_) {
      const LineResult& result = result_[next_result_];
      const char* const line = begin_ + result.offset;
      if (line > text.data()) return nullptr;
      ++next_result_;
      if (line == text.data()) return &result;
      // An error is told from the brace on.
      if (!result.error && line + result.size > text.data() && is_indented(line, text.data()))
        return &result;
      at_once_ = 1;
    }
    return nullptr;
  }
  static bool is_indented(const char* line, const char* brace) {
    return line <= brace && is_blank_line({line, static_cast<std::size_t>(brace - line)});
  }
  Error give(const LineResult& result, std::string_view text, LeadResponse& response,
             std::size_t& size) {
    response = result.response;
    shape_ = result.shape;
    size = result.size - static_cast<std::size_t>(text.data() - (begin_ + result.offset));
    size += std::size_t{size < text.size() && text[size] == '\r'};
    return result.error;
  }

  std::optional<Lines> lines_;
  const char* begin_ = nullptr;  // of its text
  const char* end_ = nullptr;
  const char* next_ = nullptr;  // the line that it would read next
  std::array<LineResult, kMost> result_;
  std::size_t next_result_ = 0;
  std::size_t results_ = 0;
  std::size_t at_once_ = 1;
  std::uint32_t shape_ = 0;
};

}  // namespace leadscan::audit
