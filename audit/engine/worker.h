// Worker: judges and counts the records of chunks; one for each thread.
#pragma once

#include "audit/engine/work.h"
#include "audit/judge/judge.h"
#include "audit/records/text_records.h"

namespace leadscan::audit {

class Worker {
 public:
  // They live at least as long. Throws std::bad_alloc.
  Worker(const PipelineOptions& options, Progress& progress);

  // Fills in the result. Where memory is short the chunk is lost as a whole, as the result says:
  // nothing of it counts, and no record gets a verdict that it does not deserve.
  void process(Work& work) noexcept;

 private:
  void load(Work& work) const;
  void judge(const Chunk& chunk, Result& result);
  void judge_records(const Chunk& chunk, const Segment& segment, Result& result);
  void judge_record(const Record& record, const MemberInfo& member, Result& result);
  void judge_text(const Chunk& chunk, const Segment& segment, Result& result);
  void judge_lines(const Chunk& chunk, const Segment& segment, Result& result);
  void judge_part(const Chunk& chunk, const Segment& segment, Result& result);
  void take_record(std::size_t bytes, Result& result);
  static void lose(const Chunk& chunk, Result& result) noexcept;

  const PipelineOptions& options_;
  Progress& progress_;
  Judge judge_;
  TextRecords text_;
  Counter counter_;
  Judged judged_;
  std::size_t keys_size_ = 0;  // of the chunk before, and a little more
};

}  // namespace leadscan::audit
