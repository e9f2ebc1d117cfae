// Backlog: bytes of results that wait for their turn, because a file in front of them takes its
// time, or whoever reads the output does. Beyond kMost nothing more is read than what lets them go.
#pragma once

#include <atomic>
#include <cstddef>

namespace leadscan::audit {

class Backlog {
 public:
  static constexpr std::size_t kMost = std::size_t{64} << 20;

  void add(std::size_t bytes) { bytes_.fetch_add(bytes, std::memory_order_relaxed); }
  void remove(std::size_t bytes) { bytes_.fetch_sub(bytes, std::memory_order_relaxed); }
  bool is_full() const { return bytes_.load(std::memory_order_relaxed) > kMost; }

 private:
  std::atomic<std::size_t> bytes_{0};
};

}  // namespace leadscan::audit
