// How the comparison measures: rounds, orders, allocation counts, threads, floors.
#include "bench/compare_timing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bench/allocation_counter.h"
#include "bench/compare_options.h"
#include "bench/compare_threads.h"
#include "bench/floors.h"
#include "bench/parsers/adapter.h"
#include "corpus/corpus.h"

namespace leadscan::bench {
namespace {

// Notes in a common log when it is called; allocates, or takes its time, if told to.
class Probe final : public Adapter {
 public:
  Probe(std::string name, std::string& log, unsigned allocations, unsigned work)
      : name_(std::move(name)), log_(log), allocations_(allocations), work_(work) {}

  std::string_view name() const override { return name_; }
  Origin origin() const override { return {"probe", "1", "-O2"}; }
  bool parse(const Document&, LeadResponse&) override { return true; }
  BlockResult run_documents(std::span<const Document> documents) override {
    if (log_.empty() || log_.back() != name_[0]) log_ += name_[0];
    BlockResult result;
    for (const Document& document : documents) {
      for (unsigned i = 0; i < allocations_; ++i) memory_ = std::make_unique<char[]>(i + 1);
      for (unsigned i = 0; i < work_; ++i) asm volatile("" : : "g"(document.data) : "memory");
      ++result.documents;
    }
    return result;
  }
  BlockResult run_stream(const Document& ndjson) override {
    BlockResult result;
    for_each_line(ndjson, [&](const Document&) { ++result.documents; });
    return result;
  }
  BlockResult visit_stream(const Document& ndjson, const Visitor&) override {
    return run_stream(ndjson);
  }

 private:
  std::string name_;
  std::string& log_;
  unsigned allocations_;
  unsigned work_;
  std::unique_ptr<char[]> memory_;
};

corpus::Corpus small_corpus() {
  corpus::Limit limit;
  limit.documents = 20;
  return make_corpus(corpus::Kind::uniform, 1, limit);
}

constexpr Effort kEffort = {9, 3, 0.0001, 0.0001, 1.0, 0.0001, 20, 10, 0};

TEST(Measure, BlocksTakeTurnsInAnyOrder) {
  for (const Setting setting : {Setting::document, Setting::trained}) {
    std::string log;
    Probe a("a", log, 0, 1);
    Probe b("b", log, 0, 1);
    const auto results = measure({&a, &b}, small_corpus(), setting, kEffort, [](double) {});
    for (const Measurement& result : results) {
      ASSERT_EQ(result.blocks.size(), 9u);
      for (unsigned round = 0; round < 9; ++round) EXPECT_EQ(result.blocks[round].round, round);
    }
    // Once to warm up and nine rounds would be 20, were it always the same order; a parser that
    // comes last and then first is in the log once. Nobody comes three times in a row.
    EXPECT_LT(log.size(), 20u);
    EXPECT_GE(log.size(), 11u);
  }
}

TEST(Measure, RatiosAreOfRounds) {
  Measurement baseline;
  Measurement other;
  for (unsigned round = 0; round < 5; ++round) {
    const double slow = round == 1 ? 10 : 1;  // the machine, in this round
    baseline.blocks.push_back({1, 2e-9 * slow, 0, round});
    if (round % 2 == 1) other.blocks.push_back({1, 1e-9 * slow, 0, round});
  }
  EXPECT_DOUBLE_EQ(paired_ratio(baseline, other), 2);
  EXPECT_DOUBLE_EQ(paired_ratio(other, baseline), 0.5);
  EXPECT_DOUBLE_EQ(paired_ratio(baseline, Measurement()), 0);
}

// Keeps what it is given, and where.
class Receiver final : public Adapter {
 public:
  std::string_view name() const override { return "receiver"; }
  Origin origin() const override { return {}; }
  bool parse(const Document&, LeadResponse&) override { return true; }
  BlockResult run_documents(std::span<const Document> documents) override {
    BlockResult result;
    for (const Document& document : documents) {
      EXPECT_GE(document.capacity, document.size + kPadding);
      texts.emplace_back(document.data, document.size);
      places.push_back(document.data);
      ++result.documents;
    }
    return result;
  }
  BlockResult run_stream(const Document&) override { return {}; }
  BlockResult visit_stream(const Document&, const Visitor&) override { return {}; }

  std::vector<std::string> texts;
  std::vector<const char*> places;
};

TEST(Measure, DocumentsNeverComeInTheSameOrderAgain) {
  const corpus::Corpus corpus = small_corpus();
  const std::size_t count = corpus.documents.size();
  Receiver receiver;
  measure({&receiver}, corpus, Setting::document, kEffort, [](double) {});
  ASSERT_GE(receiver.texts.size(), 12 * count);
  std::vector<std::vector<std::string>> orders;
  // The first two passes are to warm up, where they are.
  for (std::size_t at = 2 * count; at + count <= receiver.texts.size(); at += count) {
    orders.emplace_back(receiver.texts.begin() + static_cast<std::ptrdiff_t>(at),
                        receiver.texts.begin() + static_cast<std::ptrdiff_t>(at + count));
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_TRUE(receiver.places[at + i] < corpus.storage.data() ||
                  receiver.places[at + i] >= corpus.storage.data() + corpus.size);
    }
  }
  std::vector<std::vector<std::string>> all = orders;
  for (std::vector<std::string>& order : all) {
    std::sort(order.begin(), order.end());
    EXPECT_EQ(order, all[0]) << "each document once a pass";
  }
  EXPECT_EQ(std::adjacent_find(all[0].begin(), all[0].end()), all[0].end());
  std::sort(orders.begin(), orders.end());
  EXPECT_EQ(std::adjacent_find(orders.begin(), orders.end()), orders.end());
}

TEST(Measure, SlowParsersGetFewerRounds) {
  std::string log;
  Probe fast("f", log, 0, 1);
  Probe slow("s", log, 0, 20'000);
  Effort effort = kEffort;
  effort.parser_seconds = 0;
  const auto results =
      measure({&fast, &slow}, small_corpus(), Setting::trained, effort, [](double) {});
  EXPECT_EQ(results[0].blocks.size(), 3u);
  EXPECT_EQ(results[1].blocks.size(), 3u);
  EXPECT_GT(results[1].nanoseconds.value, 10 * results[0].nanoseconds.value);
}

TEST(Measure, CountsDocumentsBytesAndAllocations) {
  std::string log;
  Probe none("n", log, 0, 1);
  Probe three("t", log, 3, 1);
  const corpus::Corpus corpus = small_corpus();
  const auto results = measure({&none, &three}, corpus, Setting::trained, kEffort, [](double) {});
  EXPECT_EQ(results[0].documents, 10u);
  EXPECT_EQ(results[0].bytes, corpus.documents[10].offset - 10);
  EXPECT_EQ(results[0].allocations, 0);
  EXPECT_EQ(results[1].allocations, can_count_allocations() ? 3 : 0);

  const auto pool = measure({&three}, corpus, Setting::document, kEffort, [](double) {});
  EXPECT_EQ(pool[0].documents, 20u);
  EXPECT_EQ(pool[0].bytes, corpus.size - 20);
  EXPECT_EQ(pool[0].allocations, can_count_allocations() ? 3 : 0);

  const auto stream = measure({&none}, corpus, Setting::stream, kEffort, [](double) {});
  EXPECT_EQ(stream[0].documents, 20u);
  EXPECT_EQ(stream[0].bytes, corpus.size);
}

// Counts what it is given, and how many at once.
class Worker final : public Adapter {
 public:
  explicit Worker(std::vector<std::size_t>& parts, std::mutex& lock) : parts_(parts), lock_(lock) {}
  std::string_view name() const override { return "worker"; }
  Origin origin() const override { return {}; }
  bool parse(const Document&, LeadResponse&) override { return true; }
  BlockResult run_documents(std::span<const Document>) override { return {}; }
  BlockResult run_stream(const Document& ndjson) override {
    BlockResult result;
    for_each_line(ndjson, [&](const Document&) { ++result.documents; });
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    const std::lock_guard held(lock_);
    parts_.push_back(result.documents);
    return result;
  }
  BlockResult visit_stream(const Document&, const Visitor&) override { return {}; }

 private:
  std::vector<std::size_t>& parts_;
  std::mutex& lock_;
};

TEST(Threads, EachHasAPartAndAParserOfItsOwn) {
  std::vector<std::size_t> parts;
  std::mutex lock;
  std::vector<std::vector<std::unique_ptr<Adapter>>> parsers(3);
  for (auto& of_thread : parsers) of_thread.push_back(std::make_unique<Worker>(parts, lock));
  const auto curves = measure_threads("c", small_corpus(), parsers, kEffort, [](double) {});
  ASSERT_EQ(curves.size(), 1u);
  EXPECT_EQ(curves[0].corpus, "c");
  EXPECT_EQ(curves[0].parser, "worker");
  ASSERT_EQ(curves[0].rates.size(), 3u);
  // 20 documents are 6, 7 and 7. Who sleeps shares nothing, so more threads do more.
  EXPECT_EQ(std::set(parts.begin(), parts.end()), (std::set<std::size_t>{6, 7}));
  EXPECT_EQ(parts.size(), 3u + 3 * (1 + 2 + 3)) << "once to warm up, and three rounds";
  EXPECT_GT(curves[0].rates[2].value, 1.5 * curves[0].rates[0].value);
  EXPECT_DOUBLE_EQ(curves[0].efficiency(1), 1);
}

TEST(Floors, TakeWholeCorpora) {
  const corpus::Corpus corpus = small_corpus();
  const auto floors = make_floors(corpus.documents.size());
  std::vector<Adapter*> adapters;
  for (const auto& floor : floors) adapters.push_back(floor.get());
  ASSERT_GE(adapters.size(), 4u);
  EXPECT_EQ(adapters[0]->name(), "floor: lines");
  for (const Setting setting : {Setting::document, Setting::stream}) {
    for (const Measurement& result : measure(adapters, corpus, setting, kEffort, [](double) {})) {
      EXPECT_EQ(result.documents, 20u);
      EXPECT_GT(result.nanoseconds.value, 0);
    }
  }
}

}  // namespace
}  // namespace leadscan::bench
