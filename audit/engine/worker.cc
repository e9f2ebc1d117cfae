#include "audit/engine/worker.h"

#include <new>
#include <utility>

#include "audit/records/for_each_record.h"

namespace leadscan::audit {

Worker::Worker(const PipelineOptions& options, Progress& progress)
    : options_(options), progress_(progress), judge_(options.judge), counter_(options.aggregate) {}

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

void Worker::judge_records(const Chunk& chunk, const Segment& segment, Result& result) {
  Totals& totals = result.totals;
  totals.separator_bytes +=
      for_each_record(chunk, segment, options_.judge.max_record, [&](const Record& record) {
        // In an HTTP archive a body may be base64, in which nothing can be looked for.
        if (options_.prefilter && segment.member->mode != RecordMode::har &&
            !options_.prefilter(record.bytes())) {
          totals.separator_bytes += record.size;
          return;
        }
        if (!judge_.judge(record, *segment.member, judged_)) {
          totals.separator_bytes += record.size;
          ++totals.passed_over;
          return;
        }
        take_record(record.size, result);
      });
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
  record.too_large = true;
  Judge::too_large(record, *segment.member, options_.judge.max_record, judged_);
  take_record(0, result);
}

}  // namespace leadscan::audit
