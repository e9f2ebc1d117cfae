// Plug-ins that other tools have built, in the folder LEADSCAN_PEERS, against leadscan: for
// //bench/peers:peers_test.
#include <gtest/gtest.h>

#include <array>
#include <barrier>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/compare_verify.h"
#include "bench/oddities.h"
#include "bench/parsers/parsers.h"
#include "bench/plugin.h"
#include "corpus/corpus.h"
#include "corpus/sweeps.h"

namespace leadscan::bench {
namespace {

// A parser of each that could be built.
std::vector<std::unique_ptr<Adapter>> open_peers() {
  std::vector<std::unique_ptr<Adapter>> all;
  std::string error;
  const char* const folder = std::getenv("LEADSCAN_PEERS");
  EXPECT_TRUE(folder != nullptr && load_plugins(folder, all, error)) << error;
  std::erase_if(all, [](const auto& adapter) {
    return adapter == nullptr || !adapter->unavailable().empty();
  });
  return all;
}

std::vector<std::unique_ptr<Adapter>>& peers() {
  static std::vector<std::unique_ptr<Adapter>> opened = open_peers();
  return opened;
}

// encoding/json and its like keep the last of several members of a name, and take bytes that are no
// UTF-8.
bool is_lax(const Adapter& adapter) { return adapter.name().starts_with("go_"); }

TEST(Peers, TellWhatTheyAre) {
  ASSERT_FALSE(peers().empty());
  for (const std::unique_ptr<Adapter>& peer : peers()) {
    SCOPED_TRACE(std::string(peer->name()));
    EXPECT_NE(peer->origin().library, "");
    EXPECT_NE(peer->origin().version.find('.'), std::string_view::npos) << peer->origin().version;
    EXPECT_NE(peer->origin().flags.find(" ns a call"), std::string_view::npos);
  }
}

TEST(Peers, ReadTheSameFields) {
  const std::unique_ptr<Adapter> reference = make_leadscan();
  for (const corpus::Kind kind : corpus::kKinds) {
    corpus::Limit limit;
    limit.documents = 3000;
    const corpus::Corpus corpus = make_corpus(kind, 31, limit);
    for (const std::unique_ptr<Adapter>& peer : peers()) {
      SCOPED_TRACE(std::string(peer->name()) + ", " + std::string(name_of(kind)));
      const Verification result = verify(*peer, *reference, corpus);
      EXPECT_EQ(result.mismatch, "");
      EXPECT_EQ(result.documents, limit.documents);
      EXPECT_EQ(result.stricter, 0u);
      if (!is_lax(*peer)) {
        EXPECT_EQ(result.laxer, 0u);
      }
      const BlockResult block = peer->run_documents(documents_of(corpus));
      EXPECT_EQ(block.accepted, result.accepted);
    }
  }
}

TEST(Peers, AgreeOnOddities) {
  const corpus::Corpus corpus = lines(kOddities);
  const std::unique_ptr<Adapter> reference = make_leadscan();
  for (const std::unique_ptr<Adapter>& peer : peers()) {
    SCOPED_TRACE(std::string(peer->name()));
    const Verification result = verify(*peer, *reference, corpus);
    EXPECT_EQ(result.mismatch, "");
    EXPECT_EQ(result.laxer, 0u);
    EXPECT_EQ(result.stricter, 0u);
  }
}

TEST(Peers, SeeDuplicatesUnlessTheirTreeHidesThem) {
  const corpus::Corpus corpus = lines(kDuplicates);
  const std::unique_ptr<Adapter> reference = make_leadscan();
  for (const std::unique_ptr<Adapter>& peer : peers()) {
    SCOPED_TRACE(std::string(peer->name()));
    EXPECT_EQ(verify(*peer, *reference, corpus).laxer, is_lax(*peer) ? std::size(kDuplicates) : 0);
  }
}

TEST(Peers, ReadLargeDocuments) {
  corpus::Limit limit;
  limit.documents = 25;
  const corpus::Corpus corpus = make_sweep(*corpus::find_sweep("size"), 100'000, 1, limit);
  const std::unique_ptr<Adapter> reference = make_leadscan();
  for (const std::unique_ptr<Adapter>& peer : peers()) {
    SCOPED_TRACE(std::string(peer->name()));
    const Verification result = verify(*peer, *reference, corpus);
    EXPECT_EQ(result.mismatch, "");
    EXPECT_EQ(result.accepted, limit.documents);
  }
}

// Each thread has a parser of its own, all at once; and a thread that goes takes nothing with it.
TEST(Peers, WorkOnThreads) {
  constexpr std::size_t kThreads = 3;
  corpus::Limit limit;
  limit.documents = 500;
  const corpus::Corpus corpus = make_corpus(corpus::Kind::mixed, 3, limit);
  const std::vector<Document> documents = documents_of(corpus);
  for (int time = 0; time < 3; ++time) {
    std::array<std::vector<std::unique_ptr<Adapter>>, kThreads> parsers;
    for (auto& of_thread : parsers) {
      of_thread = open_peers();
      ASSERT_EQ(of_thread.size(), peers().size());
    }
    for (std::size_t peer = 0; peer < peers().size(); ++peer) {
      std::array<std::uint64_t, kThreads> found = {};
      std::vector<std::thread> threads;
      std::barrier all_there(kThreads);
      for (std::size_t i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
          all_there.arrive_and_wait();
          found[i] = parsers[i][peer]->run_documents(documents).accepted;
        });
      }
      for (std::thread& thread : threads) thread.join();
      const std::uint64_t expected = peers()[peer]->run_documents(documents).accepted;
      for (const std::uint64_t one : found) EXPECT_EQ(one, expected) << peers()[peer]->name();
    }
  }
}

}  // namespace
}  // namespace leadscan::bench
