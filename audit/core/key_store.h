// KeyStore: which ids occur more than once. Exact whatever the number of records: in memory up to
// a limit, then in an SQLite database on disk.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "audit/core/aggregate.h"

struct sqlite3;

namespace leadscan::audit {

enum class KeyKind : std::uint8_t { ds_id, partner_id, trace_id };

// Writes down that a record has `key`. `value`: what must be the same wherever the key is the same
// (partner_id: the ds id); empty where the key itself must not occur again.
void append_key(std::string& keys, KeyKind kind, std::string_view key, std::string_view value,
                const Judged& judged);

// Writes down what the member is called in which the records of the keys behind it stand.
void append_member(std::string& keys, const MemberInfo& member);

// Thread-safe.
class KeyStore {
 public:
  // `memory`: bytes that may be used before it goes to disk. `limit`: findings kept of each kind.
  KeyStore(std::size_t memory, std::size_t limit);
  ~KeyStore();

  // Keys of one chunk, as append_key() wrote them, in any order of chunks.
  void add(std::string keys);

  // The findings, by position, into `out`. False: see error().
  bool finish(Aggregate& out);

  bool spilled() const { return database_ != nullptr; }
  std::uint64_t count() const { return count_; }
  const std::string& error() const { return error_; }

  // For checkpoints: keeps everything in `database`, which stays the caller's, from now on.
  void use_database(sqlite3* database);
  // Holds off add() while the caller works on that database.
  [[nodiscard]] std::unique_lock<std::mutex> lock() { return std::unique_lock(mutex_); }
  // Inside the caller's transaction, and under lock(): writes what is in memory.
  bool flush();

 private:
  class Groups;

  bool spill();
  bool flush_in_transaction();
  bool open_database();
  bool run(const char* sql);
  bool finish_in_memory(Groups& groups);
  bool finish_in_database(Groups& groups);
  void name_members(std::array<std::vector<Finding>, kFindingKinds>& findings);

  std::size_t memory_;
  std::size_t limit_;
  std::vector<std::string> batches_;
  std::size_t used_ = 0;
  std::uint64_t count_ = 0;
  sqlite3* database_ = nullptr;
  bool owns_database_ = false;
  std::string error_;
  std::mutex mutex_;
};

}  // namespace leadscan::audit
