// Checkpoint: how far an audit has come, in an SQLite database that survives being killed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "audit/core/key_store.h"

namespace leadscan::audit {

class Checkpoint {
 public:
  // What save() wrote last. Everything before (file, member) is in `state`.
  struct State {
    std::uint64_t file = 0;
    std::uint64_t member = 0;
    std::string state;
  };

  ~Checkpoint();

  // Opens or creates `path`. `signature`: of the inputs and options, which must be the same as
  // when it was written. False: see error().
  bool open(const std::string& path, const std::string& signature);
  // Whether there is something to go on from; then `state` has it, and keys that `keys` was given
  // for later records are gone.
  bool load(State& state, KeyStore& keys);
  // Saves `state` and the keys that `keys` has in memory, all or nothing.
  bool save(const State& state, KeyStore& keys);

  sqlite3* database() const { return database_; }
  const std::string& error() const { return error_; }

 private:
  bool run(const char* sql);

  sqlite3* database_ = nullptr;
  std::string error_;
};

}  // namespace leadscan::audit
