// Merger: what chunks came to, put together in the order of the input.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "audit/count/key_store.h"
#include "audit/engine/backlog.h"
#include "audit/engine/checkpoint.h"
#include "audit/engine/scheduler.h"
#include "audit/engine/work.h"

namespace leadscan::audit {

// take() is thread-safe, begin() and finish() are for the thread that begins and ends the audit.
//
// mutex_ guards the queues of FileTask, and front_. Results are merged without it: what a file
// comes to belongs to the thread that has set its `merging`; the outcome, the sinks and the
// checkpoint to the thread that has set that of the file which is reported next, the front.
// Scheduler's lock may be taken under mutex_, not the other way round. Files that are followed are
// all merged as the front is, but for the checkpoint; live_mutex_ is then for the sinks.
class Merger {
 public:
  // All of it lives at least as long.
  Merger(const Tree& tree, PipelineOptions& options, Scheduler& scheduler, Backlog& backlog);

  // Goes on from the checkpoint, if there is to be one. False: see finish().
  bool begin();
  // Merges what is complete of the file, and of those behind it if it is the front.
  void take(std::unique_ptr<Work> work) noexcept;
  // The audit cannot go on.
  void fail(const char* why) noexcept;
  // A thread had to stop for want of memory.
  void starve() noexcept;
  Outcome finish();

 private:
  using Lock = std::unique_lock<std::mutex>;

  bool is_in_turn(std::size_t file) const { return options_.follow || file == front_; }
  bool merge_next(Lock& lock, std::size_t file, FileTask& task);
  void merge_result(FileTask& task, Result& result);
  void merge_in_turn(std::size_t file, FileTask& task, std::unique_ptr<Work> work);
  void merge_ahead(FileTask& task, std::unique_ptr<Work> work);
  bool is_all_in_vain() const;
  void give(Work& work);
  void give_live(const Result& result);
  void take_file(FileTask& task);
  void complete_file(std::size_t file, FileTask& task);
  void give_unfinished();
  void tell_of_searches();

  bool resume();
  void save(std::size_t file, std::uint64_t member, FileTask* task, bool at_once) noexcept;
  bool write_checkpoint(std::size_t file, std::uint64_t member, FileTask* task);
  void end_saving(const std::string& why);

  const Tree& tree_;
  PipelineOptions& options_;
  Scheduler& scheduler_;
  Backlog& backlog_;
  KeyStore keys_;

  // Of the thread that merges the front.
  Outcome outcome_;
  Checkpoint checkpoint_;
  bool saves_ = false;                  // to the checkpoint
  std::vector<std::string> new_files_;  // that it lacks
  std::chrono::steady_clock::time_point save_next_;

  std::mutex live_mutex_;
  std::mutex mutex_;
  // Under mutex_:
  std::size_t front_ = 0;
  const char* failure_ = nullptr;
  bool starved_ = false;
};

}  // namespace leadscan::audit
