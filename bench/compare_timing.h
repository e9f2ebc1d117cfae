// Timing: parsers take turns on short blocks, and medians are compared, since machines drift.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "bench/compare_options.h"
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
  std::size_t pool;             // documents of a corpus for Setting::document, at least
  std::size_t trained;          // and for Setting::trained: they stay in the caches
  std::size_t stream_bytes;
};
inline constexpr Effort kQuickEffort = {15, 5, 0.002, 0.02, 0.3, 20'000, 2000, 8'000'000};
inline constexpr Effort kFullEffort = {41, 15, 0.005, 0.15, 3.0, 200'000, 2000, 64'000'000};

// What one parser did on one corpus in one setting.
struct Measurement {
  std::uint64_t documents = 0;  // of a pass
  std::uint64_t bytes = 0;      // of a pass, line ends included for a stream
  std::uint64_t timed = 0;      // documents, in all blocks
  unsigned rounds = 0;
  // Medians of blocks. CPU time of the thread, the only one that works: it does not count the
  // moments in which a shared machine runs something else. For Setting::document both are time by
  // the clock on the wall, of 64 calls each, without the slowest hundredth of these.
  double nanoseconds = 0;       // a document
  double wall_nanoseconds = 0;  // the same by the clock on the wall
  double deviation = 0;         // median absolute deviation, relative to the median
  double allocations = 0;       // a document, in a warm parser
};

// Measures all adapters together; their blocks alternate. `progress` is told how much is done,
// from 0 to 1.
std::vector<Measurement> measure(const std::vector<Adapter*>& adapters,
                                 const corpus::Corpus& corpus, Setting setting,
                                 const Effort& effort, const std::function<void(double)>& progress);

}  // namespace leadscan::bench
