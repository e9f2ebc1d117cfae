#include "audit/engine/checkpoint.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>

#include "audit/base/checksum.h"
#include "audit/base/serialize.h"

namespace leadscan::audit {
namespace {

// In the database's header, to tell it from others: "lead", and the version of what follows.
constexpr std::int64_t kApplication = 0x6C656164;
constexpr std::int64_t kFormat = 4;

constexpr std::string_view kTables[] = {
    "CREATE TABLE run(id INTEGER PRIMARY KEY, signature BLOB, checksum INTEGER)",
    "CREATE TABLE checkpoint(id INTEGER PRIMARY KEY, file INTEGER, member INTEGER, state BLOB, "
    "checksum INTEGER)",
    "CREATE TABLE files(id INTEGER PRIMARY KEY, file BLOB, checksum INTEGER)",
    KeyTable::kSchema,
    KeyTable::kIndexSchema,
};

// Where a page cannot be had, SQLite's check of a database says so in words and goes on. Of pages
// that long rows go on in, it does not say why.
bool is_for_want_of_memory(std::string_view found) {
  static_assert(SQLITE_NOMEM == 7);
  return found.ends_with("error code=7") || found.find(": failed to get page ") != found.npos;
}

}  // namespace

Checkpoint::~Checkpoint() {
  sqlite3_close(database_);
  if (lock_fd_ >= 0) ::close(lock_fd_);
}

bool Checkpoint::fail(const std::string& why) {
  is_starved_ |= database_ != nullptr && sqlite3_errcode(database_) == SQLITE_NOMEM;
  if (error_.empty()) error_ = "checkpoint: " + path_ + ": " + why;
  return false;
}

bool Checkpoint::damaged() { return fail("the checkpoint is damaged; remove it to start anew"); }

bool Checkpoint::fail() {
  switch (sqlite3_errcode(database_)) {
    case SQLITE_CORRUPT:
      return damaged();
    case SQLITE_NOTADB:
      return fail("this is no checkpoint, or it is damaged; name another file, or remove it");
    default:
      return fail(sqlite3_errmsg(database_));
  }
}

bool Checkpoint::run(const char* sql) {
  return sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK || fail();
}

// Held until the database is closed: of two runs each would take the other's state for its own.
bool Checkpoint::lock() {
  lock_fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock_fd_ < 0) return fail(std::strerror(errno));
  if (::flock(lock_fd_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return true;
  return fail("another run of leadscan is writing it");
}

bool Checkpoint::open(const std::string& path, const std::string& signature, KeyStore& keys) {
  path_ = path;
  signature_checksum_ = checksum_of(std::string_view(signature));
  if (!lock()) return false;
  if (sqlite3_open_v2(path.c_str(), &database_, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) {
    if (database_ == nullptr) throw std::bad_alloc();
    return fail();
  }
  std::int64_t tables = 0;
  {
    Statement count(database_, "SELECT count(*) FROM sqlite_schema");
    if (!count.next()) return fail();
    tables = count.integer(0);
  }
  if (tables == 0 ? !create(signature) : !check(signature)) return false;
  keys.use_database(database_);
  return true;
}

bool Checkpoint::create(const std::string& signature) {
  // A killed process leaves a whole database; only a crash of the machine could cost the last save.
  if (!run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; BEGIN")) return false;
  for (const std::string_view table : kTables)
    if (!run(std::string(table).c_str())) return false;
  const std::string header = "PRAGMA application_id=" + std::to_string(kApplication) +
                             "; PRAGMA user_version=" + std::to_string(kFormat);
  if (!run(header.c_str())) return false;
  {
    Statement insert(database_, "INSERT INTO run VALUES(1, ?, ?)");
    insert.bind_blob(1, signature);
    insert.bind(2, signature_checksum_);
    if (!insert.run()) return fail();
  }
  return run("INSERT INTO checkpoint(id) VALUES(1)") && write_head({}, {}) && run("COMMIT");
}

bool Checkpoint::check(const std::string& signature) {
  const auto number = [&](const char* sql) {
    Statement select(database_, sql);
    return select.next() ? select.integer(0) : -1;
  };
  if (number("PRAGMA application_id") != kApplication)
    return fail("this is no checkpoint, but another database; name another file");
  if (number("PRAGMA user_version") != kFormat)
    return fail("the checkpoint is of another version of leadscan; remove it to start anew");
  if (!run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL")) return false;
  {
    Statement check(database_, "PRAGMA integrity_check(1)");
    if (!check.next()) return fail();
    const std::string_view found = check.bytes(0);
    if (is_for_want_of_memory(found)) throw std::bad_alloc();
    if (found != "ok") return damaged();
  }
  {
    Statement select(database_, "SELECT sql FROM sqlite_schema ORDER BY rowid");
    for (const std::string_view table : kTables)
      if (!select.next() || select.bytes(0) != table) return damaged();
    if (select.next()) return damaged();
  }
  Statement select(database_, "SELECT signature, checksum FROM run WHERE id=1");
  if (!select.next()) return damaged();
  if (select.integer(1) != checksum_of(select.bytes(0))) return damaged();
  return select.bytes(0) == signature ||
         fail("it is of other inputs or options; remove it to start anew");
}

std::int64_t Checkpoint::checksum_of_head(std::uint64_t file, std::uint64_t member,
                                          std::string_view state) const {
  return checksum_of(signature_checksum_, file, member, state);
}

bool Checkpoint::write_head(const State& state, const Head& head) {
  Writer writer;
  writer(head, state.totals);
  Statement update(database_,
                   "UPDATE checkpoint SET file=?, member=?, state=?, checksum=? WHERE id=1");
  update.bind_all(state.file, state.member);
  update.bind_blob(3, writer.bytes);
  update.bind(4, checksum_of_head(state.file, state.member, writer.bytes));
  if (!update.run()) return fail();
  return sqlite3_changes(database_) == 1 || damaged();
}

bool Checkpoint::load(State& state, KeyStore& keys) {
  Head head;
  {
    Statement select(database_, "SELECT file, member, state, checksum FROM checkpoint WHERE id=1");
    if (!select.next()) return damaged();
    state.file = static_cast<std::uint64_t>(select.integer(0));
    state.member = static_cast<std::uint64_t>(select.integer(1));
    const std::string_view bytes = select.bytes(2);
    if (select.integer(3) != checksum_of_head(state.file, state.member, bytes)) return damaged();
    Reader reader(bytes);
    reader(head, state.totals);
    if (!reader.empty()) return damaged();
  }
  if (!load_files(state, head) || !run("BEGIN")) return false;
  if (!keys.restore(head.keys, state.file, state.member, head.keys_spilled)) {
    if (keys.table_error() == sqlite3_errstr(SQLITE_NOMEM)) throw std::bad_alloc();
    // Not if it is the disk that is full.
    const int code = sqlite3_errcode(database_);
    return code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE ? damaged() : fail();
  }
  head.keys = keys.digest();
  head_ = head;
  return write_head(state, head) && run("COMMIT");
}

bool Checkpoint::load_files(State& state, const Head& head) {
  Statement select(database_, "SELECT id, file, checksum FROM files ORDER BY id");
  std::uint64_t sum = 0;
  int result = SQLITE_ERROR;
  while ((result = sqlite3_step(select)) == SQLITE_ROW) {
    state.files.emplace_back(select.bytes(1));
    const std::int64_t checksum = checksum_of(select.integer(0), select.bytes(1));
    if (checksum != select.integer(2)) return damaged();
    sum += static_cast<std::uint64_t>(checksum);
  }
  if (result != SQLITE_DONE) return fail();
  return (state.files.size() == head.file_rows && sum == head.file_sum) || damaged();
}

bool Checkpoint::save(const State& state, KeyStore& keys) {
  KeyStore::Saving saving(keys);
  if (!run("BEGIN")) return false;
  Head head = head_;
  const auto write = [&] {
    if (!saving.write()) return fail(keys.table_error());
    Statement insert(database_, "INSERT INTO files VALUES(?, ?, ?)");
    for (const std::string& file : state.files) {
      const auto id = static_cast<std::int64_t>(head.file_rows++);
      const std::int64_t checksum = checksum_of(id, std::string_view(file));
      head.file_sum += static_cast<std::uint64_t>(checksum);
      insert.bind(1, id);
      insert.bind_blob(2, file);
      insert.bind(3, checksum);
      if (!insert.run()) return fail();
    }
    head.keys = saving.digest();
    head.keys_spilled = keys.spilled();
    return write_head(state, head) && run("COMMIT");
  };
  if (!write()) {
    // Some failures have ended the transaction.
    if (sqlite3_get_autocommit(database_) == 0)
      sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
    return false;
  }
  saving.committed();
  head_ = head;
  return true;
}

}  // namespace leadscan::audit
