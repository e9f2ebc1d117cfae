#include "audit/cli/following.h"

#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <exception>

#include "audit/base/timestamp.h"
#include "audit/cli/standard_streams.h"
#include "audit/input/follower.h"
#include "audit/report/format.h"

namespace leadscan::audit {

std::string why_not_followed(const Options& options) {
  // A thread waits for each, and they are all to be open at once.
  constexpr std::size_t kMost = 256;
  if (options.paths.size() > kMost)
    return fmt::format("--follow takes up to {} files, not {}", kMost, options.paths.size());
  for (const std::string& path : options.paths)
    if (const std::string why = why_not_followed(path); !why.empty())
      return "--follow: " + path + ": " + why;
  return {};
}

Heartbeat::Heartbeat(const Options& options, const Progress& progress)
    : progress_(progress), seconds_(options.every) {
  if (seconds_ == 0) return;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::exception&) {
    tell("no thread could be started for --every: nothing is said before the end");
  }
}

Heartbeat::~Heartbeat() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stops_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Heartbeat::run() noexcept {
  std::uint64_t records = 0;
  std::uint64_t bad = 0;
  auto when = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  for (;;) {
    when += std::chrono::seconds(seconds_);
    if (changed_.wait_until(lock, when, [this] { return stops_; })) return;
    const std::uint64_t more_records = progress_.records.load(std::memory_order_relaxed) - records;
    const std::uint64_t more_bad = progress_.bad.load(std::memory_order_relaxed) - bad;
    records += more_records;
    bad += more_bad;
    try {
      tell(fmt::format("{}: {} (+{}), {} bad (+{})", format_timestamp(std::time(nullptr)),
                       counted(records, "record", "records"), grouped(more_records), grouped(bad),
                       grouped(more_bad)));
    } catch (const std::exception&) {
      // Not this time.
    }
  }
}

}  // namespace leadscan::audit
