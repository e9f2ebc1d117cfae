// NewDatabase: an SQLite database that is made in one go, or goes on where an interrupted run left
// it, and takes its place when it is whole.
#pragma once

#include <string>
#include <string_view>

#include "audit/core/replaced_file.h"
#include "audit/core/sqlite.h"

namespace leadscan::audit {

class NewDatabase {
 public:
  NewDatabase() = default;
  ~NewDatabase();
  NewDatabase(const NewDatabase&) = delete;
  NewDatabase& operator=(const NewDatabase&) = delete;

  // Each returns false for a failure: see error(). After one, nothing more is done.
  //
  // `resumable`: what is not finished stays, and commit() makes it safe against being killed.
  bool open(const std::string& path, bool resumable);
  // Empty, and inside a transaction, like what follows.
  bool create();
  // What an earlier run left: the one that has `run` as the value of `started` in its table
  // meta(key, value).
  bool reopen(std::string_view run);
  bool run(const std::string& sql);
  // Ends the transaction, and begins the next one.
  bool commit();
  // Puts it in its place.
  bool finish();

  Statement prepare(const std::string& sql);
  // Notes what SQLite has to say, unless `good`.
  bool check(bool good);
  bool fail(const std::string& why);
  const std::string& error() const { return error_; }

 private:
  bool connect();

  ReplacedFile file_;
  bool resumable_ = false;
  sqlite3* database_ = nullptr;
  std::string error_;
};

}  // namespace leadscan::audit
