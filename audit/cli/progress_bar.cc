#include "audit/cli/progress_bar.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

namespace leadscan::audit {

std::size_t terminal_width(int fd) {
  winsize size = {};
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

ProgressBar::ProgressBar(const Progress& progress, std::uint64_t total, bool shown)
    : progress_(progress), total_(total) {
  if (!shown) return;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::exception&) {
    // No thread, or no memory for one: the work goes on without a bar.
  }
}

ProgressBar::~ProgressBar() {
  if (!thread_.joinable()) return;
  stop_ = true;
  thread_.join();
  std::fputs("\r\x1B[K", stderr);
}

void ProgressBar::run() noexcept {
  try {
    show();
  } catch (const std::exception&) {
    // As above.
  }
}

void ProgressBar::show() {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  for (int ticks = 1; !stop_; ++ticks) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    if (ticks % 4 != 0) continue;
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    const auto done = static_cast<double>(progress_.bytes.load(std::memory_order_relaxed));
    const std::uint64_t records = progress_.records.load(std::memory_order_relaxed);
    std::string line = fmt::format("{:.0f} MB at {:.0f} MB/s, {} record{}, {} bad", done / 1e6,
                                   done / 1e6 / seconds, records, records == 1 ? "" : "s",
                                   progress_.bad.load(std::memory_order_relaxed));
    if (total_ > 0 && done > 0) {
      const double part = std::min(1.0, done / static_cast<double>(total_));
      const auto left = static_cast<long>(seconds * (1 - part) / part);
      constexpr std::size_t kCells = 20;
      const auto cells = static_cast<std::size_t>(part * kCells);
      line = fmt::format("[{}{}] {:3.0f} % {}, {}:{:02} to go", std::string(cells, '#'),
                         std::string(kCells - cells, '.'), part * 100, line, left / 60, left % 60);
    }
    if (const unsigned left = progress_.indexes_left.load(std::memory_order_relaxed))
      line = fmt::format("all read; {} {} of the database to go", left,
                         left == 1 ? "index" : "indexes");
    // One column less: some terminals wrap when the last one is written.
    line = line.substr(0, terminal_width(STDERR_FILENO) - 1);
    std::fprintf(stderr, "\r\x1B[K%s", line.c_str());
  }
}

}  // namespace leadscan::audit
