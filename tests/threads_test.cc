// One parser a thread, no locks: many threads over the same bytes get the same answers.
// Worth the most under --config=tsan.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/support.h"

namespace leadscan::testing {
namespace {

constexpr int kThreads = 8;

TEST(Threads, EachWithItsOwnParser) {
  std::vector<Outcome> expected;
  for (const Fixture& fixture : fixtures()) {
    Parser parser;
    expected.push_back(parse_exact(parser, fixture.bytes));
  }
  std::atomic<int> wrong = 0;
  std::atomic<int> parsed = 0;
  std::vector<std::thread> threads;
  for (int id = 0; id < kThreads; ++id)
    threads.emplace_back([&, id] {
      Parser parser(parser_kinds()[static_cast<std::size_t>(id) % parser_kinds().size()].options);
      for (int round = 0; round < (kSlow ? 3 : 20); ++round)
        for (std::size_t i = 0; i < fixtures().size(); ++i) {
          const std::size_t at = (i + static_cast<std::size_t>(id) * 97) % fixtures().size();
          if (parse_exact(parser, fixtures()[at].bytes) != expected[at]) ++wrong;
          ++parsed;
        }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(parsed, kThreads * (kSlow ? 3 : 20) * static_cast<int>(fixtures().size()));
}

TEST(Threads, FirstParsersAreMadeAtOnce) {
  // Whatever the library sets up on first use is set up by all of them together.
  std::atomic<bool> go = false;
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int id = 0; id < kThreads; ++id)
    threads.emplace_back([&] {
      while (!go) std::this_thread::yield();
      Parser parser;
      good += parse_exact(parser, R"({"message":"m"})").verdict() == Verdict::message ? 1 : 0;
    });
  go = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, kThreads);
}

TEST(Threads, AParserMayMoveToAnotherThread) {
  Parser parser;
  LeadResponse response;
  ASSERT_TRUE(parser.parse(std::string_view("{}"), response));
  std::thread([&, moved = std::move(parser)]() mutable {
    EXPECT_EQ(moved.violations().size(), 4u);
    parser = std::move(moved);
  }).join();
  EXPECT_EQ(parser.violations().size(), 4u);
}

TEST(Threads, ResponsesMayBeReadByMany) {
  const std::string& json = fixture("created/escapes_of_every_kind");
  Parser parser;
  LeadResponse response;
  ASSERT_FALSE(parser.parse(json, response));
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int id = 0; id < kThreads; ++id)
    threads.emplace_back([&] {
      char memory[64];
      for (int i = 0; i < 100; ++i)
        good += response.action.decode(memory) == "\"\\/\b\f\n\r\t" &&
                response.action.equals("\"\\/\b\f\n\r\t");
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, kThreads * 100);
}

}  // namespace
}  // namespace leadscan::testing
