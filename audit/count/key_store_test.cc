// KeyStore: the same findings in memory, on disk, and on disk with more repeated ids than memory.
#include "audit/count/key_store.h"

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
      begin_record(batch, judged);
      append_key(batch, id.kind, id.key, id.value);
      if (batch.ids() == kBatch) end_batch();
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
      ASSERT_TRUE(store.finish(found)) << store.lost();
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
    ASSERT_TRUE(store.finish(found)) << store.lost();
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
  ASSERT_TRUE(store.finish(found)) << store.lost();
  EXPECT_EQ(found.finding_counts[index_of(FindingKind::trace_id_reused)], 2u);
  EXPECT_EQ(found.finding_counts[index_of(FindingKind::ds_id_created_twice)], 0u);
  const auto& partners = found.findings[index_of(FindingKind::partner_id_with_several_ds_ids)];
  ASSERT_EQ(partners.size(), 1u);
  EXPECT_LT(partners[0].detail.size(), 4000u);
  EXPECT_NE(partners[0].detail.find("(1048577 bytes, "), std::string::npos) << partners[0].detail;
}

// A database of the caller's, as a checkpoint has one.
class Database {
 public:
  Database() {
    EXPECT_EQ(sqlite3_open(":memory:", &database_), SQLITE_OK);
    run(KeyTable::kSchema);
    run(KeyTable::kIndexSchema);
  }
  ~Database() { sqlite3_close(database_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  operator sqlite3*() const { return database_; }  // NOLINT: it is one

  void run(const std::string& sql) {
    EXPECT_EQ(sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sql << ": " << sqlite3_errmsg(database_);
  }
  void grow_no_more() { run("PRAGMA max_page_count=1"); }  // to what it has

 private:
  sqlite3* database_ = nullptr;
};

// What it came to.
KeyTable::Digest save(KeyStore& store, Database& database, bool commit = true) {
  KeyStore::Saving saving(store);
  database.run("BEGIN");
  EXPECT_TRUE(saving.write()) << store.table_error();
  const KeyTable::Digest digest = saving.digest();
  database.run(commit ? "COMMIT" : "ROLLBACK");
  if (commit) saving.committed();
  return digest;
}

constexpr auto kBefore1 = [](std::uint64_t file) { return file < 1; };
constexpr auto kFrom1 = [](std::uint64_t file) { return file >= 1; };

// A killed run has written ids of files that the checkpoint says nothing of yet, before it and
// after.
TEST(KeyStore, DropsWhatIsReadAgain) {
  const std::vector<Id> ids = some_ids(3000, 0.3);
  Database database;
  KeyTable::Digest digest;
  {
    KeyStore killed(1000, kAll);
    killed.use_database(database);
    give(killed, ids, [](std::uint64_t file) { return file < 2; });
    digest = save(killed, database);
    give(killed, ids, kFrom1);
    ASSERT_EQ(killed.lost(), "");
  }
  KeyStore resumed(1000, kAll);
  resumed.use_database(database);
  ASSERT_TRUE(resumed.restore(digest, 1, 0, false)) << resumed.table_error();
  give(resumed, ids, kFrom1);
  Aggregate found;
  ASSERT_TRUE(resumed.finish(found)) << resumed.lost();
  EXPECT_EQ(rows_of(found), expected(ids));
  EXPECT_EQ(resumed.count(), ids.size());
}

TEST(KeyStore, KeepsWhatWasNotSaved) {
  const std::vector<Id> ids = some_ids(3000, 0.3);
  for (const bool more : {false, true}) {
    Database database;
    KeyStore store(std::size_t{64} << 20, kAll);
    store.use_database(database);
    give(store, ids, kBefore1);
    {
      KeyStore::Saving saving(store);
      database.run("BEGIN");
      ASSERT_TRUE(saving.write());
      // Meanwhile another thread goes on.
      if (more) give(store, ids, kFrom1);
      database.run("ROLLBACK");
    }
    store.leave_database();
    if (!more) give(store, ids, kFrom1);
    Aggregate found;
    ASSERT_TRUE(store.finish(found)) << store.lost();
    EXPECT_EQ(rows_of(found), expected(ids));
  }
}

// Each bit of a few rows, and rows that are gone, come twice, or are of another partition.
TEST(KeyStore, TakesNothingDamagedForIds) {
  const std::vector<Id> ids = some_ids(300, 0.3);
  const auto is_refused = [&](const auto& damage, bool at_the_end) {
    Database database;
    KeyStore store(1000, kAll);
    store.use_database(database);
    give(store, ids, kEvery);
    const KeyTable::Digest digest = save(store, database);
    Aggregate found;
    found.finding_counts[0] = 7;
    if (at_the_end) {
      damage(database);
      EXPECT_FALSE(store.finish(found));
      EXPECT_NE(store.lost(), "");
      EXPECT_EQ(found.finding_counts[0], 7u);
      for (const auto& findings : found.findings) EXPECT_TRUE(findings.empty());
      return;
    }
    damage(database);
    KeyStore resumed(1000, kAll);
    resumed.use_database(database);
    EXPECT_FALSE(resumed.restore(digest, 9, 0, false));
    EXPECT_NE(resumed.table_error(), "");
  };
  const std::string some = " WHERE rowid=(SELECT max(rowid) - 3 FROM keys)";
  for (const bool at_the_end : {false, true}) {
    for (const char* sql :
         {"DELETE FROM keys", "UPDATE keys SET count=count+1", "UPDATE keys SET partition=0",
          "UPDATE keys SET file=file+1", "UPDATE keys SET member=member+1",
          "UPDATE keys SET checksum=checksum+1", "UPDATE keys SET events=NULL",
          "UPDATE keys SET events=zeroblob(100)",
          "UPDATE keys SET events=substr(events, 1, length(events)-1)"})
      is_refused([&](Database& database) { database.run(sql + some); }, at_the_end);
    is_refused([](Database& database) { database.run("DELETE FROM keys"); }, at_the_end);
    for (int bit = 0; bit < 60 * 8; bit += 7)
      is_refused(
          [&](Database& database) {
            Statement select(database, "SELECT events FROM keys" + some);
            ASSERT_TRUE(select.next());
            std::string bytes(select.bytes(0));
            select.reset();
            const std::size_t at = static_cast<std::size_t>(bit / 8) % bytes.size();
            bytes[at] = static_cast<char>(bytes[at] ^ 1 << bit % 8);
            Statement update(database, "UPDATE keys SET events=?" + some);
            update.bind_blob(1, bytes);
            ASSERT_TRUE(update.run());
          },
          at_the_end);
  }
}

// What is no event is not looked at: with a wrong size one would go on for ever, or behind the end.
TEST(KeyStore, ReadsEventsOfAnyBytes) {
  std::string events;
  KeyEvent event;
  event.hash = 0x123456789ABCDEF;
  event.at.line = 77;
  event.at.offset = 1 << 20;
  event.kind = KeyKind::partner_id;
  event.key = "key";
  event.value = "value";
  append_event(events, event);
  event.kind = KeyKind::trace_id;
  event.key = "t";
  event.value = "";
  append_event(events, event);
  event.kind = KeyKind::member;
  event.key = "name";
  append_event(events, event);
  const auto look_at = [](const std::string& bytes) {
    const std::string exact(bytes);  // of its size, so that ASan sees what is behind
    if (!are_events({exact.data(), exact.size()})) return false;
    std::size_t sum = 0;
    for_each_event(exact, [&](const KeyEventHead& head, const char* at) {
      const KeyEvent event = read_event(at);
      EXPECT_LE(event.kind, KeyKind::member);
      sum += head.size;
      for (const std::string_view text : {event.key, event.value})
        if (!text.empty()) {
          EXPECT_GE(text.data(), exact.data());
          EXPECT_LE(text.data() + text.size(), exact.data() + exact.size());
        }
    });
    EXPECT_EQ(sum, exact.size());
    return true;
  };
  EXPECT_TRUE(look_at(events));
  EXPECT_TRUE(look_at(""));
  std::size_t cut_at_an_end = 0;
  for (std::size_t size = 1; size < events.size(); ++size)
    cut_at_an_end += look_at(events.substr(0, size));
  EXPECT_EQ(cut_at_an_end, 2u);
  for (std::size_t at = 0; at < events.size(); ++at)
    for (int byte = 0; byte < 256; ++byte) {
      std::string bytes = events;
      bytes[at] = static_cast<char>(byte);
      look_at(bytes);
    }
  std::mt19937_64 random(3);
  for (int i = 0; i < 20000; ++i) {
    std::string bytes(random() % 64, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() % 3 == 0 ? random() : random() % 20);
    look_at(bytes);
  }
}

// However the disk fills: before the first id is written, in the midst of them, when they are
// sorted. Told at once, once; and from then on nothing is kept.
TEST(KeyStore, SaysAtOnceWhyItCannotGoOn) {
  const std::vector<Id> ids = some_ids(6000, 1.0);
  const char* before = std::getenv("TMPDIR");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("TMPDIR", "/no/such/folder", 1);
  std::vector<std::string> told;
  const auto tell = [&](const std::string& why) { told.push_back(why); };
  {
    KeyStore store(1000, kAll, tell);
    give(store, ids, kBefore1);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_NE(told[0].find("/no/such/folder"), std::string::npos) << told[0];
    give(store, ids, kFrom1);
    Aggregate found;
    EXPECT_FALSE(store.finish(found));
    EXPECT_EQ(store.lost(), told[0]);
    EXPECT_EQ(told.size(), 1u);
  }
  before == nullptr ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", kept.c_str(), 1);
  told.clear();
  {
    Database database;
    KeyStore store(1000, kAll, tell);
    store.use_database(database);
    give(store, ids, kBefore1);
    EXPECT_EQ(told.size(), 0u);
    database.grow_no_more();
    give(store, ids, kFrom1);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_NE(told[0].find("full"), std::string::npos) << told[0];
    // The transaction is over, for whoever uses the database too.
    EXPECT_NE(sqlite3_get_autocommit(database), 0);
    Aggregate found;
    EXPECT_FALSE(store.finish(found));
    EXPECT_EQ(found.finding_counts, Aggregate().finding_counts);
  }
  told.clear();
  {
    Database database;
    KeyStore store(1000, kAll, tell);
    store.use_database(database);
    give(store, ids, kEvery);
    database.run("PRAGMA temp_store=MEMORY; CREATE TEMP TABLE t(x); PRAGMA temp.max_page_count=1");
    Aggregate found;
    EXPECT_FALSE(store.finish(found));
    ASSERT_EQ(told.size(), 1u);
    EXPECT_NE(told[0].find("full"), std::string::npos) << told[0];
    EXPECT_EQ(found.finding_counts, Aggregate().finding_counts);
  }
}

}  // namespace
}  // namespace leadscan::audit
