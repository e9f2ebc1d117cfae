#include "audit/core/new_database.h"

#include <unistd.h>

#include <cstdio>

namespace leadscan::audit {

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

Statement NewDatabase::prepare(const std::string& sql) {
  Statement statement(database_, sql);
  check(statement != nullptr);
  return statement;
}

bool NewDatabase::open(const std::string& path, bool resumable) {
  resumable_ = resumable;
  if (resumable) file_.keep();
  return file_.open(path) || fail(file_.error());
}

bool NewDatabase::connect() {
  // One thread at a time uses it.
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (!check(sqlite3_open_v2(file_.partial().c_str(), &database_, kFlags, nullptr) == SQLITE_OK))
    return false;
  // What cannot be gone on with need not survive anything. What can need not survive a crash of
  // the machine: then the checkpoint sees that they do not agree.
  return run("PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-65536;") &&
         run(resumable_ ? "PRAGMA journal_mode=DELETE" : "PRAGMA journal_mode=OFF");
}

bool NewDatabase::create() {
  // With the journal that a killed run may have left: SQLite would roll it back into this one.
  ::unlink((file_.partial() + "-journal").c_str());
  if (::truncate(file_.partial().c_str(), 0) != 0)
    return fail(file_.partial() + ": it cannot be emptied");
  return connect() && run("BEGIN");
}

bool NewDatabase::reopen(std::string_view run) {
  const auto is_of_run = [&](const std::string& path) {
    sqlite3* database = nullptr;
    sqlite3_open(path.c_str(), &database);
    bool same = false;
    {
      Statement select(database, "SELECT value FROM meta WHERE key='started'");
      same = select.next() && select.bytes(0) == run;
    }
    sqlite3_close(database);
    return same;
  };
  // One that was finished, perhaps with an interrupted audit, stands in its place already.
  if (!is_of_run(file_.partial()) && is_of_run(file_.path()))
    std::rename(file_.path().c_str(), file_.partial().c_str());
  if (!is_of_run(file_.partial()))
    return fail("checkpoint: " + file_.partial() +
                " is not what it goes with; remove the checkpoint to start anew");
  return connect() && this->run("BEGIN");
}

bool NewDatabase::commit() { return run("COMMIT; BEGIN"); }

bool NewDatabase::finish() {
  if (!run("COMMIT")) return false;
  const bool closed = check(sqlite3_close(database_) == SQLITE_OK);
  if (closed) database_ = nullptr;
  return closed && (file_.commit() || fail(file_.error()));
}

}  // namespace leadscan::audit
