// Backlog: bytes of results that wait for their turn, because a file in front of them takes its
// time, or whoever reads the output does. Beyond most() nothing more is read than what lets them
// go.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>

namespace leadscan::audit {

class Backlog {
 public:
  static constexpr std::size_t kMost = std::size_t{48} << 20;
  static constexpr std::size_t kLeast = std::size_t{8} << 20;

  // `memory`: of which it may take a quarter.
  explicit Backlog(std::size_t memory = 4 * kMost) : most_(std::clamp(memory / 4, kLeast, kMost)) {}

  std::size_t most() const { return most_; }
  void add(std::size_t bytes) { bytes_.fetch_add(bytes, std::memory_order_relaxed); }
  void remove(std::size_t bytes) { bytes_.fetch_sub(bytes, std::memory_order_relaxed); }
  bool is_full() const { return bytes_.load(std::memory_order_relaxed) > most_; }

 private:
  const std::size_t most_;
  std::atomic<std::size_t> bytes_{0};
};

}  // namespace leadscan::audit
