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
  unsigned rounds;        // blocks of each parser
  unsigned least_rounds;  // of a parser that is too slow for that many
  double block_seconds;   // a block is whole passes over the corpus that take at least this
  double parser_seconds;  // and a parser has about this long in all
  std::size_t documents;  // of a corpus, for Setting::document: they stay in the caches
  std::size_t stream_bytes;
};
inline constexpr Effort kQuickEffort = {21, 7, 0.002, 0.3, 2000, 8'000'000};
inline constexpr Effort kFullEffort = {41, 15, 0.005, 3.0, 2000, 64'000'000};

// What one parser did on one corpus in one setting.
struct Measurement {
  std::uint64_t documents = 0;  // of a pass
  std::uint64_t bytes = 0;      // of a pass, line ends included for a stream
  std::uint64_t timed = 0;      // documents, in all blocks
  unsigned rounds = 0;
  // Medians. CPU time of the thread, the only one that works: it does not count the moments in
  // which a shared machine runs something else.
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
