// Checkpoint: what was saved comes back, or nothing does.
#include "audit/engine/checkpoint.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <new>
#include <random>
#include <string>
#include <vector>

#include "audit/storage/sqlite.h"

namespace leadscan::audit {
namespace {

constexpr std::size_t kAll = 1000000;

std::string path_of(const std::string& name) { return testing::TempDir() + "/" + name; }

std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

void remove(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm"}) std::remove((path + suffix).c_str());
}

// Ids of one file, each of them twice in it.
void give(KeyStore& store, std::uint64_t file) {
  KeyBatch batch;
  MemberInfo member;
  member.file_index = file;
  member.member = "m";
  Record record;
  Judged judged;
  judged.record = &record;
  judged.member = &member;
  for (std::uint64_t i = 0; i < 50; ++i) {
    record.line = record.offset = i + 1;
    begin_record(batch, judged);
    append_key(batch, KeyKind::trace_id, "id " + std::to_string(file * 25 + i / 2), {});
  }
  append_member(batch, member);
  store.add(std::move(batch));
}

struct Loaded {
  Checkpoint::State state;
  std::uint64_t findings = 0;
  std::string error;
};

// Opens it, loads it, and finds what comes twice among its ids.
Loaded load(const std::string& path) {
  Loaded loaded;
  KeyStore keys(std::size_t{1} << 20, kAll);
  Checkpoint checkpoint;
  if (!checkpoint.open(path, "these files", keys) || !checkpoint.load(loaded.state, keys)) {
    loaded.error = checkpoint.error();
    EXPECT_NE(loaded.error, "");
    return loaded;
  }
  Aggregate found;
  EXPECT_TRUE(keys.finish(found)) << keys.lost();
  for (const std::uint64_t count : found.finding_counts) loaded.findings += count;
  return loaded;
}

// Three files are done, and a member of the next. The ids of more were written already. Looks at it
// before it is closed, as a kill leaves it.
template <typename Look>
void save(const std::string& path, Look look) {
  remove(path);
  KeyStore keys(std::size_t{1} << 20, kAll);
  Checkpoint checkpoint;
  ASSERT_TRUE(checkpoint.open(path, "these files", keys)) << checkpoint.error();
  Checkpoint::State state;
  ASSERT_TRUE(checkpoint.load(state, keys)) << checkpoint.error();
  EXPECT_EQ(state.totals, "");
  give(keys, 0);
  ASSERT_TRUE(checkpoint.save({1, 0, "totals", {"file 0"}}, keys)) << checkpoint.error();
  for (const std::uint64_t file : {1, 2, 3, 5}) give(keys, file);
  ASSERT_TRUE(checkpoint.save({3, 4, std::string("\0later", 6), {"file 1", ""}}, keys))
      << checkpoint.error();
  look();
}

void is_what_was_saved(const Loaded& loaded) {
  EXPECT_EQ(loaded.error, "");
  EXPECT_EQ(loaded.state.file, 3u);
  EXPECT_EQ(loaded.state.member, 4u);
  EXPECT_EQ(loaded.state.totals, std::string("\0later", 6));
  EXPECT_EQ(loaded.state.files, (std::vector<std::string>{"file 0", "file 1", ""}));
  // Of files 0, 1, 2, and of the one that has begun: its member 0.
  EXPECT_EQ(loaded.findings, 4 * 25u);
}

// What cannot be read for want of memory is not called damaged, or something else.
TEST(Checkpoint, IsNotWrongWhereMemoryIsShort) {
  const std::string path = path_of("short");
  save(path, [] {});
  bool loaded = false;
  for (std::int64_t bytes = 1000; !loaded; bytes += 1000) {
    ASSERT_LT(bytes, std::int64_t{100} << 20);
    sqlite3_hard_heap_limit64(sqlite3_memory_used() + bytes);
    try {
      Checkpoint::State state;
      KeyStore keys(std::size_t{1} << 20, kAll);
      Checkpoint checkpoint;
      loaded = checkpoint.open(path, "these files", keys) && checkpoint.load(state, keys);
      EXPECT_TRUE(loaded || checkpoint.is_starved()) << bytes << ": " << checkpoint.error();
    } catch (const std::bad_alloc&) {
      // As it should be.
    }
    sqlite3_hard_heap_limit64(0);
  }
  is_what_was_saved(load(path));
}

TEST(Checkpoint, SavesAndLoads) {
  const std::string path = path_of("saves");
  save(path, [] {});
  is_what_was_saved(load(path));
  is_what_was_saved(load(path));  // the first load has changed it
  Checkpoint foreign;
  KeyStore keys(1000, kAll);
  EXPECT_FALSE(foreign.open(path, "other files", keys));
  EXPECT_NE(foreign.error().find("other inputs or options"), std::string::npos);
  Checkpoint nowhere;
  EXPECT_FALSE(nowhere.open("/no/such/folder/checkpoint", "", keys));
  EXPECT_NE(nowhere.error().find("/no/such/folder/checkpoint"), std::string::npos);
}

TEST(Checkpoint, IsOfOneAudit) {
  const std::string path = path_of("shared");
  save(path, [&] {
    const Loaded second = load(path);
    EXPECT_NE(second.error.find("another run of leadscan is writing it"), std::string::npos)
        << second.error;
  });
  is_what_was_saved(load(path));
}

TEST(Checkpoint, LeavesOtherFilesAlone) {
  const std::string path = path_of("other");
  remove(path);
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  sqlite3_exec(database, "CREATE TABLE precious(x)", nullptr, nullptr, nullptr);
  sqlite3_close(database);
  for (const std::string& bytes : {contents(path), std::string(5000, 'x')}) {
    write(path, bytes);
    const Loaded loaded = load(path);
    EXPECT_NE(loaded.error.find("no checkpoint"), std::string::npos) << loaded.error;
    EXPECT_EQ(contents(path), bytes);
  }
}

TEST(Checkpoint, OfAnotherVersionIsRefused) {
  const std::string path = path_of("version");
  save(path, [] {});
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  sqlite3_exec(database, "PRAGMA user_version=77", nullptr, nullptr, nullptr);
  sqlite3_close(database);
  const Loaded loaded = load(path);
  EXPECT_NE(loaded.error.find("another version"), std::string::npos) << loaded.error;
}

// Every so many bits of the file, or of the log beside it, and wherever they are cut: it is
// refused, or nothing that counts was hit. A log that is damaged ends there, at what was saved
// before.
TEST(Checkpoint, DamagedIsRefused) {
  const std::string path = path_of("damaged");
  std::string file;
  save(path, [] {});
  const std::string closed = contents(path);
  std::string open;
  std::string log;
  save(path, [&] {
    open = contents(path);
    log = contents(path + "-wal");
  });
  ASSERT_GT(closed.size(), 20000u);
  ASSERT_GT(log.size(), 20000u);
  std::size_t refused = 0;
  std::size_t good = 0;
  std::size_t earlier = 0;
  const auto look = [&](const std::string& bytes, const std::string& log_bytes) {
    remove(path);
    write(path, bytes);
    if (!log_bytes.empty()) write(path + "-wal", log_bytes);
    const Loaded loaded = load(path);
    if (!loaded.error.empty()) {
      ++refused;
    } else if (loaded.state.totals.size() == 6 && loaded.state.file == 3) {
      ++good;
      is_what_was_saved(loaded);
    } else {
      ++earlier;
      EXPECT_TRUE(loaded.state.totals.empty() || loaded.state.file == 1);
      EXPECT_EQ(loaded.state.files.size(), loaded.state.file);
      EXPECT_EQ(loaded.findings, 25 * loaded.state.file);
    }
  };
  look(closed, "");
  look(open, log);
  EXPECT_EQ(good, 2u);
  std::mt19937_64 random(1);
  // LEADSCAN_BIG_TESTS: ten times as many.
  const bool big = std::getenv("LEADSCAN_BIG_TESTS") != nullptr;
  const auto step = [&](std::size_t most) { return 1 + random() % (big ? most / 10 : most); };
  const auto flipped = [&](std::string bytes, std::size_t at) {
    bytes[at] = static_cast<char>(bytes[at] ^ 1 << random() % 8);
    return bytes;
  };
  // The header bit by bit, the pages with less care.
  for (std::size_t at = 0; at < closed.size(); at += at < 100 ? 1 : step(200))
    look(flipped(closed, at), "");
  EXPECT_GT(refused, 100u);
  EXPECT_EQ(earlier, 0u);
  const std::size_t before = refused;
  for (std::size_t size = 0; size < closed.size(); size += step(3000))
    if (size > 0) look(closed.substr(0, size), "");
  EXPECT_EQ(earlier, 0u);
  EXPECT_GT(refused, before);
  for (std::size_t at = 0; at < log.size(); at += step(1000)) look(open, flipped(log, at));
  for (std::size_t size = 0; size < log.size(); size += step(5000)) look(open, log.substr(0, size));
  EXPECT_GT(earlier, 5u);
}

TEST(Checkpoint, OnAFullDiskKeepsWhatWasSaved) {
  const std::string path = path_of("full");
  save(path, [] {});
  {
    KeyStore keys(std::size_t{1} << 20, kAll);
    Checkpoint checkpoint;
    Checkpoint::State state;
    ASSERT_TRUE(checkpoint.open(path, "these files", keys));
    ASSERT_TRUE(checkpoint.load(state, keys));
    give(keys, 4);
    ASSERT_EQ(
        sqlite3_exec(checkpoint.database(), "PRAGMA max_page_count=1", nullptr, nullptr, nullptr),
        SQLITE_OK);
    EXPECT_FALSE(checkpoint.save({5, 0, std::string(1 << 20, 'x'), {"file 3", "file 4"}}, keys));
    EXPECT_NE(checkpoint.error().find("full"), std::string::npos) << checkpoint.error();
  }
  is_what_was_saved(load(path));
}

}  // namespace
}  // namespace leadscan::audit
