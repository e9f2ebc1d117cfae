#include "audit/core/checkpoint.h"

#include "audit/core/sqlite.h"

namespace leadscan::audit {

Checkpoint::~Checkpoint() { sqlite3_close(database_); }

bool Checkpoint::run(const char* sql) {
  if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return true;
  if (error_.empty()) error_ = std::string("checkpoint: ") + sqlite3_errmsg(database_);
  return false;
}

bool Checkpoint::open(const std::string& path, const std::string& signature) {
  if (sqlite3_open(path.c_str(), &database_) != SQLITE_OK) {
    error_ = "checkpoint: cannot open " + path + ": " + sqlite3_errmsg(database_);
    return false;
  }
  // A killed process leaves a whole database; only a crash of the machine could cost the last one.
  if (!run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
           "CREATE TABLE IF NOT EXISTS checkpoint(id INTEGER PRIMARY KEY, signature BLOB, "
           "file INTEGER, member INTEGER, state BLOB);"))
    return false;
  Statement select(database_, "SELECT signature FROM checkpoint WHERE id=1");
  if (select.next()) {
    if (select.bytes(0) == signature) return true;
    error_ = "checkpoint: " + path + " is of other inputs or options; remove it to start anew";
    return false;
  }
  Statement insert(database_, "INSERT INTO checkpoint VALUES(1, ?, 0, 0, NULL)");
  insert.bind_blob(1, signature);
  if (insert.run()) return true;
  error_ = std::string("checkpoint: ") + sqlite3_errmsg(database_);
  return false;
}

bool Checkpoint::load(State& state, KeyStore& keys) {
  {
    Statement select(database_, "SELECT file, member, state FROM checkpoint WHERE id=1");
    if (!select.next()) return false;
    state.file = static_cast<std::uint64_t>(select.integer(0));
    state.member = static_cast<std::uint64_t>(select.integer(1));
    state.state = select.bytes(2);
  }
  if (!keys.drop_from(state.file, state.member)) error_ = keys.error();
  return !state.state.empty();
}

bool Checkpoint::save(const State& state, KeyStore& keys) {
  const auto lock = keys.lock();
  if (!run("BEGIN")) return false;
  if (!keys.flush()) {
    error_ = keys.error();
    run("ROLLBACK");
    return false;
  }
  Statement update(database_, "UPDATE checkpoint SET file=?, member=?, state=? WHERE id=1");
  update.bind_all(state.file, state.member);
  update.bind_blob(3, state.state);
  if (!update.run()) {
    error_ = std::string("checkpoint: ") + sqlite3_errmsg(database_);
    run("ROLLBACK");
    return false;
  }
  return run("COMMIT");
}

}  // namespace leadscan::audit
