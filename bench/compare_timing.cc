#include "bench/compare_timing.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <ctime>
#include <memory>
#include <random>
#include <span>
#include <utility>

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

// A way to run a parser over a corpus.
class Runner {
 public:
  virtual ~Runner() = default;
  // All of it, untimed.
  virtual BlockResult pass() = 0;
  virtual std::uint64_t bytes() const = 0;
  // At least this many seconds of it, timed.
  virtual Block run(double seconds) = 0;
  // Of all that run() has timed, and of single calls for this long, if that can be told.
  virtual std::vector<Latency> latencies(double) { return {}; }
};

// Whole passes over the same documents, or the same text.
class Passes final : public Runner {
 public:
  Passes(Adapter& adapter, const corpus::Corpus& corpus, Setting setting, const Effort& effort)
      : adapter_(adapter), stream_(stream_of(corpus)), is_stream_(is_stream(setting)) {
    if (is_stream_) return;
    documents_ = documents_of(corpus);
    documents_.resize(std::min(documents_.size(), effort.trained));
  }

  BlockResult pass() override {
    return is_stream_ ? adapter_.run_stream(stream_) : adapter_.run_documents(documents_);
  }

  std::uint64_t bytes() const override {
    if (is_stream_) return stream_.size;
    std::uint64_t bytes = 0;
    for (const Document& document : documents_) bytes += document.size;
    return bytes;
  }

  Block run(double seconds) override {
    // What other parsers have thrown out of the caches is not this one's fault. A stream does not
    // fit there anyway.
    if (!is_stream_) pass();
    Block block;
    const double wall_start = wall_seconds();
    const double start = cpu_seconds();
    do {
      block.documents += pass().documents;
      block.cpu_seconds = cpu_seconds() - start;
    } while (block.cpu_seconds < seconds);
    block.wall_seconds = wall_seconds() - wall_start;
    return block;
  }

 private:
  Adapter& adapter_;
  Document stream_;
  bool is_stream_;
  std::vector<Document> documents_;
};

Latency latency_of(std::vector<float>& nanoseconds, unsigned calls) {
  std::sort(nanoseconds.begin(), nanoseconds.end());
  Latency latency;
  latency.calls = calls;
  latency.samples = nanoseconds.size();
  const std::vector<double> sorted(nanoseconds.begin(), nanoseconds.end());
  latency.p50 = quantile_of_sorted(sorted, 0.5);
  latency.p90 = quantile_of_sorted(sorted, 0.9);
  latency.p99 = quantile_of_sorted(sorted, 0.99);
  latency.p999 = quantile_of_sorted(sorted, 0.999);
  return latency;
}

// As a gateway meets documents: each has just been received into a buffer that is used in turn, and
// what comes next cannot be known from what came before. Branch predictors memorise thousands of
// documents that repeat, which makes some parsers look twice as fast as they are.
class Deliveries final : public Runner {
 public:
  Deliveries(Adapter& adapter, const corpus::Corpus& corpus)
      : adapter_(adapter), pool_(documents_of(corpus)) {
    std::size_t longest = 0;
    for (const Document& document : pool_) {
      bytes_ += document.size;
      longest = std::max(longest, document.size);
    }
    buffer_.resize(std::max(kBuffer, 2 * longest) + kPadding);
  }

  BlockResult pass() override { return adapter_.run_documents(pool_); }
  std::uint64_t bytes() const override { return bytes_; }

  Block run(double seconds) override {
    struct Group {
      double seconds;
      std::uint64_t documents;
    };
    std::vector<Group> groups;
    for (double spent = 0; spent < seconds;) {
      const std::span<const Document> received = receive();
      const double start = wall_seconds();
      const BlockResult result = adapter_.run_documents(received);
      const double took = std::max(wall_seconds() - start - clock_seconds_, 0.0);
      groups.push_back({took, result.documents});
      spent += took;
      samples_.push_back(static_cast<float>(1e9 * took / static_cast<double>(result.documents)));
      sampled_documents_ += result.documents;
    }
    // An interrupt, or another program's turn, is in few of them.
    std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
      return a.seconds / static_cast<double>(a.documents) <
             b.seconds / static_cast<double>(b.documents);
    });
    groups.resize(groups.size() - groups.size() / 100);
    Block block;
    for (const Group& group : groups) {
      block.documents += group.documents;
      block.wall_seconds += group.seconds;
    }
    block.cpu_seconds = block.wall_seconds;
    return block;
  }

  std::vector<Latency> latencies(double seconds) override {
    std::vector<Latency> latencies;
    if (samples_.empty()) return latencies;
    latencies.push_back(
        latency_of(samples_, static_cast<unsigned>(sampled_documents_ / samples_.size())));
    if (1e-9 * latencies[0].p50.value < kTimerShare * clock_seconds_) return latencies;
    std::vector<float> calls;
    for (double spent = 0; spent < seconds;) {
      for (const Document& document : receive()) {
        const double start = wall_seconds();
        adapter_.run_documents({&document, 1});
        const double took = std::max(wall_seconds() - start - clock_seconds_, 0.0);
        calls.push_back(static_cast<float>(1e9 * took));
        spent += took;
      }
    }
    latencies.push_back(latency_of(calls, 1));
    return latencies;
  }

 private:
  static constexpr std::size_t kBuffer = 64 * 1024;
  static constexpr std::size_t kGroup = 64;  // documents whose calls are timed together

  // The next documents, copied to where they are received.
  std::span<const Document> receive() {
    received_.clear();
    std::size_t taken = 0;
    while (received_.size() < kGroup) {
      if (next_ == 0) std::shuffle(pool_.begin(), pool_.end(), random_);
      const Document& document = pool_[next_];
      if (!received_.empty() && taken + document.size > kBuffer / 2) break;
      if (at_ + document.size + kPadding > buffer_.size()) at_ = 0;
      std::memcpy(buffer_.data() + at_, document.data, document.size);
      received_.push_back({buffer_.data() + at_, document.size, buffer_.size() - at_});
      at_ += document.size;
      taken += document.size;
      next_ = (next_ + 1) % pool_.size();
    }
    return received_;
  }

  Adapter& adapter_;
  std::vector<Document> pool_;
  std::uint64_t bytes_ = 0;
  std::vector<char> buffer_;
  std::size_t at_ = 0;
  std::size_t next_ = 0;
  std::vector<Document> received_;
  std::vector<float> samples_;  // nanoseconds a document, of each group of all blocks
  std::uint64_t sampled_documents_ = 0;
  std::mt19937_64 random_;                  // the same orders for every parser
  double clock_seconds_ = clock_seconds();  // it is in each figure
};

std::unique_ptr<Runner> make_runner(Adapter& adapter, const corpus::Corpus& corpus, Setting setting,
                                    const Effort& effort) {
  if (setting == Setting::document) return std::make_unique<Deliveries>(adapter, corpus);
  return std::make_unique<Passes>(adapter, corpus, setting, effort);
}

// One parser's part of the rounds.
class Contestant {
 public:
  Contestant(Adapter& adapter, const corpus::Corpus& corpus, Setting setting, const Effort& effort)
      : runner_(make_runner(adapter, corpus, setting, effort)),
        block_seconds_(is_stream(setting) ? effort.stream_block_seconds : effort.block_seconds) {
    // Warm, count, and find out how long it takes.
    runner_->pass();
    const std::uint64_t before = allocations();
    const double start = cpu_seconds();
    const std::uint64_t documents = runner_->pass().documents;
    const double seconds = std::max(cpu_seconds() - start, 1e-7);
    result_.allocations =
        static_cast<double>(allocations() - before) / static_cast<double>(documents);
    result_.documents = documents;
    result_.bytes = runner_->bytes();
    const double least =
        setting == Setting::document ? block_seconds_ : std::max(seconds, block_seconds_);
    rounds_ = static_cast<unsigned>(std::clamp(
        effort.parser_seconds / least, double{1} * effort.least_rounds, double{1} * effort.rounds));
    round_count_ = effort.rounds;
  }

  // Whether it runs in this round: its rounds are spread over all of them.
  bool takes_part(unsigned round) const {
    return (round + 1) * rounds_ / round_count_ != round * rounds_ / round_count_;
  }

  void run_block(unsigned round) {
    result_.blocks.push_back(runner_->run(block_seconds_));
    result_.blocks.back().round = round;
  }

  Measurement result(double call_seconds) const {
    Measurement result = result_;
    result.latencies = runner_->latencies(call_seconds);
    std::vector<double> cpu;
    std::vector<double> wall;
    for (const Block& block : result.blocks) {
      cpu.push_back(block.nanoseconds());
      wall.push_back(block.wall_nanoseconds());
    }
    result.nanoseconds = median_estimate(cpu);
    result.wall_nanoseconds = median(wall);
    result.deviation = deviation(cpu);
    return result;
  }

 private:
  std::unique_ptr<Runner> runner_;
  double block_seconds_;
  unsigned rounds_ = 1;
  unsigned round_count_ = 1;
  Measurement result_;
};

}  // namespace

double clock_seconds() {
  std::vector<double> nothing;
  for (int i = 0; i < 1000; ++i) {
    const double start = wall_seconds();
    nothing.push_back(wall_seconds() - start);
  }
  return median(nothing);
}

double paired_ratio(const Measurement& baseline, const Measurement& measurement) {
  std::vector<double> ratios;
  auto other = baseline.blocks.begin();
  for (const Block& block : measurement.blocks) {
    while (other != baseline.blocks.end() && other->round < block.round) ++other;
    if (other == baseline.blocks.end()) break;
    if (other->round == block.round) ratios.push_back(other->nanoseconds() / block.nanoseconds());
  }
  return median(std::move(ratios));
}

std::vector<Measurement> measure(const std::vector<Adapter*>& adapters,
                                 const corpus::Corpus& corpus, Setting setting,
                                 const Effort& effort,
                                 const std::function<void(double)>& progress) {
  std::vector<Contestant> contestants;
  contestants.reserve(adapters.size());
  for (Adapter* adapter : adapters) contestants.emplace_back(*adapter, corpus, setting, effort);
  std::vector<Contestant*> order;
  for (Contestant& contestant : contestants) order.push_back(&contestant);
  std::mt19937_64 random;
  for (unsigned round = 0; round < effort.rounds; ++round) {
    progress(static_cast<double>(round) / effort.rounds);
    // What ran before leaves its traces in caches and predictors, and is not always the same one.
    std::shuffle(order.begin(), order.end(), random);
    for (Contestant* contestant : order)
      if (contestant->takes_part(round)) contestant->run_block(round);
  }
  std::vector<Measurement> results;
  for (const Contestant& contestant : contestants)
    results.push_back(contestant.result(effort.call_seconds));
  return results;
}

}  // namespace leadscan::bench
