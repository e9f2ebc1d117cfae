#include "audit/core/checkpoint.h"

#include <sqlite3.h>

namespace leadscan::audit {
namespace {

class Statement {
 public:
  Statement(sqlite3* database, const char* sql) {
    sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  operator sqlite3_stmt*() const { return statement_; }  // NOLINT: it is one

 private:
  sqlite3_stmt* statement_ = nullptr;
};

std::string column(sqlite3_stmt* statement, int at) {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement, at));
  return {data == nullptr ? "" : data,
          static_cast<std::size_t>(sqlite3_column_bytes(statement, at))};
}

void bind(sqlite3_stmt* statement, int at, const std::string& bytes) {
  sqlite3_bind_blob64(statement, at, bytes.data(), bytes.size(), SQLITE_STATIC);
}

}  // namespace

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
  const Statement select(database_, "SELECT signature FROM checkpoint WHERE id=1");
  if (sqlite3_step(select) == SQLITE_ROW) {
    if (column(select, 0) == signature) return true;
    error_ = "checkpoint: " + path + " is of other inputs or options; remove it to start anew";
    return false;
  }
  const Statement insert(database_, "INSERT INTO checkpoint VALUES(1, ?, 0, 0, NULL)");
  bind(insert, 1, signature);
  if (sqlite3_step(insert) == SQLITE_DONE) return true;
  error_ = std::string("checkpoint: ") + sqlite3_errmsg(database_);
  return false;
}

bool Checkpoint::load(State& state, KeyStore& keys) {
  {
    const Statement select(database_, "SELECT file, member, state FROM checkpoint WHERE id=1");
    if (sqlite3_step(select) != SQLITE_ROW) return false;
    state.file = static_cast<std::uint64_t>(sqlite3_column_int64(select, 0));
    state.member = static_cast<std::uint64_t>(sqlite3_column_int64(select, 1));
    state.state = column(select, 2);
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
  const Statement update(database_, "UPDATE checkpoint SET file=?, member=?, state=? WHERE id=1");
  sqlite3_bind_int64(update, 1, static_cast<sqlite3_int64>(state.file));
  sqlite3_bind_int64(update, 2, static_cast<sqlite3_int64>(state.member));
  bind(update, 3, state.state);
  if (sqlite3_step(update) != SQLITE_DONE) {
    error_ = std::string("checkpoint: ") + sqlite3_errmsg(database_);
    run("ROLLBACK");
    return false;
  }
  return run("COMMIT");
}

}  // namespace leadscan::audit
