#include "audit/storage/new_database.h"

#include <unistd.h>

#include <filesystem>
#include <new>
#include <system_error>

#include "audit/storage/sqlite_files.h"

namespace leadscan::audit {
namespace {

// With its folder's links resolved, or SQLITE_OPEN_NOFOLLOW would not have them. A path with a
// slash is never one of SQLite's special names either.
std::string without_links(const std::string& path) {
  const std::filesystem::path plain(path);
  std::error_code error;
  const auto folder = std::filesystem::canonical(
      plain.has_parent_path() ? plain.parent_path() : std::filesystem::path("."), error);
  return error ? path : (folder / plain.filename()).string();
}

int big_endian(std::string_view bytes) {
  int number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

}  // namespace

// Before file_ removes what it wrote to.
NewDatabase::~NewDatabase() { sqlite3_close(database_); }

bool NewDatabase::fail(const std::string& why) {
  if (error_.empty()) error_ = why;
  return false;
}

bool NewDatabase::check(bool good) {
  return good || fail(file_.path() + ": " + sqlite3_errmsg(database_));
}

bool NewDatabase::run(const std::string& sql) {
  if (!error_.empty()) return false;
  return check(sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
}

bool NewDatabase::run_unless(const std::atomic<bool>& stop, const std::string& sql) {
  if (!error_.empty()) return false;
  constexpr int kSteps = 10000;  // of SQLite's machine: well below a millisecond's
  const auto is_set = [](void* flag) {
    return static_cast<int>(static_cast<const std::atomic<bool>*>(flag)->load());
  };
  sqlite3_progress_handler(database_, kSteps, is_set, const_cast<std::atomic<bool>*>(&stop));
  const int result =
      stop ? SQLITE_INTERRUPT : sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
  sqlite3_progress_handler(database_, 0, nullptr, nullptr);
  return check(result == SQLITE_OK || result == SQLITE_INTERRUPT);
}

bool NewDatabase::run(Statement& statement) {
  return error_.empty() && (statement.run() || fail(file_.path() + ": " + statement.error()));
}

bool NewDatabase::fail(const Statement& statement, const std::string& what) {
  return fail(file_.path() + ": " + what + ": " + statement.error());
}

Statement NewDatabase::prepare(const std::string& sql) {
  Statement statement(database_, sql);
  if (!statement.good()) fail(file_.path() + ": " + statement.error());
  return statement;
}

bool NewDatabase::open(const std::string& path, bool resumable) {
  resumable_ = resumable;
  using Stale = ReplacedFile::Stale;
  return (file_.open(path, resumable ? Stale::kept : Stale::replaced) || fail(file_.error())) &&
         check_side_files();
}

// Files by whose names SQLite goes: it would roll them back into the new database, or remove them.
bool NewDatabase::check_side_files() {
  const std::string journal = file_.partial() + "-journal";
  if (look_at_side_file(journal) == SideFile::other)
    return fail(journal + ": not left behind by leadscan; move it away, or name another output");
  for (const std::string& name :
       {file_.partial() + "-wal", file_.path() + "-wal", file_.path() + "-journal"}) {
    const SideFile side = look_at_side_file(name);
    if (side != SideFile::none && side != SideFile::empty)
      return fail(name + ": it would spoil the new database; close what uses " + file_.path() +
                  ", or move it away");
  }
  return true;
}

bool NewDatabase::connect() {
  // One thread at a time uses it.
  constexpr int kFlags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
  const std::string path = without_links(file_.partial());
  if (!check(sqlite3_open_v2(path.c_str(), &database_, kFlags, nullptr) == SQLITE_OK)) return false;
  // What cannot be gone on with need not survive anything. What can need not survive a crash of
  // the machine: then the checkpoint sees that they do not agree.
  return run("PRAGMA page_size=16384; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; "
             "PRAGMA cache_size=-8192;") &&
         run(resumable_ ? "PRAGMA journal_mode=DELETE" : "PRAGMA journal_mode=OFF") &&
         // On its own, so that the mark is in the file from the beginning.
         run("PRAGMA application_id=" + std::to_string(big_endian(kDatabaseMark.unfinished)));
}

bool NewDatabase::create() {
  // With the journal that a killed run may have left: SQLite would roll it back into this one.
  ::unlink((file_.partial() + "-journal").c_str());
  if (!file_.start_over()) return fail(file_.error());
  if (!connect()) return false;
  if (!file_.is_there()) return fail(file_.partial() + ": it was replaced at the same time");
  if (resumable_) file_.keep();
  return run("BEGIN");
}

bool NewDatabase::reopen(std::string_view run) {
  const auto is_of_run = [&](const std::string& path, int flags) {
    sqlite3* database = nullptr;
    bool same = false;
    if (sqlite3_open_v2(without_links(path).c_str(), &database, flags | SQLITE_OPEN_NOFOLLOW,
                        nullptr) == SQLITE_OK) {
      Statement select(database, "SELECT value FROM meta WHERE key='started'");
      same = select.next() && select.bytes(0) == run;
    }
    const bool starved = !same && sqlite3_errcode(database) == SQLITE_NOMEM;
    sqlite3_close(database);
    // It may be the right one.
    if (starved) throw std::bad_alloc();
    return same;
  };
  // One that was finished, perhaps with an interrupted audit, is in its place already.
  bool found = is_of_run(file_.partial(), SQLITE_OPEN_READWRITE);
  if (!found && is_of_run(file_.path(), SQLITE_OPEN_READONLY)) {
    if (!file_.take_back()) return fail(file_.error());
    found = true;
  }
  if (!found)
    return fail("checkpoint: " + file_.path() +
                " is not what it goes with; remove the checkpoint to start anew");
  file_.keep();
  return connect() && this->run("BEGIN");
}

bool NewDatabase::commit() { return run("COMMIT; BEGIN"); }

bool NewDatabase::finish() {
  if (!run("COMMIT")) return false;
  const bool closed = check(sqlite3_close(database_) == SQLITE_OK);
  if (closed) database_ = nullptr;
  return closed && check_side_files() && (file_.commit() || fail(file_.error()));
}

}  // namespace leadscan::audit
