// NewDatabase: an SQLite database that is made in one go, or goes on where an interrupted run left
// it, and takes its place when it is whole.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "audit/storage/replaced_file.h"
#include "audit/storage/sqlite.h"

namespace leadscan::audit {

// In the header, as its application_id.
inline constexpr PartialMark kDatabaseMark = {{"SQLite format 3\0", 16}, 68, "LSpt", "LSdb"};

class NewDatabase {
 public:
  NewDatabase() = default;
  ~NewDatabase();
  NewDatabase(const NewDatabase&) = delete;
  NewDatabase& operator=(const NewDatabase&) = delete;

  // Each returns false for a failure: see error(). After one, nothing more is done.
  //
  // `resumable`: what is not finished stays, and commit() makes it safe against being killed.
  // Takes the place of it for this run; what an earlier one left there stays as it is for now.
  bool open(const std::string& path, bool resumable);
  // Empty, and inside a transaction, like what follows.
  bool create();
  // What an earlier run left, finished or not: the one that has `run` as the value of `started` in
  // its table meta(key, value).
  bool reopen(std::string_view run);
  bool run(const std::string& sql);
  // The same, but of no effect if `stop` is set before it is done.
  bool run_unless(const std::atomic<bool>& stop, const std::string& sql);
  // Ends the transaction, and begins the next one.
  bool commit();
  // Puts it in its place.
  bool finish();

  Statement prepare(const std::string& sql);
  // Runs what gives no rows.
  bool run(Statement& statement);
  bool fail(const std::string& why);
  // Why `statement` failed; `what`: what would have been written.
  bool fail(const Statement& statement, const std::string& what);
  const std::string& error() const { return error_; }

 private:
  bool connect();
  bool check_side_files();
  bool check(bool good);

  ReplacedFile file_{kDatabaseMark};
  bool resumable_ = false;
  sqlite3* database_ = nullptr;
  std::string error_;
};

}  // namespace leadscan::audit
