// Run: the pipeline on a thread of its own, so that whoever waits for it can be interrupted.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "audit/engine/pipeline.h"
#include "python/arrow/settings.h"

namespace leadscan::arrow {

struct ProgressNumbers {
  std::uint64_t bytes = 0;        // read from files, as they are on disk
  std::uint64_t total_bytes = 0;  // of all regular files
  std::uint64_t records = 0;
  std::uint64_t bad = 0;
};

class Run {
 public:
  explicit Run(Settings settings);
  virtual ~Run() = default;
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  // Waits so long at most; whether it has ended.
  bool wait(unsigned milliseconds);
  ProgressNumbers progress() const;
  // Inputs that were not read whole, once all is read. None before.
  std::vector<audit::InputError> errors() const;
  // Why there is no result: a failure of the run itself. Empty if all is well, or it goes on.
  std::string failure() const;

 protected:
  using Lock = std::unique_lock<std::mutex>;

  // Called by the most derived class: when it is made and before it goes.
  void start();
  void stop();

  // On the run's thread. May throw std::bad_alloc.
  virtual void work() = 0;

  Settings settings_;
  audit::Progress progress_;
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> total_bytes_{0};

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  bool ended_ = false;
  std::vector<audit::InputError> errors_;
  std::string failure_;

 private:
  std::thread thread_;
};

}  // namespace leadscan::arrow
