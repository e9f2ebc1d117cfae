// Following (--follow): what it asks of the inputs, and what is said every so many seconds.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "audit/cli/options.h"

namespace leadscan::audit {

// Why the inputs cannot be followed, as a message; empty if they can.
std::string why_not_followed(const Options& options);

// A line on standard error with what there was so far, every --every seconds, while it lives.
class Heartbeat {
 public:
  // They live at least as long. Says nothing unless `options` ask for it.
  Heartbeat(const Options& options, const Progress& progress);
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

 private:
  void run() noexcept;

  const Progress& progress_;
  const unsigned seconds_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stops_ = false;  // under mutex_
  std::thread thread_;
};

}  // namespace leadscan::audit
