// Several threads at once, each with a parser and a part of the stream of its own: what they share
// is memory, caches and the CPU's clock.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bench/compare_statistics.h"
#include "bench/compare_timing.h"
#include "bench/parsers/adapter.h"
#include "corpus/corpus.h"

namespace leadscan::bench {

// Documents a second of one parser.
struct ThreadCurve {
  std::string corpus;
  std::string parser;
  std::vector<Estimate> rates;  // [n - 1]: of n threads together

  // How much of n times one thread's speed n threads reach.
  double efficiency(unsigned n) const;
};

// `parsers`: for each thread, and there may be as many threads, the same parsers in the same order.
std::vector<ThreadCurve> measure_threads(
    const std::string& name, const corpus::Corpus& corpus,
    const std::vector<std::vector<std::unique_ptr<Adapter>>>& parsers, const Effort& effort,
    const std::function<void(double)>& progress);

}  // namespace leadscan::bench
