// Scheduler: which thread reads which file, and which chunk it judges.
//
// A thread takes the earliest file that nobody reads, and fills chunks from it; others judge them.
// Who decompresses a file stays at it, without pauses in which the next thread would have to wake
// up, until there is a chunk for each thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "audit/engine/backlog.h"
#include "audit/engine/work.h"

namespace leadscan::audit {

// Thread-safe. mutex_ guards everything here and some of FileTask; it is held for moments only,
// never while something is read, and no other lock is taken under it.
class Scheduler {
 public:
  // All of it lives at least as long.
  Scheduler(const Tree& tree, const PipelineOptions& options, Progress& progress,
            const Backlog& backlog);

  // Before the threads: what an earlier run has done.
  void begin_at(std::size_t file) { front_ = file; }
  FileTask& begin_inside(std::size_t file, std::uint64_t members);

  // A thread will ask from now on, or asks no more.
  void enter() noexcept;
  void leave() noexcept;

  // A chunk to be judged; waits for one. Null: there will be none, or the audit was stopped and all
  // that was read is taken. Throws std::bad_alloc, and nothing has happened.
  std::unique_ptr<Work> next();
  void give_back(std::unique_ptr<Chunk> chunk) noexcept;
  void stop() noexcept;

  // For Merger. A chunk of `task` is merged, and what it took is given back.
  void merged(FileTask& task) noexcept;
  // `file`, the earliest there is, is done; it is gone then.
  void complete(std::size_t file) noexcept;
  // Null if it has not begun.
  FileTask* task(std::size_t file) noexcept;

  // Whether an input that could have gone on was left because the audit was stopped.
  bool input_stopped() const { return input_stopped_; }
  bool stopped() const {
    if (stopped_) return true;
    // What is followed ends by itself then.
    return !options_.follow && options_.stop != nullptr &&
           options_.stop->load(std::memory_order_relaxed);
  }

 private:
  using Lock = std::unique_lock<std::mutex>;

  FileTask* choose(std::size_t& file);
  std::unique_ptr<Work> begin_work();
  void read(FileTask& task, Work& work) noexcept;
  void open(FileTask& task, std::size_t file);
  FileTask& begin(std::size_t file);

  const Tree& tree_;
  const PipelineOptions& options_;
  Progress& progress_;
  const Backlog& backlog_;
  RotatedFiles rotated_;
  std::atomic<bool> stopped_ = false;
  std::atomic<bool> input_stopped_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  // Under mutex_:
  std::vector<std::unique_ptr<FileTask>> tasks_;  // by file
  std::size_t front_ = 0;                         // the file that is reported next
  unsigned threads_ = 0;
  WorkList ready_;  // read; one for each other thread at most
  std::vector<std::unique_ptr<Chunk>> free_chunks_;
};

}  // namespace leadscan::audit
