// KeyStore: which ids occur more than once. Exact whatever the number of records: in memory up to
// a limit, then in an SQLite database on disk.
//
// Nearly all ids occur once, and a bitmap of their hashes tells which may not: only those are
// sorted and compared. On disk ids stand in partitions by their hash, which are read one at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "audit/core/aggregate.h"
#include "audit/core/key_events.h"

struct sqlite3;

namespace leadscan::audit {

// Thread-safe.
class KeyStore {
 public:
  // `memory`: bytes that may be used before it goes to disk. `limit`: findings kept of each kind.
  KeyStore(std::size_t memory, std::size_t limit);
  ~KeyStore();
  KeyStore(const KeyStore&) = delete;
  KeyStore& operator=(const KeyStore&) = delete;

  // Keys of one chunk, in any order of chunks.
  void add(KeyBatch keys);

  // The findings, by position, into `out`. False: see error().
  bool finish(Aggregate& out);

  bool spilled() const { return database_ != nullptr; }
  std::uint64_t count() const { return count_; }
  const std::string& error() const { return error_; }

  // For checkpoints: keeps everything in `database`, which stays the caller's, from now on.
  void use_database(sqlite3* database);
  // Takes out of it what stands at (file, member) or behind.
  bool drop_from(std::uint64_t file, std::uint64_t member);
  // Holds off add() while the caller works on that database.
  [[nodiscard]] std::unique_lock<std::mutex> lock() { return std::unique_lock(mutex_); }
  // Inside the caller's transaction, and under lock(): writes what is in memory.
  bool flush();

 private:
  class Groups;
  class Repeated;

  bool spill();
  bool flush_in_transaction();
  bool write_partitions(std::vector<KeyBatch>& partitions);
  bool open_database();
  bool run(const char* sql);
  bool fail();
  bool find_in_memory(Groups& groups);
  bool find_in_database(Groups& groups);
  template <typename ForEachBlob>
  bool find_repeated(std::uint64_t events, bool in_memory, ForEachBlob for_each_blob,
                     Groups& groups);
  template <typename ForEachRepeated>
  bool sort_on_disk(ForEachRepeated for_each_repeated, Groups& groups);
  void name_members(std::array<std::vector<Finding>, kFindingKinds>& findings);

  std::size_t memory_;
  std::size_t limit_;
  std::vector<KeyBatch> batches_;
  std::size_t used_ = 0;
  std::uint64_t count_ = 0;
  sqlite3* database_ = nullptr;
  bool owns_database_ = false;
  std::string error_;
  std::mutex mutex_;
};

}  // namespace leadscan::audit
