#include "audit/core/key_store.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>

#include "audit/core/sqlite.h"

namespace leadscan::audit {
namespace {

// In front of the key's bytes and then the value's, without alignment.
struct Header {
  std::uint32_t key_size;
  std::uint32_t value_size;
  std::uint32_t file;
  std::uint8_t kind;  // KeyKind, or kMember
  std::uint64_t member;
  std::uint64_t line;
  std::uint64_t offset;
  std::uint64_t length;
};
constexpr std::uint8_t kMember = 255;

struct Event {
  Header header;
  std::string_view key;
  std::string_view value;

  Position position() const {
    return {header.file, header.member, std::nullopt, header.line, header.offset, header.length};
  }
};

Event read_event(const char* at) {
  Event event;
  std::memcpy(&event.header, at, sizeof event.header);
  event.key = {at + sizeof event.header, event.header.key_size};
  event.value = {event.key.data() + event.key.size(), event.header.value_size};
  return event;
}

std::size_t size_of(const Event& event) {
  return sizeof event.header + event.key.size() + event.value.size();
}

template <typename Take>
void for_each_event(const std::vector<std::string>& batches, Take take) {
  for (const std::string& batch : batches)
    for (std::size_t at = 0; at < batch.size();) {
      const Event event = read_event(batch.data() + at);
      take(event, batch.data() + at);
      at += size_of(event);
    }
}

void append(std::string& keys, const Header& header, std::string_view key, std::string_view value) {
  keys.append(reinterpret_cast<const char*>(&header), sizeof header);
  keys += key;
  keys += value;
}

constexpr FindingKind kind_of(std::uint8_t key) {
  switch (static_cast<KeyKind>(key)) {
    case KeyKind::ds_id:
      return FindingKind::ds_id_created_twice;
    case KeyKind::partner_id:
      return FindingKind::partner_id_with_several_ds_ids;
    case KeyKind::trace_id:
      break;
  }
  return FindingKind::trace_id_reused;
}

// What sorting one event costs besides its bytes.
constexpr std::size_t kIndexBytes = 16;

constexpr const char* kTables =
    "CREATE TABLE IF NOT EXISTS keys(kind INTEGER, key BLOB, value BLOB, file INTEGER, "
    "member INTEGER, line INTEGER, offset INTEGER, length INTEGER);"
    "CREATE TABLE IF NOT EXISTS members(file INTEGER, member INTEGER, name BLOB, "
    "PRIMARY KEY(file, member)) WITHOUT ROWID;";

}  // namespace

void append_key(std::string& keys, KeyKind kind, std::string_view key, std::string_view value,
                const Judged& judged) {
  Header header;
  std::memset(&header, 0, sizeof header);
  header.key_size = static_cast<std::uint32_t>(key.size());
  header.value_size = static_cast<std::uint32_t>(value.size());
  header.file = static_cast<std::uint32_t>(judged.member->file_index);
  header.kind = static_cast<std::uint8_t>(kind);
  header.member = judged.member->member_index;
  header.line = judged.record->line;
  header.offset = judged.record->offset;
  header.length = judged.record->size;
  append(keys, header, key, value);
}

void append_member(std::string& keys, const MemberInfo& member) {
  if (!member.member) return;
  Header header;
  std::memset(&header, 0, sizeof header);
  header.key_size = static_cast<std::uint32_t>(member.member->size());
  header.file = static_cast<std::uint32_t>(member.file_index);
  header.kind = kMember;
  header.member = member.member_index;
  append(keys, header, *member.member, {});
}

// Takes events with equal ones (kind and key) next to each other, in them those of equal value, and
// those in the order of the input. Bounded memory, however large a group is.
class KeyStore::Groups {
 public:
  Groups(Aggregate& out, std::size_t limit) : out_(out), limit_(limit) {}

  void take(const Event& event) {
    if (!started_ || event.header.kind != kind_ || event.key != key_) {
      end_group();
      started_ = true;
      kind_ = event.header.kind;
      key_ = event.key;
      value_ = first_value_ = event.value;
      first_ = event.position();
      return;
    }
    const Position at = event.position();
    if (kind_ != static_cast<std::uint8_t>(KeyKind::partner_id)) {
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
  std::uint8_t kind_ = 0;
  std::string key_;
  std::string value_;
  Position first_;
  std::string first_value_;
  std::vector<Finding> group_;
  std::array<std::vector<Finding>, kFindingKinds> kept_;
};

KeyStore::KeyStore(std::size_t memory, std::size_t limit) : memory_(memory), limit_(limit) {}

KeyStore::~KeyStore() {
  if (owns_database_) sqlite3_close(database_);
}

void KeyStore::add(std::string keys) {
  if (keys.empty()) return;
  std::uint64_t events = 0;
  for (std::size_t at = 0; at < keys.size(); ++events) at += size_of(read_event(keys.data() + at));
  const std::lock_guard lock(mutex_);
  count_ += events;
  used_ += keys.size() + events * kIndexBytes;
  batches_.push_back(std::move(keys));
  if (used_ > memory_ && error_.empty()) spill();
}

bool KeyStore::run(const char* sql) {
  if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return true;
  if (error_.empty()) error_ = std::string("duplicate keys: ") + sqlite3_errmsg(database_);
  return false;
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
      run("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;") &&
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
  Statement insert(database_, "INSERT INTO keys VALUES(?,?,?,?,?,?,?,?)");
  Statement member(database_, "INSERT OR IGNORE INTO members VALUES(?,?,?)");
  bool good = insert != nullptr && member != nullptr;
  for_each_event(batches_, [&](const Event& event, const char*) {
    if (!good) return;
    const Header& header = event.header;
    if (header.kind == kMember) {
      member.bind_all(std::uint64_t{header.file}, header.member);
      member.bind_blob(3, event.key);
      good = member.run();
      return;
    }
    insert.bind(1, std::int64_t{header.kind});
    insert.bind_blob(2, event.key);
    insert.bind_blob(3, event.value);
    insert.bind(4, std::uint64_t{header.file});
    insert.bind(5, header.member);
    insert.bind(6, header.line);
    insert.bind(7, header.offset);
    insert.bind(8, header.length);
    good = insert.run();
  });
  if (!good && error_.empty()) error_ = std::string("duplicate keys: ") + sqlite3_errmsg(database_);
  batches_.clear();
  used_ = 0;
  return good;
}

bool KeyStore::finish_in_memory(Groups& groups) {
  struct Entry {
    std::size_t hash;
    const char* at;
  };
  std::vector<Entry> entries;
  entries.reserve(count_);
  for_each_event(batches_, [&](const Event& event, const char* at) {
    if (event.header.kind == kMember) return;
    entries.push_back({std::hash<std::string_view>()(event.key) * 31 + event.header.kind, at});
  });
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    const Event x = read_event(a.at);
    const Event y = read_event(b.at);
    if (x.header.kind != y.header.kind) return x.header.kind < y.header.kind;
    if (x.key != y.key) return x.key < y.key;
    if (x.value != y.value) return x.value < y.value;
    return x.position() < y.position();
  });
  for (std::size_t i = 0; i < entries.size(); ++i) {
    // Most stand alone, and need not be looked at.
    const bool same_before = i > 0 && entries[i - 1].hash == entries[i].hash;
    const bool same_behind = i + 1 < entries.size() && entries[i + 1].hash == entries[i].hash;
    if (same_before || same_behind) groups.take(read_event(entries[i].at));
  }
  return true;
}

bool KeyStore::finish_in_database(Groups& groups) {
  if (!flush_in_transaction()) return false;
  const Statement select(database_,
                         "SELECT kind, key, value, file, member, line, offset, length FROM keys "
                         "ORDER BY kind, key, value, file, member, offset");
  int result = SQLITE_ERROR;
  while (select != nullptr && (result = sqlite3_step(select)) == SQLITE_ROW) {
    Event event;
    event.key = select.bytes(1);
    event.value = select.bytes(2);
    const auto number = [&](int at) { return static_cast<std::uint64_t>(select.integer(at)); };
    event.header = {0,
                    0,
                    static_cast<std::uint32_t>(number(3)),
                    static_cast<std::uint8_t>(number(0)),
                    number(4),
                    number(5),
                    number(6),
                    number(7)};
    groups.take(event);
  }
  if (result == SQLITE_DONE) return true;
  error_ = std::string("duplicate keys: ") + sqlite3_errmsg(database_);
  return false;
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
  for_each_event(batches_, [&](const Event& event, const char*) {
    if (event.header.kind != kMember) return;
    const auto found = names.find({event.header.file, event.header.member});
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
  const bool good = database_ != nullptr ? finish_in_database(groups) : finish_in_memory(groups);
  auto& findings = groups.finish();
  name_members(findings);
  for (std::size_t i = 0; i < kFindingKinds; ++i)
    for (Finding& finding : findings[i]) out.findings[i].push_back(std::move(finding));
  return good;
}

}  // namespace leadscan::audit
