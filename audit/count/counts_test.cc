// Counts: the same wherever a text is cut into chunks, and never more bytes than are promised.
#include "audit/count/counts.h"

#include <gtest/gtest.h>

#include <random>

#include "audit/base/serialize.h"

namespace leadscan::audit {
namespace {

template <typename Key>
std::string bytes_of(const Counts<Key>& counts) {
  Writer writer;
  writer(counts);
  return writer.bytes;
}

// `values` counted in chunks of about `each`.
template <typename Key>
Counts<Key> counted(const std::vector<Key>& values, std::size_t each) {
  Counts<Key> all;
  Counts<Key> chunk;
  std::mt19937 random(1);
  for (const Key& value : values) {
    chunk.add(value);
    if (random() % each != 0) continue;
    all.merge(chunk);
    chunk = {};
  }
  all.merge(chunk);
  return all;
}

TEST(Counts, ChunksDoNotMatter) {
  std::mt19937 random(5);
  std::vector<std::string> values;
  std::vector<std::int64_t> numbers;
  for (int i = 0; i < 60000; ++i) {
    // Of 20,000 different ones, more than are kept.
    numbers.push_back(static_cast<std::int64_t>(random() % 20000));
    values.push_back("v" + std::to_string(numbers.back()) +
                     std::string(numbers.back() % 97 == 0 ? 2000 : 0, 'x'));
  }
  const Counts<std::string> whole = counted(values, 1000000);
  EXPECT_EQ(whole.entries().size(), Counts<std::string>::kMost);
  EXPECT_GT(whole.others(), 0u);
  const std::string same = bytes_of(whole);
  const std::string same_numbers = bytes_of(counted(numbers, 1000000));
  for (const std::size_t each : {1u, 3u, 100u, 15000u, 40000u}) {
    EXPECT_EQ(bytes_of(counted(values, each)), same) << each;
    EXPECT_EQ(bytes_of(counted(numbers, each)), same_numbers) << each;
  }
}

TEST(Counts, CountsOnAfterACheckpoint) {
  for (const std::size_t different : {3u, 8u, 9u, 10u, 500u}) {
    Counts<std::string> counts;
    for (std::size_t i = 0; i < different; ++i) counts.add(std::to_string(i));
    const std::string bytes = bytes_of(counts);
    Counts<std::string> read;
    Reader reader(bytes);
    reader(read);
    for (std::size_t i = 0; i <= different; ++i) read.add(std::to_string(i), 2);
    ASSERT_EQ(read.entries().size(), different + 1);
    for (std::size_t i = 0; i < different; ++i) EXPECT_EQ(read.entries()[i].second, 3u);
  }
}

TEST(Counts, LongTextsAreCutAndStayDifferent) {
  Counts<std::string> counts;
  const std::string longest(std::size_t{1} << 20, 'm');
  for (int time = 0; time < 3; ++time) {
    counts.add(longest + "a");
    counts.add(longest + "b");
    counts.add(longest);
  }
  ASSERT_EQ(counts.entries().size(), 3u);
  for (const auto& [key, count] : counts.entries()) {
    EXPECT_EQ(count, 3u);
    EXPECT_LE(key.size(), kMostValueBytes + kMostMarkBytes);
    EXPECT_TRUE(key.starts_with(std::string(kMostValueBytes, 'm') + "… (10485")) << key;
  }
  EXPECT_LT(counts.memory(), 10000u);
}

TEST(Counts, ATableHasAMostOfBytes) {
  Counts<std::string> all;
  for (int i = 0; i < 9000; ++i) {
    Counts<std::string> chunk;
    chunk.add(std::to_string(i) + std::string(5000, 'x'));
    chunk.add(std::to_string(i));
    all.merge(chunk);
  }
  std::uint64_t total = all.others();
  for (const auto& [key, count] : all.entries()) total += count;
  EXPECT_EQ(total, 18000u);
  EXPECT_LE(all.memory(), Counts<std::string>::kMostBytes + (std::size_t{1} << 20));
  EXPECT_GT(all.memory(), Counts<std::string>::kMostBytes / 2);
}

}  // namespace
}  // namespace leadscan::audit
