// The records of a segment, one after the other: the innermost loop of every command.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "audit/records/chunk.h"
#include "leadscan/line.h"

namespace leadscan::audit {

// One record as it is in its member.
struct Record {
  const char* data = nullptr;
  std::size_t size = 0;
  std::size_t capacity = 0;  // bytes from `data` that may be read
  std::uint64_t offset = 0;  // of its first byte, in the member
  std::uint64_t line = 0;    // from 1
  bool too_large = false;
  // Not ok: a place between documents where something is wrong, as in Span. May have no bytes.
  ErrorCode syntax = ErrorCode::ok;
  bool har_entry = false;  // as in Span
  TextEncoding encoding = TextEncoding::plain;
  Matching matching = Matching::yes;  // as in Span
  bool behind_document = false;       // as in Span
  std::size_t parts = 1;              // lines of the log that it was put together from
  std::size_t elsewhere = 0;  // how many of its bytes are in the files behind (rotated_parts.h)

  std::string_view bytes() const { return {data, size}; }
};

namespace internal {

// Where the document begins in a line with text in front of it: at the first '{' that a name or the
// object's end follows, for braces occur in prefixes too; else at the first '{'. npos: nowhere.
inline std::size_t find_document(std::string_view line) {
  const std::size_t first = line.find('{');
  for (std::size_t at = first; at != line.npos; at = line.find('{', at + 1)) {
    const std::size_t next = line.find_first_not_of(" \t", at + 1);
    if (next == line.npos || line[next] == '"' || line[next] == '}') return at;
  }
  return first;
}

}  // namespace internal

// Calls `take(const Record&)` for each of `count` spans of a segment. Returns how many of the
// segment's bytes are in no record.
template <typename Take>
std::uint64_t for_each_span(const Chunk& chunk, const Segment& segment, const Span* spans,
                            std::size_t count, std::size_t max_record, Take&& take) {
  const char* const begin = chunk.data() + segment.begin;
  const char* const readable = chunk.data() + chunk.capacity() + Chunk::kSlack;
  std::uint64_t in_records = 0;
  for (const Span& span : std::span(spans, count)) {
    Record record;
    record.data = begin + span.begin;
    record.size = span.size;
    record.capacity = static_cast<std::size_t>(readable - record.data);
    record.offset = segment.offset + span.begin;
    record.line = span.line;
    record.syntax = span.syntax;
    record.too_large = span.size > max_record && span.syntax != ErrorCode::nul_bytes;
    record.har_entry = span.har_entry;
    record.encoding = span.encoding;
    record.matching = span.matching;
    record.behind_document = span.behind_document;
    in_records += span.size;
    take(static_cast<const Record&>(record));
  }
  return segment.size - in_records + segment.separators;
}

// Calls `take(const Record&)` for each record of a segment that is neither text nor oversize.
// Returns how many of the segment's bytes are in no record.
template <typename Take>
std::uint64_t for_each_record(const Chunk& chunk, const Segment& segment, std::size_t max_record,
                              Take&& take) {
  if (segment.kind == Segment::Kind::spans)
    return for_each_span(chunk, segment, chunk.spans.data() + segment.first_span,
                         segment.span_count, max_record, take);

  const char* const begin = chunk.data() + segment.begin;
  const char* const readable = chunk.data() + chunk.capacity() + Chunk::kSlack;
  std::uint64_t in_records = 0;
  Record record;
  const auto give = [&](const char* data, std::size_t size, std::uint64_t line, bool too_large) {
    record.data = data;
    record.size = size;
    record.capacity = static_cast<std::size_t>(readable - data);
    record.offset = segment.offset + static_cast<std::uint64_t>(data - begin);
    record.line = line;
    record.too_large = too_large;
    in_records += size;
    take(static_cast<const Record&>(record));
  };

  const bool prefixed = segment.kind == Segment::Kind::prefixed_lines;
  const char* const end = begin + segment.size;
  std::uint64_t line = segment.line;
  for (const char* at = begin; at < end; ++line) {
    const Line found = first_line({at, static_cast<std::size_t>(end - at)});
    std::string_view text = found.text;
    if (text.size() > max_record) {
      give(at, found.size, line, true);
    } else if (!is_blank_line(text)) {
      if (prefixed) {
        const std::size_t skipped = internal::find_document(text);
        if (skipped != text.npos) text.remove_prefix(skipped);
      }
      give(text.data(), text.size(), line, false);
    }
    at += found.next;
  }
  return segment.size - in_records + segment.separators;
}

}  // namespace leadscan::audit
