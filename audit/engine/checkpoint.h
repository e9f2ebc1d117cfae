// Checkpoint: how far an audit has come, in an SQLite database that survives being killed.
//
// What it costs to save does not grow with what was saved before: totals are written anew, files
// and ids are added. Everything has a checksum; what is damaged is refused, never gone on with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/count/key_store.h"

namespace leadscan::audit {

// One thread at a time. What returns bool is false for a failure: see error().
class Checkpoint {
 public:
  // Everything before (file, member).
  struct State {
    std::uint64_t file = 0;
    std::uint64_t member = 0;
    std::string totals;  // the caller's, of bounded size
    std::vector<std::string>
        files;  // the caller's, one for each that is done; save(): the new ones
  };

  Checkpoint() = default;
  ~Checkpoint();
  Checkpoint(const Checkpoint&) = delete;
  Checkpoint& operator=(const Checkpoint&) = delete;

  // Opens or creates `path`. `signature`: of the inputs and options, which must be the same as
  // when it was written. Another process that has it open, or a file that is something else, is
  // refused. `keys` is given the database.
  bool open(const std::string& path, const std::string& signature, KeyStore& keys);

  // What save() wrote last; `keys` has the ids of that, and none of later records. `totals` is
  // empty if there is nothing to go on from.
  bool load(State& state, KeyStore& keys);
  // Adds `state.files`, and the ids that `keys` has in memory; all or nothing.
  bool save(const State& state, KeyStore& keys);

  const std::string& error() const { return error_; }
  // Whether it failed only because memory was short: then the checkpoint may be a good one.
  bool is_starved() const { return is_starved_; }
  sqlite3* database() const { return database_; }

 private:
  // One row, beside the totals.
  struct Head {
    std::uint64_t file_rows = 0;
    std::uint64_t file_sum = 0;  // of their checksums
    KeyTable::Digest keys;
    bool keys_spilled = false;

    template <typename Archive>
    void archive(Archive& a) {
      a(file_rows, file_sum, keys, keys_spilled);
    }
  };

  bool lock();
  bool create(const std::string& signature);
  bool check(const std::string& signature);
  bool load_files(State& state, const Head& head);
  bool write_head(const State& state, const Head& head);
  std::int64_t checksum_of_head(std::uint64_t file, std::uint64_t member,
                                std::string_view state) const;
  bool run(const char* sql);
  bool fail();
  bool fail(const std::string& why);
  bool damaged();

  std::string path_;
  int lock_fd_ = -1;
  sqlite3* database_ = nullptr;
  std::int64_t signature_checksum_ = 0;
  Head head_;
  std::string error_;
  bool is_starved_ = false;
};

}  // namespace leadscan::audit
