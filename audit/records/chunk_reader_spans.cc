// The part of ChunkReader that finds records itself: in arrays, archives and tables, in stretches
// of text without a hard break, and records that are too long to keep.
#include <algorithm>
#include <memory>
#include <utility>

#include "audit/records/chunk_reader.h"
#include "audit/records/text_scanner.h"
#include "leadscan/json/characters.h"
#include "leadscan/line.h"

namespace leadscan::audit {

// Whether a record that begins at `begin` of the text that was started is on a line that is asked
// for.
Matching ChunkReader::matching(std::size_t begin, std::size_t size, std::uint64_t line) {
  if (matching_.matches(begin, size)) return Matching::yes;
  return std::exchange(unmatched_line_, line) == line ? Matching::no_nor_before : Matching::no;
}

// Goes on to find records in what the chunk has from `begin` on, up to stretch_end_. Where lines
// are to be matched, not so near to the end of what is there that a line goes on for kBehind bytes
// which are not.
void ChunkReader::find_in(Chunk& chunk, std::size_t begin, bool at_end) {
  const std::string_view text(chunk.data() + begin, chunk.size() - begin);
  scan_end_ = stretch_end_;
  if (matching_.is_asked() && !ended_) {
    const std::size_t near = text.size() - std::min(text.size(), MatchingLines::kBehind);
    scan_end_ = std::min(stretch_end_, std::max(near, text.rfind('\n') + 1));
  }
  const std::size_t first = chunk.spans.size();
  splitter_->scan(text.substr(0, scan_end_), at_end, chunk.spans);
  if (!matching_.is_asked()) return;
  matching_.start(text);
  for (std::size_t i = first; i < chunk.spans.size(); ++i) {
    Span& span = chunk.spans[i];
    // Of one whose first parts are gone it was found out before.
    span.matching =
        oversize_ && i == first ? oversize_matching_ : matching(span.begin, span.size, span.line);
  }
}

// Finds the records of the segment, or takes those that were found before. Too many for one chunk
// are left for the next, which need not look for them again: true then, and the segment is
// complete.
bool ChunkReader::find_spans(Chunk& chunk, Segment& segment, bool whole) {
  const std::size_t most = most_records();
  std::vector<Span>& spans = chunk.spans;
  if (spans_left_.empty()) {
    find_in(chunk, segment.begin, whole);
    if (spans.size() - segment.first_span <= most) return false;
    const auto left = spans.begin() + static_cast<std::ptrdiff_t>(segment.first_span + most);
    spans_left_.assign(left, spans.end());
    spans.erase(left, spans.end());
    // A span is longer than a tiny record: the chunk waits with no more of them than it has.
    spans.shrink_to_fit();
  } else {
    const auto taken =
        spans_left_.begin() + static_cast<std::ptrdiff_t>(std::min(most, spans_left_.size()));
    spans.insert(spans.end(), spans_left_.begin(), taken);
    spans_left_.erase(spans_left_.begin(), taken);
    if (spans_left_.empty()) return false;
  }
  segment.size = spans.back().begin + spans.back().size;
  segment.span_count = most;
  for (Span& span : spans_left_) span.begin -= segment.size;
  stretch_end_ -= segment.size;
  scan_end_ -= segment.size;
  keep_tail(chunk, segment.begin + segment.size);
  output_ += most * output_of_record();
  finish_segment(chunk, segment, 0);
  return true;
}

void ChunkReader::begin_stretch(std::string_view text, std::uint64_t line) {
  auto scanner =
      std::make_unique<TextScanner>(TextScanner::Options{options_.max_record, options_.envelope});
  scanner->set_line(line);
  splitter_ = std::move(scanner);
  in_stretch_ = true;
  given_up_parts_ = 0;
  matching_.reset();
  CriLine cri;
  is_cri_ = parse_cri(text, cri);
}

// What is behind it is text again, to be judged by any thread.
void ChunkReader::end_stretch(Chunk& chunk, Segment& segment) {
  output_ += segment.span_count * output_of_record();
  segment.passed_over = splitter_->take_passed_over();
  segment.with_names = splitter_->take_with_names();
  const std::size_t rest = segment.begin + segment.size;
  const std::uint64_t line = splitter_->pending_line();
  finish_segment(chunk, segment, 0);
  line_ = line;
  keep_tail(chunk, rest);
  splitter_.reset();
  in_stretch_ = is_cri_ = false;
}

// Behind the hard break with which the stretch of text ends, from `from` on; where there is none,
// the text's end.
std::size_t ChunkReader::end_of_stretch(std::string_view text, std::size_t from) const {
  return in_stretch_ && !watch_.follow ? next_hard_break(text, from) : text.size();
}

bool ChunkReader::fill_spans(Chunk& chunk, Segment segment) {
  segment.kind = Segment::Kind::spans;
  segment.is_cri = is_cri_;
  segment.first_span = chunk.spans.size();
  for (;;) {
    if (spans_left_.empty()) read_some(chunk);
    const std::string_view text(chunk.data() + segment.begin, chunk.size() - segment.begin);
    // The break may be at the last byte that was there before.
    if (spans_left_.empty())
      stretch_end_ = end_of_stretch(text, std::max<std::size_t>(splitter_->seen(), 1) - 1);
    const bool is_over = stretch_end_ < text.size();
    const bool stopped = ended_ && is_left_open() && !is_over;
    if (find_spans(chunk, segment, is_over || (ended_ && !stopped))) return true;
    if (is_over) {
      segment.span_count = chunk.spans.size() - segment.first_span;
      segment.size = stretch_end_;
      end_stretch(chunk, segment);
      return true;
    }
    const std::string_view scanned = text.substr(0, scan_end_);
    std::size_t pending = splitter_->pending();
    if (stopped &&
        text.find_first_not_of(leadscan::internal::kWhiteSpace, text.size() - pending) == text.npos)
      pending = 0;
    segment.span_count = chunk.spans.size() - segment.first_span;
    const bool too_long = splitter_->seen() > options_.max_record;
    if (!ended_ && !too_long && pending == scanned.size() && segment.span_count == 0) {
      // What is looked ahead at may be more than the longest record.
      const std::size_t doubled = std::min(2 * text.size(), options_.max_record + 1);
      make_room(chunk, segment.begin + std::max(text.size(), doubled) + options_.chunk_bytes);
      continue;
    }
    output_ += segment.span_count * output_of_record();
    segment.passed_over = splitter_->take_passed_over();
    segment.with_names = splitter_->take_with_names();
    segment.size = scanned.size() - pending;
    const std::size_t rest = segment.begin + segment.size;
    const std::string_view behind = text.substr(segment.size);
    finish_segment(chunk, segment, 0);
    if (stopped) {
      forget(text.substr(text.size() - pending), offset_, splitter_->pending_line());
      chunk.set_size(rest);
    } else if (too_long) {
      oversize_ = true;
      oversize_offset_ = offset_;
      oversize_line_ = splitter_->pending_line();
      oversize_size_ = 0;
      const std::size_t seen = splitter_->seen();
      splitter_->drop_seen();
      if (matching_.is_asked()) {
        matching_.start(behind);
        oversize_matching_ = matching(0, seen, oversize_line_);
      }
      end_oversize_part(chunk, rest, seen, false);
      keep_tail(chunk, rest + seen);
    } else {
      keep_tail(chunk, rest);
    }
    if (ended_) end_member();
    return true;
  }
}

void ChunkReader::end_oversize_part(Chunk& chunk, std::size_t begin, std::size_t size, bool last) {
  Segment part;
  part.member = info_;
  part.kind = Segment::Kind::oversize;
  part.is_cri = is_cri_;
  part.begin = begin;
  part.size = size;
  part.offset = oversize_offset_ + oversize_size_;
  part.separators = separators_;
  separators_ = 0;
  part.first_part = oversize_size_ == 0;
  part.last_part = last;
  part.record_offset = oversize_offset_;
  part.record_line = oversize_line_;
  part.record_size = oversize_size_ + size;
  part.matching = oversize_matching_;
  if (matching_.is_asked()) matching_.advance({chunk.data() + begin, size});
  chunk.segments.push_back(std::move(part));
  oversize_size_ += size;
  offset_ = oversize_offset_ + oversize_size_;
  if (last) oversize_ = false;
}

bool ChunkReader::fill_oversize(Chunk& chunk) {
  const std::size_t begin = chunk.size();
  take_carry(chunk);
  read_some(chunk);
  const std::string_view text(chunk.data() + begin, chunk.size() - begin);
  if (splitter_ == nullptr) {
    const Line rest = first_line(text);
    end_oversize_part(chunk, begin, rest.size, rest.has_end() || ended_);
    // The LF stays in front of what follows, as the end of a line that is empty now.
    keep_tail(chunk, begin + rest.size);
    if (ended_ && carry_.empty()) end_member();
    return true;
  }
  const std::size_t first = chunk.spans.size();
  stretch_end_ = end_of_stretch(text, 0);
  const bool is_over = stretch_end_ < text.size();
  find_in(chunk, begin, is_over || ended_);
  if (chunk.spans.size() == first) {
    const std::size_t seen = splitter_->seen();
    splitter_->drop_seen();
    end_oversize_part(chunk, begin, seen, false);
    keep_tail(chunk, begin + seen);
    return true;
  }
  const std::size_t size = chunk.spans[first].size;
  end_oversize_part(chunk, begin, size, true);
  chunk.segments.back().syntax = chunk.spans[first].syntax;
  // What follows in `text`, as far as it is complete.
  chunk.spans.erase(chunk.spans.begin() + static_cast<std::ptrdiff_t>(first));
  for (std::size_t i = first; i < chunk.spans.size(); ++i) chunk.spans[i].begin -= size;
  Segment rest;
  rest.member = info_;
  rest.kind = Segment::Kind::spans;
  rest.is_cri = is_cri_;
  rest.begin = begin + size;
  rest.size = scan_end_ - size - splitter_->pending();
  rest.offset = offset_;
  rest.first_span = first;
  rest.span_count = chunk.spans.size() - first;
  if (is_over) {
    end_stretch(chunk, rest);
    return true;
  }
  rest.passed_over = splitter_->take_passed_over();
  rest.with_names = splitter_->take_with_names();
  const std::size_t tail = rest.begin + rest.size;
  finish_segment(chunk, rest, 0);
  keep_tail(chunk, tail);
  if (ended_) end_member();
  return true;
}

}  // namespace leadscan::audit
