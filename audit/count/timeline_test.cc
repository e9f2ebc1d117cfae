// Timeline: what it comes to depends on the timestamps, not on how they were counted.
#include "audit/count/timeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "audit/base/serialize.h"

namespace leadscan::audit {
namespace {

std::string bytes_of(const Timeline& timeline) {
  Writer writer;
  writer(timeline);
  return writer.bytes;
}

// `times` counted in chunks of about `each`.
Timeline counted(const std::vector<std::int64_t>& times, std::size_t each) {
  Timeline all;
  Timeline chunk;
  std::mt19937 random(1);
  for (const std::int64_t time : times) {
    chunk.add(time, Verdict::created);
    if (random() % each != 0) continue;
    all.merge(chunk);
    chunk = Timeline();
  }
  all.merge(chunk);
  return all;
}

std::uint64_t total(const Timeline& timeline) {
  std::uint64_t sum = 0;
  for (const auto& [row, counts] : timeline.rows())
    for (const std::uint64_t count : counts) sum += count;
  return sum;
}

TEST(Timeline, NeitherOrderNorChunksMatter) {
  constexpr std::int64_t kFirst = -62167219200;  // year 0
  constexpr std::int64_t kLast = 253402300799;   // year 9999
  struct Case {
    std::int64_t first;
    std::int64_t last;
    std::int64_t unit;
  };
  std::mt19937_64 random(2);
  for (const Case& c : {Case{0, std::int64_t{50000} * 3600, 3600},
                        Case{-std::int64_t{200000} * 3600, std::int64_t{200000} * 3600, 86400},
                        Case{kFirst, kLast, std::int64_t{50} * 86400}}) {
    std::uniform_int_distribution<std::int64_t> any(c.first, c.last);
    std::vector<std::int64_t> times;
    for (int i = 0; i < 130000; ++i) times.push_back(any(random));
    const Timeline whole = counted(times, 10000000);
    EXPECT_EQ(whole.unit(), c.unit);
    EXPECT_LE(whole.rows().size(), Timeline::kMost);
    EXPECT_EQ(total(whole), times.size());
    const std::string same = bytes_of(whole);
    EXPECT_EQ(bytes_of(counted(times, 5000)), same);
    std::sort(times.begin(), times.end(), std::greater<>());
    EXPECT_EQ(bytes_of(counted(times, 100000)), same);
  }
}

TEST(Timeline, EveryTimestampHasARow) {
  Timeline timeline;
  for (std::int64_t day = -719529; day <= 2932897; day += 29)
    timeline.add(day * 86400, Verdict::update);
  EXPECT_EQ(timeline.unit(), Timeline::kUnits.back());
  EXPECT_LE(timeline.rows().size(), Timeline::kMost);
  EXPECT_EQ(total(timeline), std::uint64_t{(2932897 + 719529) / 29 + 1});
}

TEST(Timeline, CopiesCountForThemselves) {
  Timeline first;
  first.add(10, Verdict::created);
  Timeline copy = first;
  copy.add(20, Verdict::created);
  Timeline moved = std::move(copy);
  moved.add(30, Verdict::created);
  copy = Timeline();
  copy.add(40, Verdict::created);
  EXPECT_EQ(total(first), 1u);
  EXPECT_EQ(total(moved), 3u);
  EXPECT_EQ(total(copy), 1u);
}

// The rule as it is written down, over the timestamps themselves.
TEST(Timeline, TheRangeIsWhatTheRuleSays) {
  std::mt19937_64 random(3);
  std::uint64_t before = 0;
  for (int time = 0; time < 300; ++time) {
    std::vector<std::int64_t> times;
    const std::size_t n = 20 + random() % 200;
    for (std::size_t i = 0; i < n; ++i)
      times.push_back(random() % 10 == 0
                          ? static_cast<std::int64_t>(random() % 2000000000)
                          : 1750000000 + static_cast<std::int64_t>(random() % 1000000));
    const Timeline timeline = counted(times, 7);
    std::sort(times.begin(), times.end());
    const std::int64_t q1 = times[n / 4] / 3600 * 3600;
    const std::int64_t q3 = times[n - 1 - n / 4] / 3600 * 3600;
    const std::int64_t start = q1 - 3 * (q3 - q1) - 86400;
    ASSERT_EQ(timeline.range_start(), start);
    const auto expected = static_cast<std::uint64_t>(
        std::lower_bound(times.begin(), times.end(), start) - times.begin());
    ASSERT_EQ(timeline.before(start), expected);
    before += expected;
  }
  EXPECT_GT(before, 300u);
}

TEST(Timeline, TheRangeToTheSecond) {
  Timeline timeline;
  constexpr std::int64_t kHour = 1750000000 / 3600;
  for (int i = 0; i < 100; ++i) timeline.add(kHour * 3600 + i, Verdict::created);
  const std::int64_t start = *timeline.range_start();
  EXPECT_EQ(start, kHour * 3600 - 86400);
  timeline.add(start, Verdict::created);
  EXPECT_EQ(timeline.before(start), 0u);
  timeline.add(start - 1, Verdict::created);
  EXPECT_EQ(timeline.before(start), 1u);
  EXPECT_EQ(timeline.range_start(), start);
  Timeline few;
  for (int i = 0; i < 19; ++i) few.add(i, Verdict::created);
  EXPECT_EQ(few.range_start(), std::nullopt);
}

}  // namespace
}  // namespace leadscan::audit
