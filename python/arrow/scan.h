// Scan: the records of files as Arrow batches, in the order of the input.
//
// A thread of its own runs the audit's pipeline, whose verdicts and positions these are. Batches
// wait in a queue of a few, so that memory stays bounded however slow whoever takes them is. When
// the scan goes, the pipeline is stopped.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <string>

#include "audit/judge/sink.h"
#include "python/arrow/batch.h"
#include "python/arrow/run.h"

namespace leadscan::arrow {

struct Account {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;  // decompressed; each of them is in a record or between them:
  std::uint64_t record_bytes = 0;
  std::uint64_t bytes_between = 0;
};

class Scan final : public Run, private audit::RecordSink {
 public:
  Scan(Settings settings, Projection projection);
  ~Scan() override;

  enum class Next { batch, end, waiting };
  // Waits so long at most. What it gives is the caller's to release.
  Next next(ArrowArray* out, unsigned milliseconds);
  const Projection& projection() const { return projection_; }
  // Once there is no more: what was read. A record of it is a row.
  Account account() const;
  // Of one that reads a part: its file's name, as the column has it.
  std::string file() const;

 private:
  static constexpr std::size_t kMostWaiting = 4;

  void work() override;
  void see(const audit::Judged& judged, std::string& memory) const override;
  void take(std::string_view memory) override;
  std::string error() const override;
  void work_range(const audit::PipelineOptions& options);
  void give();

  Projection projection_;
  Batch batch_;                      // of the thread that takes
  std::atomic<bool> broken_{false};  // memory ended within a row: columns are not of one length
  std::deque<ArrowArray> ready_;     // guarded by mutex_
  Account account_;                  // guarded by mutex_
};

// A stream of all that the scan gives. If an input was not read whole, it ends with an error that
// says which and why, behind the records there are, unless `keeps_errors`.
void export_stream(std::shared_ptr<Scan> scan, std::deque<ArrowArray> first, bool keeps_errors,
                   ArrowArrayStream* out);

// "FILE: MEMBER: REASON".
std::string to_string(const audit::InputError& error);
// The first one, and how many more there are.
std::string to_string(const std::vector<audit::InputError>& errors);

}  // namespace leadscan::arrow
