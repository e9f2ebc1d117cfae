// TextRecords: the records of a segment of text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/records/for_each_record.h"
#include "audit/records/text_scanner.h"

namespace leadscan::audit {

// One thread at a time.
class TextRecords {
 public:
  explicit TextRecords(const TextScanner::Options& options) : options_(options) {}

  // Calls `take(const Record&)` for each record of a stretch of a segment, from `at` to a hard
  // break, a line that is put together from parts, or the segment's end, `size` bytes on. `line`:
  // there; it is then the line where the stretch ends. Returns how many of its bytes are in no
  // record, and adds to `passed_over` the lines of text without a document; take_with_names() says
  // how many of those have the name of a member of the API.
  template <typename Take>
  std::uint64_t for_each(const Chunk& chunk, const Segment& segment, const char* at,
                         std::size_t size, std::uint64_t& line, std::uint64_t& passed_over,
                         Take&& take) {
    TextScanner scanner(options_);
    scanner.set_line(line);
    const char* const begin = chunk.data() + segment.begin;
    scanner.set_before({begin, static_cast<std::size_t>(at - begin)});
    if (at + size < begin + segment.size) scanner.set_after(at[size]);
    spans_.clear();
    scanner.scan({at, size}, true, spans_);
    passed_over += scanner.take_passed_over();
    with_names_ += scanner.take_with_names();
    line = scanner.line();
    Segment stretch;
    stretch.begin = static_cast<std::size_t>(at - chunk.data());
    stretch.size = size;
    stretch.offset = segment.offset + (stretch.begin - segment.begin);
    return for_each_span(chunk, stretch, spans_.data(), spans_.size(), options_.max_record, take);
  }

  std::uint64_t take_with_names() { return std::exchange(with_names_, 0); }

 private:
  TextScanner::Options options_;
  std::uint64_t with_names_ = 0;
  std::vector<Span> spans_;
};

}  // namespace leadscan::audit
