// Timing: parsers take turns on short blocks, and medians are compared, since machines drift.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "bench/compare_options.h"
#include "bench/compare_statistics.h"
#include "bench/parsers/adapter.h"
#include "corpus/corpus.h"

namespace leadscan::bench {

// How long to measure.
struct Effort {
  unsigned rounds;              // blocks of each parser
  unsigned least_rounds;        // of a parser that is too slow for that many
  double block_seconds;         // a block of calls takes at least this
  double stream_block_seconds;  // and one of whole passes over a stream: memory is slow at first
                                // after something that did not use it
  double parser_seconds;        // and a parser has about this long in all
  double call_seconds;          // and this long for its single calls
  std::size_t pool;             // documents of a corpus for Setting::document, at least
  std::size_t trained;          // and for Setting::trained: they stay in the caches
  std::size_t stream_bytes;

  // Of a point of a sweep, of which there are many.
  Effort of_sweep() const {
    Effort effort = *this;
    effort.parser_seconds /= 4;
    effort.call_seconds /= 4;
    effort.pool /= 4;
    effort.stream_bytes /= 4;
    return effort;
  }
};
inline constexpr Effort kQuickEffort = {11, 5, 0.002, 0.01, 0.12, 0.02, 20'000, 2000, 4'000'000};
inline constexpr Effort kNormalEffort = {31, 11, 0.004, 0.1, 1.2, 0.2, 200'000, 2000, 64'000'000};
inline constexpr Effort kFullEffort = {101, 31, 0.01, 0.2, 12, 2.0, 200'000, 2000, 64'000'000};

// One block of calls, or of passes over a stream. CPU time is that of the thread, the only one that
// works: it does not count the moments in which a shared machine runs something else. For
// Setting::document both are time by the clock on the wall, of 64 calls each, without the slowest
// hundredth of these.
struct Block {
  std::uint64_t documents = 0;
  double cpu_seconds = 0;
  double wall_seconds = 0;

  double nanoseconds() const { return 1e9 * cpu_seconds / static_cast<double>(documents); }
  double wall_nanoseconds() const { return 1e9 * wall_seconds / static_cast<double>(documents); }
};

// How long calls take, in nanoseconds a document.
struct Latency {
  unsigned calls = 0;  // in a row, of which a sample is the mean
  std::size_t samples = 0;
  Estimate p50;
  Estimate p90;
  Estimate p99;
  Estimate p999;
};

// What one parser did on one corpus in one setting.
struct Measurement {
  std::uint64_t documents = 0;  // of a pass
  std::uint64_t bytes = 0;      // of a pass, line ends included for a stream
  std::vector<Block> blocks;
  Estimate nanoseconds;         // a document: the median of the blocks
  double wall_nanoseconds = 0;  // the same by the clock on the wall
  double deviation = 0;         // median absolute deviation, relative to the median
  double allocations = 0;       // a document, in a warm parser
  // Setting::document only: of blocks of calls, and then of single ones, where such a call takes
  // at least kTimerShare times what reading the clock does.
  std::vector<Latency> latencies;

  double bytes_per_document() const {
    return static_cast<double>(bytes) / static_cast<double>(documents);
  }
};

inline constexpr double kTimerShare = 10;

// What reading the clock takes, once.
double clock_seconds();

// Measures all adapters together; their blocks alternate. `progress` is told how much is done,
// from 0 to 1.
std::vector<Measurement> measure(const std::vector<Adapter*>& adapters,
                                 const corpus::Corpus& corpus, Setting setting,
                                 const Effort& effort, const std::function<void(double)>& progress);

}  // namespace leadscan::bench
