#include "audit/engine/worker.h"

#include <new>
#include <utility>

#include "audit/records/chunk_reader.h"

namespace leadscan::audit {

Worker::Worker(const PipelineOptions& options, Progress& progress)
    : options_(options),
      progress_(progress),
      judge_(options.judge),
      text_({options.judge.max_record, options.judge.at.has_value()}),
      counter_(options.aggregate) {}

void Worker::process(Work& work) noexcept {
  try {
    load(work);
    judge(*work.chunk, work.result);
  } catch (const std::bad_alloc&) {
    lose(*work.chunk, work.result);
  }
}

// What the reader has left in the file.
void Worker::load(Work& work) const {
  std::string error;
  const std::size_t missing = work.chunk->load(error);
  if (missing == 0) return;
  work.result.bytes_in -= missing;
  work.result.cut = true;
  work.result.errors.push_back({work.task->summary.path, std::nullopt, std::move(error)});
}

void Worker::lose(const Chunk& chunk, Result& result) noexcept {
  Lost lost;
  lost.bytes = result.bytes_in;
  if (!chunk.segments.empty()) {
    const Segment& first = chunk.segments.front();
    lost.line = first.line;
    lost.offset = first.offset;
    try {
      lost.member = first.member->member;
    } catch (const std::bad_alloc&) {
      // It goes without.
    }
  }
  // Parts of a long record would be missing in the middle of it.
  for (const Segment& segment : chunk.segments)
    result.cut |= segment.kind == Segment::Kind::oversize;
  result.totals = {};
  result.aggregate.reset();
  result.keys = {};
  result.sink_memory = {};
  result.bytes_in = 0;
  result.lost = std::move(lost);
}

void Worker::judge(const Chunk& chunk, Result& result) {
  result.sink_memory.resize(options_.sinks.size());
  if (!options_.totals_only) {
    result.aggregate = std::make_unique<Aggregate>();
    counter_.start(*result.aggregate, result.keys);
    result.keys.bytes.reserve(keys_size_);
  }
  for (const Segment& segment : chunk.segments) {
    const std::uint64_t keys = result.keys.events;
    if (segment.kind == Segment::Kind::oversize) {
      judge_part(chunk, segment, result);
    } else if (segment.kind == Segment::Kind::text) {
      judge_text(chunk, segment, result);
    } else if (segment.kind == Segment::Kind::lines && judge_.judges_lines() &&
               !options_.prefilter) {
      judge_lines(chunk, segment, result);
    } else {
      judge_records(chunk, segment, result);
    }
    if (result.keys.events != keys) append_member(result.keys, *segment.member);
  }
  if (result.aggregate != nullptr) {
    counter_.finish();
    result.aggregate->totals = result.totals;
  }
  keys_size_ = result.keys.bytes.size() + result.keys.bytes.size() / 8;
  progress_.records.fetch_add(result.totals.records, std::memory_order_relaxed);
  progress_.bad.fetch_add(result.totals.bad(), std::memory_order_relaxed);
}

inline void Worker::take_record(std::size_t bytes, Result& result) {
  ++result.totals.records;
  ++result.totals.verdicts[index_of(judged_.verdict)];
  result.totals.record_bytes += bytes;
  if (result.aggregate != nullptr) counter_.add(judged_);
  for (std::size_t i = 0; i < options_.sinks.size(); ++i)
    options_.sinks[i]->see(judged_, result.sink_memory[i]);
}

void Worker::judge_record(const Record& record, const MemberInfo& member, Result& result) {
  Totals& totals = result.totals;
  if (!judge_.judge(record, member, judged_)) {
    totals.separator_bytes += record.size;
    ++totals.passed_over[static_cast<std::size_t>(PassedOver::other_call)];
    return;
  }
  take_record(record.size, result);
}

void Worker::judge_records(const Chunk& chunk, const Segment& segment, Result& result) {
  Totals& totals = result.totals;
  totals.passed_over[static_cast<std::size_t>(PassedOver::no_object)] += segment.passed_over;
  totals.separator_bytes +=
      for_each_record(chunk, segment, options_.judge.max_record, [&](const Record& record) {
        // In an HTTP archive a body may be base64, in which nothing can be looked for.
        if (options_.prefilter && segment.member->mode != RecordMode::har &&
            !options_.prefilter(record.bytes())) {
          totals.separator_bytes += record.size;
          return;
        }
        judge_record(record, *segment.member, result);
      });
}

// Most lines of most logs are a document, or a document behind some text. These are tried first;
// whatever else there is, is read from there on to the next hard break.
void Worker::judge_text(const Chunk& chunk, const Segment& segment, Result& result) {
  Totals& totals = result.totals;
  std::uint64_t& passed_over = totals.passed_over[static_cast<std::size_t>(PassedOver::no_object)];
  totals.separator_bytes += segment.separators;
  const std::string_view all(chunk.data() + segment.begin, segment.size);
  const bool tries_lines = judge_.judges_lines() && !options_.prefilter;
  Record record;
  record.line = segment.line;
  for (std::size_t at = 0; at < all.size();) {
    const std::string_view text = all.substr(at);
    if (tries_lines) {
      const PlainLine line = plain_line(text);
      std::size_t size = 0;
      judged_.http_status.reset();
      if (line.kind == PlainLine::Kind::document &&
          judge_.accept_line(text.substr(line.begin), *segment.member, record, judged_, size)) {
        record.offset = segment.offset + at + line.begin;
        const std::size_t next = std::min(line.begin + size + 1, text.size());
        totals.separator_bytes += next - record.size;
        take_record(record.size, result);
        at += next;
        ++record.line;
        continue;
      }
      if (line.kind == PlainLine::Kind::text) {
        const std::size_t next = std::min(line.begin + 1, text.size());
        ++passed_over;
        totals.separator_bytes += next;
        at += next;
        ++record.line;
        continue;
      }
    }
    const std::size_t size = next_hard_break(text, 0);
    if (options_.prefilter && !options_.prefilter(text.substr(0, size))) {
      totals.separator_bytes += size;
      record.line += count_bytes(text.data(), size, '\n');
    } else {
      totals.separator_bytes += text_.for_each(
          chunk, segment, text.data(), size, record.line, passed_over,
          [&](const Record& found) { judge_record(found, *segment.member, result); });
    }
    at += size;
  }
}

// What judge_records() does, for plain lines: the parser finds where they end.
void Worker::judge_lines(const Chunk& chunk, const Segment& segment, Result& result) {
  const char* const begin = chunk.data() + segment.begin;
  const char* const end = begin + segment.size;
  std::uint64_t in_records = 0;
  Record record;
  record.line = segment.line;
  judged_.http_status.reset();
  for (const char* at = begin; at < end; ++record.line) {
    std::size_t size = 0;
    const std::string_view text(at, static_cast<std::size_t>(end - at));
    if (judge_.judge_line(text, *segment.member, record, judged_, size)) {
      record.offset = segment.offset + static_cast<std::uint64_t>(at - begin);
      in_records += record.size;
      take_record(record.size, result);
    }
    at += size + 1;
  }
  result.totals.separator_bytes += segment.size - in_records + segment.separators;
}

void Worker::judge_part(const Chunk& chunk, const Segment& segment, Result& result) {
  result.totals.separator_bytes += segment.separators;
  result.totals.record_bytes += segment.size;
  for (std::size_t i = 0; i < options_.sinks.size(); ++i)
    options_.sinks[i]->see_part(segment, {chunk.data() + segment.begin, segment.size},
                                result.sink_memory[i]);
  if (!segment.last_part) return;
  Record record;
  record.size = segment.record_size;
  record.offset = segment.record_offset;
  record.line = segment.record_line;
  record.syntax = segment.syntax;
  record.too_large = segment.syntax == ErrorCode::ok;
  judge_.judge(record, *segment.member, judged_);
  take_record(0, result);
}

}  // namespace leadscan::audit
