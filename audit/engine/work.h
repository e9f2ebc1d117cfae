// Work: a chunk of a file on its way through the pipeline, and what it came to.
//
// Scheduler reads it, a Worker judges and counts it, Merger takes the Result. The thread that has a
// Work owns all of it.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/count/aggregate.h"
#include "audit/count/key_batch.h"
#include "audit/engine/pipeline.h"
#include "audit/records/chunk_reader.h"

namespace leadscan::audit {

// Bytes that were read, but not judged, for memory was short.
struct Lost {
  std::uint64_t bytes = 0;
  std::optional<std::string> member;  // where they begin
  std::uint64_t line = 0;
  std::uint64_t offset = 0;
};

struct Result {
  Totals totals;
  std::unique_ptr<Aggregate> aggregate;  // null if totals are all
  KeyBatch keys;
  std::vector<std::string> sink_memory;

  // Since the chunk before.
  std::uint64_t bytes_in = 0;
  std::vector<std::uint64_t> modes;
  std::vector<InputError> errors;
  std::uint64_t members = 0;     // of the file, up to here
  std::uint64_t companions = 0;  // in the file, up to here
  FileFacts facts;               // its hash with the last one
  bool between_members = false;  // a place to go on from
  bool cut = false;              // the file broke off in this chunk: nothing behind it counts
  bool last = false;             // of the file
  bool starved = false;          // there was no memory to read the file on
  std::optional<Lost> lost;
};

struct FileTask;

struct Work {
  FileTask* task = nullptr;
  std::size_t file = 0;
  std::uint64_t number = 0;  // in the file
  std::unique_ptr<Chunk> chunk;
  Result result;
  std::size_t waits = 0;       // bytes that it counts as in Backlog
  std::unique_ptr<Work> next;  // in a WorkList
};

// A queue that needs no memory of its own: handing work over cannot fail.
class WorkList {
 public:
  WorkList() = default;
  WorkList(WorkList&& other) noexcept
      : first_(std::move(other.first_)),
        last_(std::exchange(other.last_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  WorkList& operator=(WorkList&&) = delete;
  // One by one: they would otherwise be destroyed inside each other.
  ~WorkList() {
    while (pop() != nullptr) {
    }
  }

  std::size_t size() const { return size_; }
  const Work* first() const { return first_.get(); }
  void push_back(std::unique_ptr<Work> work) {
    Work* const added = work.get();
    (last_ == nullptr ? first_ : last_->next) = std::move(work);
    last_ = added;
    ++size_;
  }
  // By number; nearly always at the end.
  void insert(std::unique_ptr<Work> work) {
    if (last_ == nullptr || last_->number < work->number) {
      push_back(std::move(work));
      return;
    }
    std::unique_ptr<Work>* at = &first_;
    while ((*at)->number < work->number) at = &(*at)->next;
    work->next = std::move(*at);
    *at = std::move(work);
    ++size_;
  }
  std::unique_ptr<Work> pop() {
    std::unique_ptr<Work> work = std::move(first_);
    if (work == nullptr) return nullptr;
    first_ = std::move(work->next);
    if (first_ == nullptr) last_ = nullptr;
    --size_;
    return work;
  }

 private:
  std::unique_ptr<Work> first_;
  Work* last_ = nullptr;
  std::size_t size_ = 0;
};

// A file that is being read or merged. Each part is guarded as it says.
struct FileTask {
  // Of the thread that has set `busy`, which Scheduler's mutex guards.
  std::unique_ptr<ChunkReader> reader;
  std::uint64_t skipped = 0;                  // members that an earlier run has done
  std::atomic<std::uint64_t> companions = 0;  // that the reader has passed over
  FileFacts facts;                            // that it has found
  std::uint64_t bytes_told = 0;
  std::vector<std::uint64_t> modes_told;
  std::size_t errors_told = 0;

  // Under Scheduler's mutex.
  bool busy = false;
  bool exhausted = false;         // there is no more to read
  std::uint64_t read = 0;         // chunks
  std::uint64_t in_progress = 0;  // chunks that are read, but not merged

  // Under Merger's mutex.
  bool merging = false;
  WorkList pending;          // judged, by number
  std::uint64_t merged = 0;  // chunks
  bool complete = false;     // the last one is merged

  // Of the thread that has set `merging`.
  Aggregate total;
  FileSummary summary;
  std::vector<InputError> errors;
  WorkList waiting;             // merged, but for the output, whose turn has not come
  std::size_t table_bytes = 0;  // of `total`, as Backlog has them
  std::size_t known_table_bytes = 0;
  bool cut = false;                // by a chunk that is merged
  bool starved = false;            // what Result says of all chunks
  bool uncounted = false;          // there was no memory to count all
  bool may_have_more = false;      // for another run, with more memory
  std::optional<Lost> first_lost;  // `bytes`: of all

  template <typename Archive>
  void archive(Archive& a) {
    a(total, summary, errors);
  }
};

}  // namespace leadscan::audit
