// KeyStore: the same findings in memory, on disk, and on disk with more repeated ids than memory.
#include "audit/core/key_store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace leadscan::audit {
namespace {

struct Id {
  KeyKind kind;
  std::string key;
  std::string value;
  std::uint64_t file;
  std::uint64_t line;
};

bool is_partner(KeyKind kind) {
  return kind == KeyKind::partner_id || kind == KeyKind::partner_object_id;
}

// Most ids once, some often, one very often.
std::vector<Id> some_ids(std::size_t count, double repeated) {
  std::mt19937_64 random(7);
  std::vector<Id> ids;
  for (std::size_t i = 0; i < count; ++i) {
    const auto kind = static_cast<KeyKind>(random() % 4);
    std::uint64_t number = random();
    if (static_cast<double>(random() % 1000) < 1000 * repeated)
      number = random() % (count / 20 + 1);
    if (random() % 50 == 0) number = 1;
    Id id = {kind, std::string(random() % 40, 'x') + std::to_string(number), "", i % 3, i};
    if (number == 1) id.key = "same";
    if (is_partner(kind)) id.value = "v" + std::to_string(random() % 3);
    ids.push_back(std::move(id));
  }
  return ids;
}

// `keep(file)`: whether ids of that file are given.
template <typename Keep>
void give(KeyStore& store, const std::vector<Id>& ids, Keep keep) {
  constexpr std::size_t kBatch = 100;
  for (std::uint64_t file = 0; file < 3; ++file) {
    MemberInfo member;
    member.file_index = file;
    member.member = "member of " + std::to_string(file);
    KeyBatch batch;
    const auto end_batch = [&] {
      append_member(batch, member);
      store.add(std::exchange(batch, {}));
    };
    for (const Id& id : ids) {
      if (id.file != file || !keep(file)) continue;
      Record record;
      record.line = id.line;
      record.offset = 10 * id.line;
      record.size = 7;
      Judged judged;
      judged.record = &record;
      judged.member = &member;
      append_key(batch, id.kind, id.key, id.value, judged);
      if (batch.events == kBatch) end_batch();
    }
    end_batch();
  }
}

using Row = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t, std::uint64_t, std::string>;
using Found = std::array<std::vector<Row>, kFindingKinds>;

Found rows_of(const Aggregate& found) {
  Found rows;
  for (std::size_t i = 0; i < kFindingKinds; ++i)
    for (const Finding& finding : found.findings[i]) {
      EXPECT_EQ(finding.at.member, "member of " + std::to_string(finding.at.file));
      EXPECT_EQ(finding.other->member, "member of " + std::to_string(finding.other->file));
      EXPECT_EQ(finding.at.offset, 10 * finding.at.line);
      rows[i].emplace_back(finding.at.file, finding.at.line, finding.other->file,
                           finding.other->line, finding.detail);
    }
  return rows;
}

// What the rules say, by brute force.
Found expected(const std::vector<Id>& ids) {
  std::map<std::pair<KeyKind, std::string>, std::vector<const Id*>> groups;
  for (std::uint64_t file = 0; file < 3; ++file)
    for (const Id& id : ids)
      if (id.file == file) groups[{id.kind, id.key}].push_back(&id);
  Found found;
  for (const auto& [key, group] : groups) {
    const Id& first = *group.front();
    std::vector<std::string> values = {first.value};
    for (const Id* id : group) {
      if (id == &first) continue;
      if (is_partner(id->kind)) {
        if (std::find(values.begin(), values.end(), id->value) != values.end()) continue;
        values.push_back(id->value);
        found[index_of(FindingKind::partner_id_with_several_ds_ids)].emplace_back(
            id->file, id->line, first.file, first.line,
            id->key + ": " + id->value + ", before " + first.value);
        continue;
      }
      const FindingKind kind = id->kind == KeyKind::ds_id ? FindingKind::ds_id_created_twice
                                                          : FindingKind::trace_id_reused;
      found[index_of(kind)].emplace_back(id->file, id->line, first.file, first.line, id->key);
    }
  }
  for (auto& rows : found) std::sort(rows.begin(), rows.end());
  return found;
}

constexpr std::size_t kAll = 1000000;
constexpr auto kEvery = [](std::uint64_t) { return true; };

TEST(KeyStore, FindsTheSameInMemoryAndOnDisk) {
  for (const double repeated : {0.0, 0.02, 1.0}) {
    const std::vector<Id> ids = some_ids(6000, repeated);
    const Found all = expected(ids);
    for (const auto& rows : all) EXPECT_LT(rows.size(), kAll);
    EXPECT_FALSE(all[index_of(FindingKind::trace_id_reused)].empty());
    // All in memory; on disk in several flushes; and with hardly any memory, so that repeated ids
    // are sorted on disk.
    for (const std::size_t memory :
         {std::size_t{64} << 20, std::size_t{100} << 10, std::size_t{1000}}) {
      KeyStore store(memory, kAll);
      give(store, ids, kEvery);
      Aggregate found;
      ASSERT_TRUE(store.finish(found)) << store.error();
      EXPECT_EQ(store.spilled(), memory < std::size_t{1} << 20);
      EXPECT_EQ(rows_of(found), all) << memory << ' ' << repeated;
      for (std::size_t i = 0; i < kFindingKinds; ++i)
        EXPECT_EQ(found.finding_counts[i], all[i].size());
    }
  }
}

TEST(KeyStore, KeepsTheFirstFindingsAndCountsAll) {
  const std::vector<Id> ids = some_ids(3000, 0.3);
  Found first = expected(ids);
  for (const std::size_t memory : {std::size_t{64} << 20, std::size_t{1000}}) {
    KeyStore store(memory, 3);
    give(store, ids, kEvery);
    Aggregate found;
    ASSERT_TRUE(store.finish(found)) << store.error();
    for (std::size_t i = 0; i < kFindingKinds; ++i) {
      EXPECT_EQ(found.finding_counts[i], expected(ids)[i].size());
      first[i].resize(std::min<std::size_t>(first[i].size(), 3));
    }
    EXPECT_EQ(rows_of(found), first);
  }
}

// An id of 16 MiB may not take that much for each time it occurs.
TEST(KeyStore, LongIdsAreShortenedAndStayDifferent) {
  const std::string longest(std::size_t{1} << 20, 'x');
  std::vector<Id> ids;
  for (std::uint64_t line = 0; line < 6; ++line)
    ids.push_back({KeyKind::trace_id, longest + std::to_string(line % 4), "", 0, line});
  ids.push_back({KeyKind::partner_id, longest, longest + "1", 0, 6});
  ids.push_back({KeyKind::partner_id, longest, longest + "2", 0, 7});
  ids.push_back({KeyKind::ds_id, "", "", 0, 8});  // no id
  ids.push_back({KeyKind::ds_id, "", "", 0, 9});
  KeyStore store(std::size_t{1} << 20, kAll);
  give(store, ids, kEvery);
  EXPECT_FALSE(store.spilled());
  Aggregate found;
  ASSERT_TRUE(store.finish(found)) << store.error();
  EXPECT_EQ(found.finding_counts[index_of(FindingKind::trace_id_reused)], 2u);
  EXPECT_EQ(found.finding_counts[index_of(FindingKind::ds_id_created_twice)], 0u);
  const auto& partners = found.findings[index_of(FindingKind::partner_id_with_several_ds_ids)];
  ASSERT_EQ(partners.size(), 1u);
  EXPECT_LT(partners[0].detail.size(), 4000u);
  EXPECT_NE(partners[0].detail.find("(1048577 bytes, "), std::string::npos) << partners[0].detail;
}

// A killed run has written ids of files that the checkpoint says nothing of yet.
TEST(KeyStore, DropsWhatIsReadAgain) {
  const std::vector<Id> ids = some_ids(3000, 0.3);
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(":memory:", &database), SQLITE_OK);
  {
    KeyStore killed(1000, kAll);
    killed.use_database(database);
    give(killed, ids, kEvery);
    ASSERT_EQ(killed.error(), "");
  }
  {
    KeyStore resumed(1000, kAll);
    resumed.use_database(database);
    ASSERT_TRUE(resumed.drop_from(1, 0)) << resumed.error();
    give(resumed, ids, [](std::uint64_t file) { return file >= 1; });
    Aggregate found;
    ASSERT_TRUE(resumed.finish(found)) << resumed.error();
    EXPECT_EQ(rows_of(found), expected(ids));
  }
  sqlite3_close(database);
}

TEST(KeyStore, SaysWhyItCannotGoOn) {
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("TMPDIR", "/no/such/folder", 1);
  KeyStore store(1000, kAll);
  give(store, some_ids(3000, 0), kEvery);
  Aggregate found;
  EXPECT_FALSE(store.finish(found));
  EXPECT_NE(store.error().find("/no/such/folder"), std::string::npos) << store.error();
  before == nullptr ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", kept.c_str(), 1);
}

}  // namespace
}  // namespace leadscan::audit
