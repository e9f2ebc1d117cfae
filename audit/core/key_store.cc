#include "audit/core/key_store.h"

#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <tuple>

#include "audit/core/sqlite.h"

namespace leadscan::audit {
namespace {

constexpr FindingKind kind_of(KeyKind key) {
  switch (key) {
    case KeyKind::ds_id:
      return FindingKind::ds_id_created_twice;
    case KeyKind::partner_id:
    case KeyKind::partner_object_id:
      return FindingKind::partner_id_with_several_ds_ids;
    default:
      return FindingKind::trace_id_reused;
  }
}

// By the hash's first bits. One of them fits into memory when all have long not.
constexpr int kPartitionBits = 8;
constexpr int kPartitions = 1 << kPartitionBits;
// How much is sorted into partitions at a time: a fraction of the memory, up to what makes rows of
// some ten kilobytes.
constexpr std::size_t kPartitionedFraction = 8;
constexpr std::size_t kMostPartitioned = std::size_t{16} << 20;
// What finding out about one event may cost besides its bytes: a place in Repeated, and in
// HashCounts.
constexpr std::size_t kIndexBytes = 20;

// `file` and `member` of a row: where the last of its events stand.
constexpr const char* kTables =
    "CREATE TABLE IF NOT EXISTS keys(partition INTEGER, count INTEGER, file INTEGER, "
    "member INTEGER, events BLOB);"
    "CREATE INDEX IF NOT EXISTS keys_by_partition ON keys(partition);"
    "CREATE TABLE IF NOT EXISTS members(file INTEGER, member INTEGER, name BLOB, "
    "PRIMARY KEY(file, member)) WITHOUT ROWID;";

// How often hashes occurred: not at all, once, or (at least once, if others share their slot) more.
class HashCounts {
 public:
  // 8 to 16 slots for each hash, unless that takes more than `memory`.
  HashCounts(std::uint64_t hashes, std::size_t memory)
      : bytes_(std::min<std::uint64_t>(std::bit_ceil(2 * hashes + 1),
                                       std::bit_floor(memory / 2 + 1))) {}

  void add(std::uint64_t hash) {
    std::uint8_t& byte = bytes_[(hash / 4) & (bytes_.size() - 1)];
    const unsigned shift = 2 * (hash % 4);
    const unsigned once = 1u << shift;
    byte = static_cast<std::uint8_t>(byte | once | ((byte & once) << 1));
  }
  bool may_repeat(std::uint64_t hash) const {
    return (bytes_[(hash / 4) & (bytes_.size() - 1)] >> (2 * (hash % 4) + 1) & 1) != 0;
  }

 private:
  std::vector<std::uint8_t> bytes_;  // a power of two of them, two bits a slot
};

}  // namespace

// Takes events with equal ones (kind and key) next to each other, in them those of equal value, and
// those in the order of the input. Bounded memory, however large a group is.
class KeyStore::Groups {
 public:
  Groups(Aggregate& out, std::size_t limit) : out_(out), limit_(limit) {}

  void take(const KeyEvent& event) {
    const Position& at = event.at;
    if (!started_ || event.kind != kind_ || event.key != key_) {
      end_group();
      started_ = true;
      kind_ = event.kind;
      key_ = event.key;
      value_ = first_value_ = event.value;
      first_ = at;
      return;
    }
    if (kind_of(kind_) != FindingKind::partner_id_with_several_ds_ids) {
      add(at, {});
      return;
    }
    if (event.value == value_) return;
    value_ = event.value;
    // The first record of each value but the very first: which that is shows as they come.
    if (at < first_) {
      add(first_, std::move(first_value_));
      first_ = at;
      first_value_ = event.value;
    } else {
      add(at, value_);
    }
  }

  std::array<std::vector<Finding>, kFindingKinds>& finish() {
    end_group();
    for (auto& kept : kept_) std::sort(kept.begin(), kept.end(), comes_before);
    return kept_;
  }

 private:
  static bool comes_before(const Finding& a, const Finding& b) { return a.at < b.at; }

  // Keeps the first `limit_` by position: the heap's front is the last of those.
  void keep(std::vector<Finding>& kept, Finding finding) const {
    if (limit_ == 0) return;
    if (kept.size() == limit_) {
      if (!comes_before(finding, kept.front())) return;
      std::pop_heap(kept.begin(), kept.end(), comes_before);
      kept.pop_back();
    }
    kept.push_back(std::move(finding));
    std::push_heap(kept.begin(), kept.end(), comes_before);
  }

  void add(const Position& at, std::string value) {
    const FindingKind kind = kind_of(kind_);
    ++out_.finding_counts[index_of(kind)];
    keep(group_, {kind, at, std::move(value), std::nullopt});
  }

  // Now it is known with which record those of the group clash.
  void end_group() {
    for (Finding& finding : group_) {
      finding.detail = first_value_.empty() && finding.detail.empty()
                           ? key_
                           : key_ + ": " + finding.detail + ", before " + first_value_;
      finding.other = first_;
      keep(kept_[index_of(finding.kind)], std::move(finding));
    }
    group_.clear();
  }

  Aggregate& out_;
  std::size_t limit_;
  bool started_ = false;
  KeyKind kind_ = KeyKind::ds_id;
  std::string key_;
  std::string value_;
  Position first_;
  std::string first_value_;
  std::vector<Finding> group_;
  std::array<std::vector<Finding>, kFindingKinds> kept_;
};

// Those events of a text that may not stand alone.
class KeyStore::Repeated {
 public:
  // `copied`: their bytes do not stay where they are, and are copied, `memory` bytes of them at
  // most.
  Repeated(bool copied, std::size_t memory) : copied_(copied), memory_(memory) {}

  void add(const KeyEventHead& head, const char* at) {
    if (copied_) {
      used_ += head.size + sizeof(Entry);
      if (used_ > memory_) return;
      at = copy({at, head.size});
    }
    entries_.push_back({head.hash, at});
  }
  bool too_many() const { return used_ > memory_; }

  void give(Groups& groups) {
    std::sort(entries_.begin(), entries_.end(),
              [](const Entry& a, const Entry& b) { return a.hash < b.hash; });
    for (auto at = entries_.begin(); at != entries_.end();) {
      const auto end = std::find_if(at, entries_.end(),
                                    [&](const Entry& other) { return other.hash != at->hash; });
      if (end - at > 1) {
        std::sort(at, end, comes_before);
        for (auto entry = at; entry != end; ++entry) groups.take(read_event(entry->at));
      }
      at = end;
    }
  }

 private:
  struct Entry {
    std::uint64_t hash;
    const char* at;
  };

  // Among those of equal hash.
  static bool comes_before(const Entry& a, const Entry& b) {
    const KeyEvent x = read_event(a.at);
    const KeyEvent y = read_event(b.at);
    if (x.kind != y.kind) return x.kind < y.kind;
    if (x.key != y.key) return x.key < y.key;
    if (x.value != y.value) return x.value < y.value;
    return x.at < y.at;
  }

  const char* copy(std::string_view event) {
    constexpr std::size_t kBlock = std::size_t{64} << 10;
    if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < event.size())
      blocks_.emplace_back().reserve(std::max(kBlock, event.size()));
    std::string& block = blocks_.back();  // never grows, so that nothing in it moves
    block += event;
    return block.data() + block.size() - event.size();
  }

  bool copied_;
  std::size_t memory_;
  std::size_t used_ = 0;
  std::vector<Entry> entries_;
  std::deque<std::string> blocks_;
};

KeyStore::KeyStore(std::size_t memory, std::size_t limit) : memory_(memory), limit_(limit) {}

KeyStore::~KeyStore() {
  if (owns_database_) sqlite3_close(database_);
}

void KeyStore::add(KeyBatch keys) {
  if (keys.events == 0) return;
  const std::lock_guard lock(mutex_);
  count_ += keys.events;
  used_ += keys.bytes.capacity() + keys.events * kIndexBytes;
  batches_.push_back(std::move(keys));
  if (used_ > memory_ && error_.empty()) spill();
}

bool KeyStore::fail() {
  if (error_.empty()) error_ = std::string("duplicate keys: ") + sqlite3_errmsg(database_);
  return false;
}

bool KeyStore::run(const char* sql) {
  if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return true;
  return fail();
}

bool KeyStore::open_database() {
  if (database_ != nullptr) return true;
  const char* folder = std::getenv("TMPDIR");
  std::string path =
      std::string(folder == nullptr || *folder == '\0' ? "/tmp" : folder) + "/leadscan-XXXXXX";
  const int fd = ::mkstemp(path.data());
  if (fd < 0) {
    error_ = "duplicate keys: " + path + ": " + std::strerror(errno);
    return false;
  }
  ::close(fd);
  owns_database_ = true;
  if (sqlite3_open(path.c_str(), &database_) != SQLITE_OK) {
    error_ = "duplicate keys: cannot open " + path;
    ::unlink(path.c_str());
    return false;
  }
  // Nothing need be safe against crashes: without its name the file dies with the process.
  const bool good =
      run("PRAGMA page_size=65536; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA "
          "locking_mode=EXCLUSIVE;") &&
      run(kTables);
  ::unlink(path.c_str());
  return good;
}

void KeyStore::use_database(sqlite3* database) {
  database_ = database;
  run(kTables);
}

bool KeyStore::spill() { return open_database() && flush_in_transaction(); }

bool KeyStore::flush_in_transaction() { return run("BEGIN") && flush() && run("COMMIT"); }

bool KeyStore::flush() {
  Statement name(database_, "INSERT OR IGNORE INTO members VALUES(?,?,?)");
  bool good = name != nullptr;
  std::vector<KeyBatch> partitions(kPartitions);
  const std::size_t most = std::min(memory_ / kPartitionedFraction, kMostPartitioned);
  std::size_t partitioned = 0;
  for (KeyBatch& batch : batches_) {
    for_each_event(batch.bytes, [&](const KeyEventHead& head, const char* at) {
      if (head.kind != KeyKind::member) {
        KeyBatch& partition = partitions[head.hash >> (64 - kPartitionBits)];
        partition.bytes.append(at, head.size);
        ++partition.events;
        return;
      }
      const KeyEvent event = read_event(at);
      name.bind_all(event.at.file, event.at.member_index);
      name.bind_blob(3, event.key);
      good = name.run() && good;
    });
    // Where the last of all stand will do for each of them.
    for (KeyBatch& partition : partitions) {
      std::tie(partition.file, partition.member) =
          std::max(std::tie(partition.file, partition.member), std::tie(batch.file, batch.member));
    }
    partitioned += batch.bytes.size();
    batch.bytes = std::string();
    if (partitioned < most && &batch != &batches_.back()) continue;
    good = good && write_partitions(partitions);
    partitioned = 0;
  }
  batches_.clear();
  used_ = 0;
  return good || fail();
}

bool KeyStore::write_partitions(std::vector<KeyBatch>& partitions) {
  Statement insert(database_, "INSERT INTO keys VALUES(?,?,?,?,?)");
  bool good = insert != nullptr;
  for (int i = 0; good && i < kPartitions; ++i) {
    KeyBatch& partition = partitions[static_cast<std::size_t>(i)];
    if (partition.events == 0) continue;
    insert.bind_all(std::int64_t{i}, partition.events, partition.file, partition.member);
    insert.bind_blob(5, partition.bytes);
    good = insert.run();
    partition.bytes.clear();
    partition.events = 0;
  }
  return good || fail();
}

bool KeyStore::drop_from(std::uint64_t file, std::uint64_t member) {
  const auto stays = [&](const Position& at) {
    return at.file < file || (at.file == file && at.member_index < member);
  };
  if (!run("BEGIN")) return false;
  {
    Statement remove(database_,
                     "DELETE FROM members WHERE file > ?1 OR (file = ?1 AND member >= ?2)");
    Statement rows(database_,
                   "SELECT rowid FROM keys WHERE file > ?1 OR (file = ?1 AND member >= ?2)");
    remove.bind_all(file, member);
    rows.bind_all(file, member);
    if (!remove.run()) return fail();
    std::vector<sqlite3_int64> ids;
    int result = SQLITE_ERROR;
    while ((result = sqlite3_step(rows)) == SQLITE_ROW) ids.push_back(rows.integer(0));
    if (result != SQLITE_DONE) return fail();

    Statement select(database_, "SELECT events FROM keys WHERE rowid=?");
    Statement update(database_, "UPDATE keys SET count=?2, events=?3 WHERE rowid=?1");
    for (const sqlite3_int64 id : ids) {
      select.bind(1, std::int64_t{id});
      if (!select.next()) return fail();
      KeyBatch kept;
      for_each_event(select.bytes(0), [&](const KeyEventHead& head, const char* at) {
        if (!stays(read_event(at).at)) return;
        kept.bytes.append(at, head.size);
        ++kept.events;
      });
      select.reset();
      update.bind_all(std::int64_t{id}, kept.events);
      update.bind_blob(3, kept.bytes);
      if (!update.run()) return fail();
    }
  }
  return run("COMMIT");
}

// `for_each_blob(take)`: calls take(std::string_view) for texts of events, the same ones each time;
// false if it cannot. `in_memory`: the texts stay where they are.
template <typename ForEachBlob>
bool KeyStore::find_repeated(std::uint64_t events, bool in_memory, ForEachBlob for_each_blob,
                             Groups& groups) {
  HashCounts counts(events, in_memory ? SIZE_MAX / 2 : memory_);
  const auto for_each = [&](auto take) {
    return for_each_blob([&](std::string_view blob) { for_each_event(blob, take); });
  };
  if (!for_each([&](const KeyEventHead& head, const char*) { counts.add(head.hash); }))
    return false;
  Repeated repeated(!in_memory, memory_);
  const auto for_each_repeated = [&](auto take) {
    return for_each([&](const KeyEventHead& head, const char* at) {
      if (head.kind != KeyKind::member && counts.may_repeat(head.hash)) take(head, at);
    });
  };
  if (!for_each_repeated([&](const KeyEventHead& head, const char* at) { repeated.add(head, at); }))
    return false;
  if (repeated.too_many()) return sort_on_disk(for_each_repeated, groups);
  repeated.give(groups);
  return true;
}

// For a partition in which more ids repeat than fit into memory.
template <typename ForEachRepeated>
bool KeyStore::sort_on_disk(ForEachRepeated for_each_repeated, Groups& groups) {
  if (!run("CREATE TEMP TABLE sorted(kind INTEGER, key BLOB, value BLOB, file INTEGER, "
           "member INTEGER, line INTEGER, offset INTEGER, length INTEGER); BEGIN"))
    return false;
  Statement insert(database_, "INSERT INTO sorted VALUES(?,?,?,?,?,?,?,?)");
  bool good = insert != nullptr;
  good = for_each_repeated([&](const KeyEventHead&, const char* at) {
           const KeyEvent event = read_event(at);
           insert.bind(1, static_cast<std::int64_t>(event.kind));
           insert.bind_blob(2, event.key);
           insert.bind_blob(3, event.value);
           int column = 4;
           for (const std::uint64_t number : {event.at.file, event.at.member_index, event.at.line,
                                              event.at.offset, event.at.length})
             insert.bind(column++, number);
           good = insert.run() && good;
         }) &&
         good;
  if (!good) return fail();
  if (!run("COMMIT")) return false;
  {
    Statement select(database_,
                     "SELECT kind, key, value, file, member, line, offset, length "
                     "FROM sorted ORDER BY kind, key, value, file, member, offset");
    int result = SQLITE_ERROR;
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
      const auto number = [&](int at) {
        return static_cast<std::uint64_t>(sqlite3_column_int64(select, at));
      };
      KeyEvent event;
      event.kind = static_cast<KeyKind>(number(0));
      event.key = select.bytes(1);
      event.value = select.bytes(2);
      event.at = {number(3), number(4), std::nullopt, number(5), number(6), number(7)};
      groups.take(event);
    }
    if (result != SQLITE_DONE) return fail();
  }
  return run("DROP TABLE sorted");
}

bool KeyStore::find_in_memory(Groups& groups) {
  return find_repeated(
      count_, true,
      [&](auto take) {
        for (const KeyBatch& batch : batches_) take(std::string_view(batch.bytes));
        return true;
      },
      groups);
}

bool KeyStore::find_in_database(Groups& groups) {
  if (!flush_in_transaction()) return false;
  Statement sum(database_, "SELECT sum(count) FROM keys WHERE partition=?");
  Statement select(database_, "SELECT events FROM keys WHERE partition=?");
  for (int i = 0; i < kPartitions; ++i) {
    sum.bind(1, std::int64_t{i});
    select.bind(1, std::int64_t{i});
    if (!sum.next()) return fail();
    const auto events = static_cast<std::uint64_t>(sum.integer(0));
    sum.reset();
    const auto for_each_blob = [&](auto take) {
      int result = SQLITE_ERROR;
      while ((result = sqlite3_step(select)) == SQLITE_ROW) take(select.bytes(0));
      select.reset();
      return result == SQLITE_DONE || fail();
    };
    if (!find_repeated(events, false, for_each_blob, groups)) return false;
  }
  return true;
}

// Positions have the numbers of members only: their names are here once for each.
void KeyStore::name_members(std::array<std::vector<Finding>, kFindingKinds>& findings) {
  using Place = std::pair<std::uint64_t, std::uint64_t>;
  std::map<Place, std::optional<std::string>> names;
  const auto for_each_position = [&](auto take) {
    for (auto& kept : findings)
      for (Finding& finding : kept) {
        take(finding.at);
        if (finding.other) take(*finding.other);
      }
  };
  for_each_position([&](Position& at) { names[{at.file, at.member_index}] = std::nullopt; });
  for (const KeyBatch& batch : batches_)
    for_each_event(batch.bytes, [&](const KeyEventHead& head, const char* at) {
      if (head.kind != KeyKind::member) return;
      const KeyEvent event = read_event(at);
      const auto found = names.find({event.at.file, event.at.member_index});
      if (found != names.end()) found->second = std::string(event.key);
    });
  if (database_ != nullptr) {
    Statement select(database_, "SELECT name FROM members WHERE file=? AND member=?");
    for (auto& [place, name] : names) {
      select.bind_all(place.first, place.second);
      if (select.next()) name = std::string(select.bytes(0));
      select.reset();
    }
  }
  for_each_position([&](Position& at) { at.member = names[{at.file, at.member_index}]; });
}

bool KeyStore::finish(Aggregate& out) {
  const std::lock_guard lock(mutex_);
  if (!error_.empty()) return false;
  Groups groups(out, limit_);
  const bool good = database_ != nullptr ? find_in_database(groups) : find_in_memory(groups);
  auto& findings = groups.finish();
  name_members(findings);
  for (std::size_t i = 0; i < kFindingKinds; ++i)
    for (Finding& finding : findings[i]) out.findings[i].push_back(std::move(finding));
  return good;
}

}  // namespace leadscan::audit
