// Worker: judges and counts the records of chunks; one for each thread.
#pragma once

#include "audit/engine/work.h"
#include "audit/judge/judge.h"
#include "audit/judge/responses_inside.h"
#include "audit/records/log_parts.h"
#include "audit/records/matching_lines.h"
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
  static void pass_over_lines(std::uint64_t lines, std::uint64_t with_names, Totals& totals);
  void judge_records(const Chunk& chunk, const Segment& segment, Result& result);
  bool is_on_matching_line(std::string_view all, const Record& record, Totals& totals);
  static void pass_over_line(Matching matching, std::size_t bytes, Totals& totals);
  template <typename PlaceOf>
  void judge_record(const Record& record, const MemberInfo& member, Result& result,
                    const PlaceOf& place);
  void judge_record(const Record& record, const MemberInfo& member, Result& result);
  static std::size_t index_of_cri();
  static void count_cri(std::string_view line, Totals& totals, std::uint64_t records);
  // Where a text is judged.
  struct Place {
    std::size_t at = 0;
    std::uint64_t line = 0;
    std::size_t limit = 0;     // parts of a line that was cut come there
    bool knows_parts = false;  // else only a line that may be one is looked for
  };
  void judge_text(const Chunk& chunk, const Segment& segment, Result& result);
  bool may_have_parts(std::string_view text) const;
  void judge_lines_of_text(const Chunk& chunk, const Segment& segment, Place& place,
                           Result& result);
  std::size_t take_lines(std::string_view text, const MemberInfo& member, Record& record,
                         Result& result);
  void judge_parts(const Segment& segment, const JoinedLine& line, std::string_view all,
                   Result& result);
  bool is_too_long(const JoinedLine& line, const Segment& segment) const;
  void judge_lines(const Chunk& chunk, const Segment& segment, Result& result);
  void judge_part(const Chunk& chunk, const Segment& segment, Result& result);
  void take_record(std::size_t bytes, Result& result, std::uint32_t shape = 0);
  void show(Result& result, std::uint32_t shape);
  // What a record is looked into for: bad, or without a response; a message; or one with a response
  // elsewhere.
  enum class Look : std::uint8_t { anything, message, elsewhere };
  static Look look_for(Verdict verdict) {
    return verdict == Verdict::message ? Look::message : Look::anything;
  }
  void look_inside(const Record& record, const MemberInfo& member, Look look, Result& result);
  static void lose(const Chunk& chunk, Result& result) noexcept;

  const PipelineOptions& options_;
  Progress& progress_;
  Judge judge_;
  TextRecords text_;
  MatchingLines matching_;
  LogParts parts_;
  std::string joined_;  // a line that was cut
  Chunk joined_chunk_;  // has it
  std::string copy_;    // the bytes of its parts
  Counter counter_;
  ResponsesInside inside_;
  Judged judged_;
  std::size_t messages_looked_at_ = 0;  // for advice
  std::uint64_t unmatched_line_ = 0;    // the last one that was counted; 0: none
  // Of the chunk before, and a little more.
  std::size_t keys_size_ = 0;
  std::size_t keys_count_ = 0;
  std::vector<std::size_t> sink_sizes_;
};

}  // namespace leadscan::audit
