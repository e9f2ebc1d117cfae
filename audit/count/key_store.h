// KeyStore: which ids occur more than once. Exact whatever the number of records: in memory up to
// a limit, then in an SQLite database on disk.
//
// Nearly all ids occur once, and a bitmap of their hashes tells which may not: only those are
// sorted and compared. On disk ids are in partitions by their hash, which are read one at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "audit/count/aggregate.h"
#include "audit/count/key_table.h"

namespace leadscan::audit {

// Thread-safe, except for what is marked as for the thread that begins or ends the audit. Nothing
// is thrown: where memory or the disk is full, ids are lost, those of before too, and so all that
// can be said of duplicates.
//
// database_mutex_ guards the writing of the table, mutex_ what is in memory, which other threads
// add to meanwhile. Where both are taken, they are taken in this order.
class KeyStore {
 public:
  // Told why ids are lost, once, as soon as it happens, on any thread.
  using Tell = std::function<void(const std::string& why)>;

  // `memory`: bytes that may be used before it goes to disk. `limit`: findings kept of each kind.
  KeyStore(std::size_t memory, std::size_t limit, Tell tell = nullptr);
  KeyStore(const KeyStore&) = delete;
  KeyStore& operator=(const KeyStore&) = delete;

  // Keys of one chunk, in any order of chunks. Waits while more than `memory` is being written.
  void add(KeyBatch keys) noexcept;

  // Empty, or why nothing is known of duplicates.
  std::string lost() const;

  // At the end: the findings, by position, into `out`. False if ids are lost; `out` is as before.
  bool finish(Aggregate& out) noexcept;
  // Whether there were more than `memory` holds.
  bool spilled() const { return spilled_; }
  std::uint64_t count() const { return count_; }

  // For checkpoints, at the beginning: everything goes to `database`, which has the table and stays
  // the caller's. Inside a transaction: what it came to when it was saved, and up to where.
  void use_database(sqlite3* database) { table_.use(database); }
  bool restore(const KeyTable::Digest& digest, std::uint64_t file, std::uint64_t member,
               bool spilled);
  // That database cannot be written to any more. What is in memory stays there if that is all.
  void leave_database();
  const KeyTable::Digest& digest() const { return table_.digest(); }
  const std::string& table_error() const { return table_.error(); }

  // Inside a transaction of that database: writes what is in memory, which stays there until it is
  // known how the transaction ended. Holds off others who would write.
  class Saving {
   public:
    explicit Saving(KeyStore& store) : store_(store), lock_(store.database_mutex_) {}
    ~Saving();
    Saving(const Saving&) = delete;
    Saving& operator=(const Saving&) = delete;

    bool write();
    const KeyTable::Digest& digest() const { return store_.table_.digest(); }
    void committed() { committed_ = true; }

   private:
    KeyStore& store_;
    std::lock_guard<std::mutex> lock_;
    KeyTable::Digest before_;
    bool begun_ = false;
    bool committed_ = false;
  };

 private:
  class Groups;
  class Repeated;
  struct Batches {
    std::vector<KeyBatch> list;
    std::size_t bytes = 0;  // that they count as
  };
  // A key that may be there more than once.
  struct Suspect {
    std::uint32_t hash;
    std::uint32_t batch;
    std::size_t key;  // its number in the batch; then where it is in the batch's bytes
  };

  static std::size_t bytes_of(const KeyBatch& keys);
  void lose(std::string_view why) noexcept;
  void lose_locked(std::string_view why) noexcept;
  bool spill(Batches& batches);
  bool find(Groups& groups);
  std::vector<Suspect> suspects() const;
  void find_in_memory(Groups& groups);
  bool find_in_database(Groups& groups);
  bool find_in_partition(int partition, std::uint64_t events, Groups& groups);
  template <typename ForEachRepeated>
  bool sort_on_disk(ForEachRepeated for_each_repeated, Groups& groups);
  bool name_members(std::array<std::vector<Finding>, kFindingKinds>& findings);

  const std::size_t memory_;
  const std::size_t limit_;
  const Tell tell_;

  std::mutex database_mutex_;
  // Under database_mutex_:
  KeyTable table_;
  Batches saving_;
  bool spilled_ = false;

  mutable std::mutex mutex_;
  // Under mutex_:
  Batches batches_;
  std::size_t used_ = 0;  // by batches_, and by those that are being written
  std::uint64_t count_ = 0;
  bool is_lost_ = false;
  std::string lost_;
};

}  // namespace leadscan::audit
