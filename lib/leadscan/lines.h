// Lines: the records of an NDJSON text, one document a line.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "leadscan/lifetime.h"
#include "leadscan/line.h"
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
      const std::string_view rest = bytes_.substr(position_);
      std::size_t size = 0;
      using enum Parser::Way;
      Parser::Way way = ahead;
      if (ticket_.reader == nullptr) [[likely]] {
        way = parser.try_repeated(rest, response, size);
        if (way == repeated) [[likely]] {
          begin_line(size);
          error = {};
          return true;
        }
      }
      if (way == exception) {
        size = first_line(rest).size;  // not worth looking further ahead
      } else if (way == ahead && parser.reads_ahead(rest, response, error, size, ticket_)) {
        begin_line(size);
        if (!error || !is_blank_line({bytes_.data() + offset_, size_})) return true;
        continue;
      } else {
        size = line_size(parser);
      }
      begin_line(size);
      const std::string_view line = without_line_end({bytes_.data() + offset_, size_});
      error = parser.parse(line.data(), line.size(), capacity_ - offset_, response);
      if (!error || !is_blank_line(line)) return true;
    }
    return false;
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
      // The other next() may have gone on from there.
      scanned_ = std::max(scanned_, position_);
      ends_begin_ = scanned_;
      next_end_ = 0;
      parser.find_line_ends(bytes_.substr(scanned_), ends_);
      scanned_ += ends_.scanned;
    }
    return bytes_.size() - position_;
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
  std::size_t size_ = 0;  // its CR included: not to be looked for unless somebody asks
  std::size_t number_ = 0;

  internal::Ticket ticket_;  // for lines that the parser has read ahead

  internal::LineEnds ends_;  // counted from ends_begin_
  std::size_t ends_begin_ = 0;
  std::size_t next_end_ = 0;
  std::size_t scanned_ = 0;
};

}  // namespace leadscan
