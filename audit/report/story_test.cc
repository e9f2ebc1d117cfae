// Story: outages, strays and episodes of timelines whose course is known.
#include "audit/report/story.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <numeric>
#include <tuple>
#include <vector>

namespace leadscan::audit {
namespace {

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kStart = 20000 * kDay;  // a midnight

struct Timelines {
  Timeline good;
  Timeline violations;

  void add(std::int64_t hour, Verdict verdict, int records) {
    Timeline& timeline = verdict == Verdict::violation ? violations : good;
    for (int i = 0; i < records; ++i) timeline.add(kStart + hour * kHour + i % 60, verdict);
  }
  Story story(std::int64_t unit = kHour) const { return story_of(good, violations, unit); }
};

// Ten days with `records_at(hour)` good records.
Timelines ten_days(const std::function<int(std::int64_t hour)>& records_at) {
  Timelines timelines;
  for (std::int64_t hour = 0; hour < 240; ++hour)
    timelines.add(hour, Verdict::created, records_at(hour));
  return timelines;
}

std::uint64_t records(const std::vector<Moment>& moments) {
  return std::accumulate(moments.begin(), moments.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const Moment& moment) {
                           return std::accumulate(moment.counts.begin(), moment.counts.end(), sum);
                         });
}

TEST(Story, OfNothingIsEmpty) {
  const Story story = Timelines().story();
  EXPECT_TRUE(story.moments.empty());
  EXPECT_TRUE(story.strays.empty());
  EXPECT_TRUE(story.outages.empty());
}

TEST(Story, HasEverySlotFromTheFirstRecordToTheLast) {
  Timelines timelines;
  timelines.add(5, Verdict::created, 3);
  timelines.add(9, Verdict::violation, 2);
  const Story story = timelines.story();
  ASSERT_EQ(story.moments.size(), 5u);
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_EQ(story.moments[i].start, kStart + static_cast<std::int64_t>(5 + i) * kHour);
  EXPECT_EQ(story.moments[0].counts[index_of(Verdict::created)], 3u);
  EXPECT_EQ(story.moments[4].counts[index_of(Verdict::violation)], 2u);
  EXPECT_EQ(records(story.moments), 5u);
  EXPECT_EQ(story.begin(), kStart + 5 * kHour);
  EXPECT_EQ(story.end(), kStart + 10 * kHour);
  // One record less in each of three hours is no outage.
  EXPECT_TRUE(story.outages.empty());
}

TEST(Story, SlotsAreAsLongAsAskedFor) {
  const Story story = ten_days([](std::int64_t) { return 4; }).story(kDay);
  EXPECT_EQ(story.unit, kDay);
  ASSERT_EQ(story.moments.size(), 10u);
  for (const Moment& moment : story.moments) EXPECT_EQ(records({moment}), 96u);
}

TEST(Story, AnOutageIsWhereTenRecordsWereToBeExpected) {
  for (const auto& [a_slot, length, is_one] :
       {std::tuple{20, 1, true}, std::tuple{4, 2, false}, std::tuple{4, 3, true}}) {
    const std::int64_t from = 100;
    const std::int64_t to = from + length;
    const int usual = a_slot;
    const Story story =
        ten_days([=](std::int64_t hour) { return hour >= from && hour < to ? 0 : usual; }).story();
    ASSERT_EQ(story.outages.size(), is_one ? 1u : 0u) << usual << " records, " << length;
    if (!is_one) continue;
    EXPECT_EQ(story.outages[0].start, kStart + from * kHour);
    EXPECT_EQ(story.outages[0].end, kStart + to * kHour);
  }
}

TEST(Story, ANightWithoutRecordsIsNoOutage) {
  const auto by_day = [](std::int64_t hour) { return hour % 24 >= 8 && hour % 24 < 20 ? 50 : 0; };
  EXPECT_TRUE(ten_days(by_day).story().outages.empty());
  const Story story =
      ten_days([&](std::int64_t hour) { return hour == 3 * 24 + 12 ? 0 : by_day(hour); }).story();
  ASSERT_EQ(story.outages.size(), 1u);
  EXPECT_EQ(story.outages[0].start, kStart + (3 * 24 + 12) * kHour);
}

TEST(Story, OfManyOutagesTheLongestAreToldInTheirOrder) {
  // Every seventh hour one, and one of three hours.
  const Story story = ten_days([](std::int64_t hour) {
                        return hour % 7 == 3 || (hour >= 200 && hour < 203) ? 0 : 60;
                      }).story();
  ASSERT_EQ(story.outages.size(), 10u);
  bool has_longest = false;
  for (std::size_t i = 0; i < 10; ++i) {
    has_longest |= story.outages[i].end - story.outages[i].start >= 3 * kHour;
    if (i > 0) {
      EXPECT_LT(story.outages[i - 1].start, story.outages[i].start);
    }
  }
  EXPECT_TRUE(has_longest);
}

TEST(Story, StraysAreLeftOutOfTheAxisWhereThatSavesAThirdOfIt) {
  Timelines timelines = ten_days([](std::int64_t) { return 5; });
  timelines.add(-300 * 24, Verdict::created, 3);
  timelines.add(400 * 24, Verdict::violation, 1);
  const Story story = timelines.story();
  ASSERT_EQ(story.strays.size(), 2u);
  EXPECT_EQ(story.strays[0].start, kStart - 300 * kDay);
  EXPECT_EQ(records(story.strays), 4u);
  EXPECT_EQ(story.moments.size(), 240u);
  EXPECT_EQ(records(story.moments), 1200u);

  // Quartiles are at hours 60 and 180: the bulk may go on to hour 564.
  Timelines near = ten_days([](std::int64_t) { return 5; });
  near.add(840, Verdict::created, 1);
  EXPECT_TRUE(near.story().strays.empty());
  EXPECT_EQ(near.story().moments.size(), 841u);
  near.add(860, Verdict::created, 1);
  EXPECT_EQ(near.story().strays.size(), 2u);
  EXPECT_EQ(near.story().moments.size(), 240u);
}

TEST(Story, FewRecordsAreNeverStrays) {
  Timelines timelines;
  timelines.add(0, Verdict::created, 18);
  timelines.add(9000, Verdict::created, 1);
  EXPECT_TRUE(timelines.story().strays.empty());
  timelines.add(1, Verdict::created, 1);
  EXPECT_EQ(timelines.story().strays.size(), 1u);
}

TEST(Story, ABadDeployIsAnEpisodeEvenWithABetterHourInIt) {
  Timelines timelines = ten_days([](std::int64_t) { return 100; });
  for (std::int64_t hour = 0; hour < 240; ++hour) timelines.add(hour, Verdict::violation, 1);
  for (const std::int64_t hour : {50, 51, 53}) timelines.add(hour, Verdict::violation, 39);
  const Story story = timelines.story();
  EXPECT_TRUE(story.failed.empty());
  ASSERT_EQ(story.violated.size(), 1u);
  const Episode& episode = story.violated[0];
  EXPECT_EQ(episode.span.start, kStart + 50 * kHour);
  EXPECT_EQ(episode.span.end, kStart + 54 * kHour);
  EXPECT_EQ(episode.of_kind, 3u * 40 + 1);
  EXPECT_EQ(episode.records, 4u * 101 + 3 * 39);
  EXPECT_EQ(episode.of_kind_otherwise, 236u);
  EXPECT_EQ(episode.records_otherwise, 236u * 101);
}

TEST(Story, FailuresHaveEpisodesOfTheirOwn) {
  Timelines timelines = ten_days([](std::int64_t) { return 100; });
  timelines.add(10, Verdict::failure, 30);
  timelines.add(200, Verdict::failure, 50);
  const Story story = timelines.story();
  EXPECT_TRUE(story.violated.empty());
  ASSERT_EQ(story.failed.size(), 2u);
  EXPECT_EQ(story.failed[0].span.start, kStart + 10 * kHour);
  EXPECT_EQ(story.failed[0].of_kind, 30u);
  EXPECT_EQ(story.failed[1].span.start, kStart + 200 * kHour);
}

TEST(Story, AFewMoreThanUsualAreChance) {
  Timelines timelines = ten_days([](std::int64_t) { return 100; });
  timelines.add(10, Verdict::failure, 7);
  EXPECT_TRUE(timelines.story().failed.empty());
  timelines.add(10, Verdict::failure, 1);
  EXPECT_EQ(timelines.story().failed.size(), 1u);
  // What is so everywhere is nowhere more often.
  for (std::int64_t hour = 0; hour < 240; ++hour) timelines.add(hour, Verdict::violation, 30);
  EXPECT_TRUE(timelines.story().violated.empty());
}

}  // namespace
}  // namespace leadscan::audit
