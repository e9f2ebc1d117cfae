// RFC 3339 timestamps: what is one, and that reading and writing agree.
#include "audit/base/timestamp.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace leadscan::audit {
namespace {

std::int64_t seconds(std::string_view text) {
  const auto time = parse_timestamp(text);
  EXPECT_TRUE(time) << text;
  return time ? time->seconds : -1;
}

TEST(Timestamp, Seconds) {
  EXPECT_EQ(seconds("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(seconds("2025-06-30T12:36:46.556Z"), 1751287006);
  EXPECT_EQ(seconds("2025-06-30T14:36:46.556+02:00"), 1751287006);
  EXPECT_EQ(seconds("2025-06-30t07:06:46-05:30"), 1751287006);
  EXPECT_EQ(seconds("2025-06-30t12:36:46z"), 1751287006);
  EXPECT_EQ(seconds("1969-12-31T23:59:59Z"), -1);
  EXPECT_EQ(seconds("2000-02-29T00:00:00Z"), 951782400);
  EXPECT_EQ(seconds("2016-12-31T23:59:60Z"), seconds("2017-01-01T00:00:00Z"));
  EXPECT_EQ(seconds("0000-01-01T00:00:00Z"), -62167219200);
  EXPECT_EQ(seconds("9999-12-31T23:59:59Z"), 253402300799);
}

TEST(Timestamp, Fractions) {
  EXPECT_EQ(parse_timestamp("2025-06-30T12:36:46.5Z")->nanoseconds, 500000000u);
  EXPECT_EQ(parse_timestamp("2025-06-30T12:36:46.123456789987Z")->nanoseconds, 123456789u);
  EXPECT_EQ(parse_timestamp("2025-06-30T12:36:46Z")->nanoseconds, 0u);
}

TEST(Timestamp, WhatIsNone) {
  for (const char* text : {"",
                           "yesterday",
                           "2025-06-30",
                           "2025-06-30T12:36:46",
                           "2025-06-30 12:36:46Z",
                           "2025-06-30T12:36Z",
                           "2025-06-30T12:36:46.Z",
                           "2025-06-30T24:00:00Z",
                           "2025-06-30T12:60:00Z",
                           "2025-06-30T12:36:61Z",
                           "2025-02-29T00:00:00Z",
                           "1900-02-29T00:00:00Z",
                           "2025-06-31T00:00:00Z",
                           "2025-00-01T00:00:00Z",
                           "2025-13-01T00:00:00Z",
                           "2025-06-00T00:00:00Z",
                           "2025-6-30T12:36:46Z",
                           "2025-06-30T12:36:46Z ",
                           " 2025-06-30T12:36:46Z",
                           "2025-06-30T12:36:46+0200",
                           "2025-06-30T12:36:46+2:00",
                           "2025-06-30T12:36:46+24:00",
                           "2025-06-30T12:36:46+02:60",
                           "2025-06-30T12:36:46+02",
                           "2025-06-30T12:36:46+",
                           "2025-06-30T12-36-46Z",
                           "2025/06/30T12:36:46Z",
                           "+025-06-30T12:36:46Z",
                           "2025-06-30T12:36:46ZZ"})
    EXPECT_FALSE(parse_timestamp(text)) << text;
}

TEST(Timestamp, EveryPrefixIsRead) {
  // No prefix of this is a timestamp, and none is read beyond its end.
  constexpr std::string_view kWhole = "2025-06-30T12:36:46.556+02:00";
  for (std::size_t size = 0; size < kWhole.size(); ++size) {
    const std::string text(kWhole.substr(0, size));
    EXPECT_FALSE(parse_timestamp(text)) << text;
  }
}

TEST(Timestamp, DatesForOptions) {
  EXPECT_EQ(parse_date("2025-06-30")->seconds, seconds("2025-06-30T00:00:00Z"));
  EXPECT_EQ(parse_date("2025-06-30T12:36:46Z")->seconds, 1751287006);
  EXPECT_FALSE(parse_date("2025-06-31"));
  EXPECT_FALSE(parse_date("2025-06"));
}

TEST(Timestamp, WritingAndReadingAgree) {
  std::mt19937_64 random(1);
  std::uniform_int_distribution<std::int64_t> any(-62167219200, 253402300799);
  for (int i = 0; i < 100000; ++i) {
    const std::int64_t time = any(random);
    ASSERT_EQ(seconds(format_timestamp(time)), time);
    ASSERT_EQ(parse_date(format_day(floor_divide(time, 86400)))->seconds,
              floor_divide(time, 86400) * 86400);
  }
  EXPECT_EQ(format_timestamp(-1), "1969-12-31T23:59:59Z");
  EXPECT_EQ(format_hour(floor_divide(1751287006, 3600)), "2025-06-30 12:00");
  EXPECT_EQ(format_hour(-1), "1969-12-31 23:00");
}

// As JavaScript writes them: eight bytes are read at once.
TEST(Timestamp, Milliseconds) {
  const std::string minute = "2025-06-30T12:36:";
  const std::int64_t seconds = parse_timestamp(minute + "00Z")->seconds;
  for (unsigned i = 0; i < 61000; i += i % 1000 < 2 ? 1 : 37) {
    char rest[16];
    std::snprintf(rest, sizeof rest, "%02u.%03uZ", i / 1000, i % 1000);
    const std::optional<Timestamp> time = parse_timestamp(minute + rest);
    ASSERT_TRUE(time) << rest;
    EXPECT_EQ(time->seconds, seconds + i / 1000) << rest;
    EXPECT_EQ(time->nanoseconds, i % 1000 * 1000000) << rest;
  }
  EXPECT_TRUE(parse_timestamp(minute + "46.123z"));
  EXPECT_TRUE(parse_timestamp(minute + "46+00:00"));  // as long
  const std::string good = "46.123Z";
  for (std::size_t at = 0; at < good.size(); ++at)
    for (const char wrong : {'/', ':', '.', 'a', ' ', '\0', '@', 'P', '\xB4'}) {
      std::string rest = good;
      if (rest[at] == wrong) continue;
      rest[at] = wrong;
      EXPECT_FALSE(parse_timestamp(minute + rest)) << rest;
    }
  for (const char* wrong : {"61.000Z", "99.999Z", "46.12+0Z", "46.1+05:"})
    EXPECT_FALSE(parse_timestamp(minute + wrong)) << wrong;
}

// Whatever was read before, also what was no timestamp.
TEST(Timestamp, TheOneBeforeChangesNothing) {
  std::vector<std::string> texts;
  for (const char* minute : {"2025-06-30T12:36:", "2025-06-30t12:36:", "2025-06-30T12:37:",
                             "2025-06-31T12:36:", "2025-06-30T24:36:", "2025-06-30T12:36-", "",
                             "2024-02-29T00:00:", "0000-01-01T00:00:", "9999-12-31T23:59:"})
    for (const char* rest : {"46Z", "60Z", "61Z", "4", "46", "46.5z", "46.Z", "46+02:00",
                             "46-23:59", "46+24:00", "46Z ", "x6Z", ""})
      texts.push_back(std::string(minute) + rest);
  for (const std::string& first : texts)
    for (const std::string& second : texts) {
      TimestampReader reader;
      EXPECT_EQ(reader.read(first), parse_timestamp(first)) << first;
      EXPECT_EQ(reader.read(second), parse_timestamp(second)) << first << ' ' << second;
    }
}

}  // namespace
}  // namespace leadscan::audit
