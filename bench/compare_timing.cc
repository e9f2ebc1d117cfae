#include "bench/compare_timing.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <ctime>
#include <span>

#include "bench/allocation_counter.h"
#include "bench/compare_verify.h"

namespace leadscan::bench {
namespace {

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const std::size_t middle = values.size() / 2;
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(middle);
  std::nth_element(values.begin(), at, values.end());
  if (values.size() % 2 == 1) return *at;
  return (*at + *std::max_element(values.begin(), at)) / 2;
}

double deviation(std::vector<double> values) {
  const double center = median(values);
  for (double& value : values) value = std::abs(value - center);
  return center == 0 ? 0 : median(values) / center;
}

// One parser's part of the rounds.
class Contestant {
 public:
  Contestant(Adapter& adapter, const corpus::Corpus& corpus, Setting setting, const Effort& effort)
      : adapter_(adapter), setting_(setting), stream_(stream_of(corpus)) {
    if (setting == Setting::document) {
      documents_ = documents_of(corpus);
      documents_.resize(std::min(documents_.size(), effort.documents));
    }
    // Warm, count, and find out how long it takes.
    pass();
    const std::uint64_t before = allocations();
    const double start = cpu_seconds();
    const std::uint64_t documents = pass();
    const double seconds = std::max(cpu_seconds() - start, 1e-7);
    result_.allocations =
        static_cast<double>(allocations() - before) / static_cast<double>(documents);
    result_.documents = documents;
    if (setting == Setting::stream) {
      result_.bytes = stream_.size;
    } else {
      for (const Document& document : documents_) result_.bytes += document.size;
    }
    passes_ = std::max(1u, static_cast<unsigned>(std::ceil(effort.block_seconds / seconds)));
    const double affordable = effort.parser_seconds / (seconds * passes_);
    rounds_ = static_cast<unsigned>(
        std::clamp(affordable, double{1} * effort.least_rounds, double{1} * effort.rounds));
    round_count_ = effort.rounds;
  }

  // Whether it runs in this round: its rounds are spread over all of them.
  bool takes_part(unsigned round) const {
    return (round + 1) * rounds_ / round_count_ != round * rounds_ / round_count_;
  }

  void run_block() {
    // What other parsers have thrown out of the caches is not this one's fault. A stream does not
    // fit there anyway.
    if (setting_ == Setting::document) pass();
    const double wall_start = wall_seconds();
    const double start = cpu_seconds();
    std::uint64_t documents = 0;
    for (unsigned i = 0; i < passes_; ++i) documents += pass();
    const double scale = 1e9 / static_cast<double>(documents);
    cpu_.push_back((cpu_seconds() - start) * scale);
    wall_.push_back((wall_seconds() - wall_start) * scale);
    result_.timed += documents;
  }

  Measurement result() const {
    Measurement result = result_;
    result.rounds = static_cast<unsigned>(cpu_.size());
    result.nanoseconds = median(cpu_);
    result.wall_nanoseconds = median(wall_);
    result.deviation = deviation(cpu_);
    return result;
  }

 private:
  std::uint64_t pass() {
    const BlockResult block = setting_ == Setting::document ? adapter_.run_documents(documents_)
                                                            : adapter_.run_stream(stream_);
    return block.documents;
  }

  Adapter& adapter_;
  Setting setting_;
  Document stream_;
  std::vector<Document> documents_;
  unsigned passes_ = 1;
  unsigned rounds_ = 1;
  unsigned round_count_ = 1;
  std::vector<double> cpu_;
  std::vector<double> wall_;
  Measurement result_;
};

}  // namespace

std::vector<Measurement> measure(const std::vector<Adapter*>& adapters,
                                 const corpus::Corpus& corpus, Setting setting,
                                 const Effort& effort,
                                 const std::function<void(double)>& progress) {
  std::vector<Contestant> contestants;
  contestants.reserve(adapters.size());
  for (Adapter* adapter : adapters) contestants.emplace_back(*adapter, corpus, setting, effort);
  for (unsigned round = 0; round < effort.rounds; ++round) {
    progress(static_cast<double>(round) / effort.rounds);
    for (Contestant& contestant : contestants)
      if (contestant.takes_part(round)) contestant.run_block();
  }
  std::vector<Measurement> results;
  for (const Contestant& contestant : contestants) results.push_back(contestant.result());
  return results;
}

}  // namespace leadscan::bench
