// KeyTable: ids of records in an SQLite database, in partitions by their hash.
//
// Each row has a checksum, and the table a digest of all of them: what a disk or a checkpoint has
// damaged gives no wrong findings, but an error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/count/key_batch.h"
#include "audit/storage/sqlite.h"

namespace leadscan::audit {

// One thread at a time. What returns bool is false for a failure: see error().
class KeyTable {
 public:
  // By the hash's first bits. One of them fits into memory when all have long not.
  static constexpr int kPartitionBits = 8;
  static constexpr int kPartitions = 1 << kPartitionBits;
  // A partition more has the names of members.
  static constexpr int kNames = kPartitions;

  // `file` and `member` of a row: where the last of its events are, or later ones.
  static constexpr const char* kSchema =
      "CREATE TABLE keys(partition INTEGER, count INTEGER, file INTEGER, member INTEGER, "
      "checksum INTEGER, events BLOB)";
  static constexpr const char* kIndexSchema = "CREATE INDEX keys_by_partition ON keys(partition)";

  // What the rows come to.
  struct Digest {
    std::uint64_t rows = 0;
    std::uint64_t sum = 0;  // of their checksums
    std::uint64_t ids = 0;
    std::int64_t last = 0;  // rows behind it do not count

    template <typename Archive>
    void archive(Archive& a) {
      a(rows, sum, ids, last);
    }
    friend bool operator==(const Digest&, const Digest&) = default;
  };

  // `buffer`: bytes after which rows are written.
  explicit KeyTable(std::size_t buffer) : buffer_(buffer), partitions_(kPartitions + 1) {}
  ~KeyTable() { close(); }
  KeyTable(const KeyTable&) = delete;
  KeyTable& operator=(const KeyTable&) = delete;

  // In a file in TMPDIR, which is gone with the process.
  bool open_temporary();
  // In a database of the caller's, which has the table already.
  void use(sqlite3* database) { database_ = database; }
  void close();
  bool is_open() const { return database_ != nullptr; }

  // Inside a transaction. If it fails, set_digest() what it was before.
  bool add(const KeyBatch& batch);
  bool flush();
  const Digest& digest() const { return digest_; }
  void set_digest(const Digest& digest);

  // Inside a transaction. Makes the table what it was when it came to `digest`, without what is
  // at (file, member) or behind. False too if it cannot be that.
  bool restore(const Digest& digest, std::uint64_t file, std::uint64_t member);

  // The number of events in each partition. False too if there are other rows than were written.
  bool count_events(std::vector<std::uint64_t>& counts);
  // Calls take(std::string_view) with the events of each row, the same ones each time.
  template <typename Take>
  bool for_each_row(int partition, Take take) {
    Statement select(database_, kSelectRows);
    select.bind(1, std::int64_t{partition});
    Row row;
    while (next_row(select, row)) take(row.events);
    return row.ended || fail();
  }

  bool run(const char* sql);
  // If there is still a transaction: some failures end it.
  void roll_back();
  bool fail();
  bool fail(const std::string& why);
  const std::string& error() const { return error_; }
  sqlite3* database() const { return database_; }

 private:
  // Events of one partition that are to become a row.
  struct Events {
    std::string bytes;
    std::uint64_t count = 0;
    std::uint64_t file = 0;  // as in the row
    std::uint64_t member = 0;
  };
  struct Row {
    std::int64_t id = 0;
    std::int64_t partition = 0;
    std::uint64_t count = 0;
    std::uint64_t file = 0;
    std::uint64_t member = 0;
    std::int64_t checksum = 0;
    std::string_view events;
    bool ended = false;  // there is none
  };
  static constexpr const char* kSelectRows =
      "SELECT rowid, partition, count, file, member, checksum, events FROM keys WHERE partition=?";

  // False at the end, and if something is wrong.
  bool next_row(Statement& select, Row& row);
  static std::int64_t checksum_of_row(std::int64_t partition, const Events& events);
  bool write_rows();
  bool keep_before(const Row& row, std::uint64_t file, std::uint64_t member);

  std::size_t buffer_;
  std::vector<Events> partitions_;
  std::size_t buffered_ = 0;
  sqlite3* database_ = nullptr;
  bool owned_ = false;
  Digest digest_;
  std::string error_;
};

}  // namespace leadscan::audit
