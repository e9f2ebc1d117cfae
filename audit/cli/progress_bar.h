// A progress bar with rate and time to go, on standard error, if that is a terminal.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

#include "audit/engine/pipeline.h"

namespace leadscan::audit {

class ProgressBar {
 public:
  // `total`: bytes of all files, 0 if not known. Shows nothing unless `shown`.
  ProgressBar(const Progress& progress, std::uint64_t total, bool shown);
  // Wipes it off.
  ~ProgressBar();

 private:
  void run() noexcept;
  void show();

  const Progress& progress_;
  std::uint64_t total_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// Columns of the terminal `fd`; 80 if it is none.
std::size_t terminal_width(int fd);

}  // namespace leadscan::audit
