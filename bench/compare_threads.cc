#include "bench/compare_threads.h"

#include <algorithm>
#include <chrono>
#include <latch>
#include <random>
#include <thread>

namespace leadscan::bench {
namespace {

using Clock = std::chrono::steady_clock;

// Of as many parts, whose documents are as many.
Document part_of(const corpus::Corpus& corpus, std::size_t part, std::size_t parts) {
  const std::size_t count = corpus.documents.size();
  const auto offset = [&](std::size_t document) {
    return document == count ? corpus.size : corpus.documents[document].offset;
  };
  const std::size_t first = offset(part * count / parts);
  const std::size_t end = offset((part + 1) * count / parts);
  return {corpus.storage.data() + first, end - first, corpus.capacity() - first};
}

// All of them begin together, and pass again and again over what is theirs.
double rate_of(const std::vector<Adapter*>& threads, const std::vector<Document>& parts,
               double seconds) {
  std::latch ready(static_cast<std::ptrdiff_t>(threads.size()));
  std::vector<double> rates(threads.size());
  std::vector<std::jthread> running;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    running.emplace_back([&, i] {
      ready.arrive_and_wait();
      std::uint64_t documents = 0;
      const Clock::time_point start = Clock::now();
      double took = 0;
      do {
        documents += threads[i]->run_stream(parts[i]).documents;
        took = std::chrono::duration<double>(Clock::now() - start).count();
      } while (took < seconds);
      rates[i] = static_cast<double>(documents) / took;
    });
  }
  running.clear();  // joins
  double rate = 0;
  for (const double one : rates) rate += one;
  return rate;
}

}  // namespace

double ThreadCurve::efficiency(unsigned n) const { return rates[n - 1].value / rates[0].value / n; }

std::vector<ThreadCurve> measure_threads(
    const std::string& name, const corpus::Corpus& corpus,
    const std::vector<std::vector<std::unique_ptr<Adapter>>>& parsers, const Effort& effort,
    const std::function<void(double)>& progress) {
  const std::size_t most = parsers.size();
  std::vector<Document> parts;
  for (std::size_t i = 0; i < most; ++i) parts.push_back(part_of(corpus, i, most));

  struct Block {
    std::size_t parser;
    std::size_t threads;
  };
  std::vector<Block> order;
  for (std::size_t parser = 0; parser < parsers.front().size(); ++parser)
    for (std::size_t threads = 1; threads <= most; ++threads) order.push_back({parser, threads});
  const auto run = [&](const Block& block, double seconds) {
    std::vector<Adapter*> threads;
    for (std::size_t i = 0; i < block.threads; ++i)
      threads.push_back(parsers[i][block.parser].get());
    return rate_of(threads, parts, seconds);
  };
  // Each has seen its part before it is timed.
  for (const Block& block : order)
    if (block.threads == most) run(block, 0);
  std::vector<std::vector<std::vector<double>>> rates(parsers.front().size(),
                                                      std::vector<std::vector<double>>(most));
  std::mt19937_64 random;
  for (unsigned round = 0; round < effort.least_rounds; ++round) {
    progress(static_cast<double>(round) / effort.least_rounds);
    std::shuffle(order.begin(), order.end(), random);
    for (const Block& block : order)
      rates[block.parser][block.threads - 1].push_back(run(block, effort.stream_block_seconds));
  }
  std::vector<ThreadCurve> curves;
  for (std::size_t parser = 0; parser < rates.size(); ++parser) {
    ThreadCurve& curve = curves.emplace_back();
    curve.corpus = name;
    curve.parser = parsers.front()[parser]->name();
    for (const std::vector<double>& of_threads : rates[parser])
      curve.rates.push_back(median_estimate(of_threads));
  }
  return curves;
}

}  // namespace leadscan::bench
