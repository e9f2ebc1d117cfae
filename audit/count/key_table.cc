#include "audit/count/key_table.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <tuple>
#include <utility>

#include "audit/base/checksum.h"

namespace leadscan::audit {
namespace {

constexpr const char* kDamaged = "what was written to the disk comes back damaged";

}  // namespace

std::int64_t KeyTable::checksum_of_row(std::int64_t partition, const Events& events) {
  return checksum_of(partition, events.count, events.file, events.member,
                     std::string_view(events.bytes));
}

bool KeyTable::fail(const std::string& why) {
  if (error_.empty()) error_ = why;
  return false;
}

bool KeyTable::fail() { return fail(sqlite3_errmsg(database_)); }

bool KeyTable::run(const char* sql) {
  return sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK || fail();
}

void KeyTable::roll_back() {
  if (database_ != nullptr && sqlite3_get_autocommit(database_) == 0)
    sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
}

bool KeyTable::open_temporary() {
  error_.clear();
  const char* folder = std::getenv("TMPDIR");
  std::string path =
      std::string(folder == nullptr || *folder == '\0' ? "/tmp" : folder) + "/leadscan-XXXXXX";
  const int fd = ::mkstemp(path.data());
  if (fd < 0) return fail(path + ": " + std::strerror(errno));
  ::close(fd);
  owned_ = true;
  const bool opened = sqlite3_open(path.c_str(), &database_) == SQLITE_OK;
  // Nothing need be safe against crashes: without its name the file dies with the process.
  const bool good = opened ? run("PRAGMA page_size=65536; PRAGMA journal_mode=OFF; PRAGMA "
                                 "synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;") &&
                                 run(kSchema) && run(kIndexSchema)
                           : fail("cannot open " + path + ": " + sqlite3_errmsg(database_));
  ::unlink(path.c_str());
  if (!good) close();
  return good;
}

void KeyTable::close() {
  if (owned_) sqlite3_close(database_);
  database_ = nullptr;
  owned_ = false;
  set_digest({});
}

void KeyTable::set_digest(const Digest& digest) {
  digest_ = digest;
  buffered_ = 0;
  for (Events& partition : partitions_) partition = Events();
}

bool KeyTable::add(const KeyBatch& batch) {
  // Where the last of all are will do for each of them.
  std::pair<std::uint64_t, std::uint64_t> last;
  for_each_key(batch, [&](const KeyEvent& event) {
    const bool is_name = event.kind == KeyKind::member;
    Events& partition = partitions_[is_name ? kNames : event.hash >> (64 - kPartitionBits)];
    const std::size_t before = partition.bytes.size();
    append_event(partition.bytes, event);
    buffered_ += partition.bytes.size() - before;
    ++partition.count;
    last = std::max(last, std::pair(event.at.file, event.at.member_index));
  });
  for (Events& partition : partitions_)
    std::tie(partition.file, partition.member) =
        std::max(last, std::pair(partition.file, partition.member));
  return buffered_ < buffer_ || write_rows();
}

bool KeyTable::flush() {
  const bool good = write_rows();
  for (Events& partition : partitions_) partition = Events();
  return good;
}

bool KeyTable::write_rows() {
  buffered_ = 0;
  Statement insert(database_,
                   "INSERT INTO keys(partition, count, file, member, checksum, events) "
                   "VALUES(?,?,?,?,?,?)");
  for (int i = 0; i <= kNames; ++i) {
    Events& partition = partitions_[static_cast<std::size_t>(i)];
    if (partition.count == 0) continue;
    const std::int64_t checksum = checksum_of_row(i, partition);
    insert.bind_all(std::int64_t{i}, partition.count, partition.file, partition.member, checksum);
    insert.bind_blob(6, partition.bytes);
    if (!insert.run()) return fail();
    ++digest_.rows;
    digest_.sum += static_cast<std::uint64_t>(checksum);
    if (i != kNames) digest_.ids += partition.count;
    digest_.last = sqlite3_last_insert_rowid(database_);
    partition.bytes.clear();
    partition.count = 0;
  }
  return true;
}

bool KeyTable::next_row(Statement& select, Row& row) {
  const int result = sqlite3_step(select);
  if (result != SQLITE_ROW) {
    row.ended = result == SQLITE_DONE;
    return false;
  }
  row.id = select.integer(0);
  row.partition = select.integer(1);
  row.count = static_cast<std::uint64_t>(select.integer(2));
  row.file = static_cast<std::uint64_t>(select.integer(3));
  row.member = static_cast<std::uint64_t>(select.integer(4));
  row.checksum = select.integer(5);
  row.events = select.bytes(6);
  // are_events() for bytes of whatever origin: nothing behind looks where they end.
  return (row.checksum == checksum_of(row.partition, row.count, row.file, row.member, row.events) &&
          are_events(row.events)) ||
         fail(kDamaged);
}

bool KeyTable::restore(const Digest& digest, std::uint64_t file, std::uint64_t member) {
  {
    Statement remove(database_, "DELETE FROM keys WHERE rowid > ?");
    remove.bind(1, digest.last);
    if (!remove.run()) return fail();
  }
  Digest found;
  found.last = digest.last;
  std::vector<std::int64_t> behind;
  const std::string select_rows =
      "SELECT rowid, partition, count, file, member, checksum, events FROM keys";
  {
    Statement select(database_, select_rows + " ORDER BY rowid");
    Row row;
    while (next_row(select, row)) {
      ++found.rows;
      found.sum += static_cast<std::uint64_t>(row.checksum);
      if (row.partition != kNames) found.ids += row.count;
      if (std::tie(row.file, row.member) >= std::tie(file, member)) behind.push_back(row.id);
    }
    if (!row.ended) return fail();
  }
  if (found != digest) return fail(kDamaged);
  digest_ = digest;
  {
    Statement select(database_, select_rows + " WHERE rowid=?");
    for (const std::int64_t id : behind) {
      Row row;
      select.bind(1, id);
      if (!next_row(select, row) || !keep_before(row, file, member)) return fail();
      select.reset();
    }
  }
  return true;
}

bool KeyTable::keep_before(const Row& row, std::uint64_t file, std::uint64_t member) {
  Events kept;
  kept.file = file;
  kept.member = member;
  for_each_event(row.events, [&](const KeyEventHead& head, const char* at) {
    const Position place = read_event(at).at;
    if (std::tie(place.file, place.member_index) >= std::tie(file, member)) return;
    kept.bytes.append(at, head.size);
    ++kept.count;
  });
  const std::int64_t checksum = checksum_of_row(row.partition, kept);
  Statement update(database_,
                   "UPDATE keys SET count=?2, file=?3, member=?4, checksum=?5, events=?6 "
                   "WHERE rowid=?1");
  update.bind_all(row.id, kept.count, kept.file, kept.member, checksum);
  update.bind_blob(6, kept.bytes);
  if (!update.run()) return fail();
  digest_.sum += static_cast<std::uint64_t>(checksum) - static_cast<std::uint64_t>(row.checksum);
  if (row.partition != kNames) digest_.ids -= row.count - kept.count;
  return true;
}

bool KeyTable::count_events(std::vector<std::uint64_t>& counts) {
  counts.assign(kPartitions + 1, 0);
  Digest found;
  found.last = digest_.last;
  for (int i = 0; i <= kNames; ++i) {
    // By the index, as the rows will be looked for.
    Statement select(database_, "SELECT count, checksum FROM keys WHERE partition=?");
    select.bind(1, std::int64_t{i});
    int result = SQLITE_ERROR;
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
      const auto events = static_cast<std::uint64_t>(select.integer(0));
      ++found.rows;
      found.sum += static_cast<std::uint64_t>(select.integer(1));
      if (i != kNames) found.ids += events;
      counts[static_cast<std::size_t>(i)] += events;
    }
    if (result != SQLITE_DONE) return fail();
  }
  return found == digest_ || fail(kDamaged);
}

}  // namespace leadscan::audit
