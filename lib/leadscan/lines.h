// Lines: the records of an NDJSON text, one document a line.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

#include "leadscan/known_lines.h"
#include "leadscan/lifetime.h"
#include "leadscan/line.h"
#include "leadscan/line_result.h"
#include "leadscan/parser.h"

namespace leadscan {

// Cuts `bytes` at LF or CRLF; the last line may lack its LF. Lines of nothing but white space are
// passed over. Views into `bytes`; no copies, no allocation. One thread at a time.
class Lines {
 public:
  // Bytes up to `capacity` may be read (see PaddedBytes), which saves the parser a copy of the
  // last documents.
  explicit Lines(std::string_view bytes LEADSCAN_LIFETIMEBOUND, std::size_t capacity = 0) noexcept
      : bytes_(bytes), capacity_(capacity < bytes.size() ? bytes.size() : capacity) {}

  // The lines would be views into bytes that are gone.
  template <DyingBytes Bytes>
  explicit Lines(Bytes&&, std::size_t = 0) = delete;

  // The next line; false at the end. Its capacity reaches to the end of the text.
  bool next(PaddedBytes& line) noexcept {
    while (position_ < bytes_.size()) {
      const Line found = first_line(bytes_.substr(position_));
      begin_line(found.size);
      line = {found.text.data(), found.text.size(), capacity_ - offset_};
      if (!is_blank_line(found.text)) return true;
    }
    return false;
  }

  // Reads the document in the next line; false at the end. Blank lines are passed over here, too.
  // Where documents do not repeat a layout, the parser reads up to 16 KiB of lines ahead: the bytes
  // must not change meanwhile.
  bool next(Parser& parser, LeadResponse& response, Error& error) noexcept {
    while (position_ < bytes_.size()) {
      Parser::Way way = Parser::Way::ahead;
      if (ticket_.reader == nullptr) [[likely]] {
        std::size_t size = 0;
        way = parser.try_repeated(bytes_.substr(position_), response, size);
        if (way == Parser::Way::repeated) [[likely]] {
          begin_line(size);
          error = {};
          return true;
        }
      }
      if (read_line(parser, way, response, error)) return true;
    }
    return false;
  }

  // The same for as many lines as there are results, but none behind a line with an error, so that
  // Parser::violations() are that one's. How many were read; none at the end. Where documents
  // repeat, this takes half the time. offset(), size() and number() are those of the last one.
  std::size_t next(Parser& parser, std::span<LineResult> results) noexcept {
    std::size_t count = 0;
    while (count < results.size() && position_ < bytes_.size()) {
      Parser::Way way = Parser::Way::ahead;
      if (ticket_.reader == nullptr) [[likely]] {
        const std::size_t repeated = parser.try_repeated(bytes_.substr(position_), position_,
                                                         number_ + 1, results.subspan(count), way);
        if (repeated != 0) {
          count += repeated;
          go_behind(results[count - 1]);
          if (count == results.size() || position_ == bytes_.size()) break;
        }
      }
      bool missed = false;
      if (way == Parser::Way::alone) {
        if (const std::size_t known = match_lines(parser, results.subspan(count), missed)) {
          count += known;
          go_behind(results[count - 1]);
          if (!missed) continue;
        }
      }
      LineResult& result = results[count];
      if (missed) {
        begin_line(line_size(parser));
        const std::string_view line = without_line_end({bytes_.data() + offset_, size_});
        result.error = parser.parse_missed(line, capacity_ - offset_, result.response);
        if (result.error && is_blank_line(line)) continue;
      } else if (!read_line(parser, way, result.response, result.error)) {
        continue;
      }
      result.offset = offset_;
      result.size = size();
      result.number = number_;
      result.shape = 0;
      ++count;
      if (result.error) break;
    }
    return count;
  }

  // Of the line that next() gave: its bytes without those of its end, the bytes before it, and its
  // number, from 1, blank lines counted.
  std::size_t size() const noexcept {
    return without_line_end({bytes_.data() + offset_, size_}).size();
  }
  std::size_t offset() const noexcept { return offset_; }
  std::size_t number() const noexcept { return number_; }

 private:
  // Of the line at position_. Many ends are looked for at once, so that the place of the next line
  // does not wait for what is in this one.
  std::size_t line_size(Parser& parser) noexcept {
    while (next_end_ < ends_.count || scanned_ < bytes_.size()) {
      while (next_end_ < ends_.count) {
        const std::size_t end = ends_begin_ + ends_.at[next_end_++];
        if (end >= position_) [[likely]]
          return end - position_;
      }
      find_more_ends(parser);
    }
    return bytes_.size() - position_;
  }
  void find_more_ends(Parser& parser) noexcept {
    // The other next() may have gone on from there.
    scanned_ = std::max(scanned_, position_);
    ends_begin_ = scanned_;
    next_end_ = 0;
    parser.find_line_ends(bytes_.substr(scanned_), ends_);
    scanned_ += ends_.scanned;
  }

  std::size_t match_lines(Parser& parser, std::span<LineResult> results, bool& missed) noexcept {
    if (next_end_ == ends_.count && scanned_ < bytes_.size()) find_more_ends(parser);
    internal::KnownLines lines{bytes_.data(), position_, number_, ends_, ends_begin_, next_end_};
    const std::size_t count = parser.match_lines(lines, results);
    next_end_ = lines.next_end;
    missed = lines.missed;
    return count;
  }

  // The line at position_, which does not repeat; false if it is blank.
  bool read_line(Parser& parser, Parser::Way way, LeadResponse& response, Error& error) noexcept {
    const std::string_view rest = bytes_.substr(position_);
    std::size_t size = 0;
    if (way == Parser::Way::ahead && parser.reads_ahead(rest, response, error, size, ticket_)) {
      begin_line(size);
      return !error || !is_blank_line({bytes_.data() + offset_, size_});
    }
    // For an exception it does not pay to look further ahead.
    begin_line(way == Parser::Way::exception ? first_line(rest).size : line_size(parser));
    const std::string_view line = without_line_end({bytes_.data() + offset_, size_});
    error = parser.parse(line.data(), line.size(), capacity_ - offset_, response);
    return !error || !is_blank_line(line);
  }

  // `last` was read from position_ on, perhaps with others in front of it.
  void go_behind(const LineResult& last) noexcept {
    offset_ = last.offset;
    size_ = internal::size_with_cr(bytes_.data() + last.offset, last.size);
    position_ = offset_ + size_ + 1;
    number_ = last.number;
  }

  // At position_, with `size` bytes up to its LF or the end of the text.
  void begin_line(std::size_t size) noexcept {
    offset_ = position_;
    size_ = size;
    position_ += std::min(size + 1, bytes_.size() - position_);
    ++number_;
  }

  std::string_view bytes_;
  std::size_t capacity_;
  std::size_t position_ = 0;
  std::size_t offset_ = 0;
  std::size_t size_ = 0;  // its CR included: looked for only when size() is asked for
  std::size_t number_ = 0;

  internal::Ticket ticket_;  // for lines that the parser has read ahead

  internal::LineEnds ends_;  // counted from ends_begin_
  std::size_t ends_begin_ = 0;
  std::size_t next_end_ = 0;
  std::size_t scanned_ = 0;
};

}  // namespace leadscan
