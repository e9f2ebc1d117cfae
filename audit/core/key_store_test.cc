// The search for duplicates: the same findings in memory and on disk, whatever comes first.
#include "audit/core/key_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "audit/core/testing.h"

namespace leadscan::audit {
namespace {

struct Key {
  KeyKind kind;
  std::string key;
  std::string value;
  std::size_t file = 0;
  std::uint64_t line = 0;
};

std::string written(const Key& key) {
  const MemberInfo member = member_of(key.file);
  Record record;
  record.line = key.line;
  record.offset = 100 * key.line;
  record.size = 99;
  Judged judged;
  judged.record = &record;
  judged.member = &member;
  std::string out;
  append_key(out, key.kind, key.key, key.value, judged);
  return out;
}

struct Found {
  std::array<std::uint64_t, kFindingKinds> counts{};
  std::vector<std::string> texts;
  bool spilled = false;
};

Found find(const std::vector<Key>& keys, std::size_t memory, std::size_t limit = 100,
           std::size_t batch = 3) {
  KeyStore store(memory, limit);
  std::string chunk;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    chunk += written(keys[i]);
    if (i % batch == 0) store.add(std::exchange(chunk, {}));
  }
  store.add(chunk);
  EXPECT_EQ(store.count(), keys.size());
  Aggregate total;
  EXPECT_TRUE(store.finish(total)) << store.error();
  Found found;
  found.spilled = store.spilled();
  found.counts = total.finding_counts;
  for (const auto& kind : total.findings)
    for (const Finding& finding : kind) {
      EXPECT_TRUE(finding.other);
      found.texts.push_back(
          std::string(name_of(finding.kind)) + " " + std::to_string(finding.at.file) + ":" +
          std::to_string(finding.at.line) + " " + finding.detail + " < " +
          std::to_string(finding.other->file) + ":" + std::to_string(finding.other->line));
    }
  return found;
}

TEST(KeyStore, WhatIsFound) {
  const std::vector<Key> keys = {{KeyKind::ds_id, "A", "", 0, 1},
                                 {KeyKind::ds_id, "B", "", 0, 2},
                                 {KeyKind::trace_id, "A", "", 0, 3},
                                 {KeyKind::ds_id, "A", "", 1, 1},
                                 {KeyKind::ds_id, "A", "", 0, 9},
                                 {KeyKind::partner_id, "P", "A", 0, 1},
                                 {KeyKind::partner_id, "P", "A", 0, 5},
                                 {KeyKind::partner_id, "P", "B", 0, 6},
                                 {KeyKind::partner_id, "P", "B", 0, 7},
                                 {KeyKind::partner_id, "Q", "A", 0, 1},
                                 {KeyKind::trace_id, std::string("\0x", 2), "", 0, 1},
                                 {KeyKind::trace_id, std::string("\0y", 2), "", 0, 2}};
  const std::vector<std::string> expected = {
      "ds_id_created_twice 0:9 A < 0:1", "ds_id_created_twice 1:1 A < 0:1",
      "partner_id_with_several_ds_ids 0:6 P: B, before A < 0:1"};
  std::vector<Key> shuffled = keys;
  std::mt19937 random(1);
  for (int time = 0; time < 50; ++time) {
    for (const std::size_t memory : {std::size_t{1} << 30, std::size_t{300}, std::size_t{0}}) {
      const Found found = find(shuffled, memory);
      EXPECT_EQ(found.texts, expected);
      EXPECT_EQ(found.spilled, memory < 1000);
    }
    std::shuffle(shuffled.begin(), shuffled.end(), random);
  }
}

TEST(KeyStore, SameOnDiskAsInMemory) {
  std::mt19937 random(2);
  std::vector<Key> keys;
  for (std::uint64_t i = 0; i < 5000; ++i) {
    const auto kind = static_cast<KeyKind>(random() % 3);
    const std::string value = kind == KeyKind::partner_id ? std::to_string(random() % 3) : "";
    keys.push_back({kind, std::to_string(random() % 2000), value, random() % 3, i});
  }
  const Found memory = find(keys, std::size_t{1} << 30, 20, 100);
  std::shuffle(keys.begin(), keys.end(), random);
  const Found disk = find(keys, 50000, 20, 100);
  EXPECT_FALSE(memory.spilled);
  EXPECT_TRUE(disk.spilled);
  EXPECT_EQ(memory.counts, disk.counts);
  EXPECT_EQ(memory.texts, disk.texts);
  EXPECT_EQ(memory.texts.size(), 60u);
  EXPECT_GT(memory.counts[index_of(FindingKind::trace_id_reused)], 300u);
}

TEST(KeyStore, LimitKeepsTheFirstAndCountsAll) {
  std::vector<Key> keys;
  for (std::uint64_t i = 0; i < 100; ++i) keys.push_back({KeyKind::trace_id, "T", "", 0, 100 - i});
  const Found found = find(keys, 0, 2);
  EXPECT_EQ(found.counts[index_of(FindingKind::trace_id_reused)], 99u);
  EXPECT_EQ(found.texts, (std::vector<std::string>{"trace_id_reused 0:2 T < 0:1",
                                                   "trace_id_reused 0:3 T < 0:1"}));
  EXPECT_EQ(find(keys, 0, 0).counts, found.counts);
}

TEST(KeyStore, LeavesNoFileBehind) {
  const std::string folder = testing::TempDir() + "/keys";
  std::filesystem::create_directory(folder);
  ::setenv("TMPDIR", folder.c_str(), 1);
  EXPECT_TRUE(find({{KeyKind::ds_id, "A", "", 0, 1}}, 0).spilled);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  std::filesystem::remove(folder);
  KeyStore store(0, 1);
  store.add(written({KeyKind::ds_id, "A", "", 0, 1}));
  Aggregate total;
  EXPECT_FALSE(store.finish(total));
  EXPECT_NE(store.error().find(folder), std::string::npos);
  ::unsetenv("TMPDIR");
}

}  // namespace
}  // namespace leadscan::audit
