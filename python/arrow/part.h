// Part: what one of many tasks reads of the input, on the thread that it has: a file, or a range of
// one (Settings::end). Whatever the parts are, together they come to what the pipeline comes to.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audit/engine/worker.h"
#include "python/arrow/audit_run.h"
#include "python/arrow/run.h"

namespace leadscan::arrow {

class Part {
 public:
  // `options` and `progress` live at least as long.
  Part(const Settings& settings, const audit::PipelineOptions& options, audit::Progress& progress);

  // The next chunk, judged and counted; null behind the last. What tables it has are merged into
  // the task's already. Throws std::bad_alloc.
  audit::Result* next();
  audit::FileTask& task() { return task_; }

 private:
  bool open();
  bool read();
  void merge();

  const Settings& settings_;
  const audit::PipelineOptions& options_;
  audit::FileTask task_;
  audit::Work work_;
  audit::Worker worker_;
  bool begun_ = false;
  bool ended_ = false;
};

// What a part comes to for a report: its tables, and the ids that may come again elsewhere.
class PartAudit final : public Run {
 public:
  struct Ids {
    std::size_t bucket = 0;
    std::string events;
  };

  // `buckets`: ids are given in so many texts, by their hashes. `most_ids`: when there are so many
  // bytes of them, or those of one chunk more, it waits for them to be taken.
  PartAudit(Settings settings, std::size_t buckets, std::size_t most_ids = std::size_t{16} << 20);
  ~PartAudit() override;

  // Waits so long at most for its end, or for ids to be taken; whether it has ended.
  bool wait(unsigned milliseconds);
  // For find_repeated(), of each bucket what came since the last time: nothing while that is
  // little, and all of the rest at the end.
  std::vector<Ids> take_ids();
  // Once it has ended: bytes for merge_parts().
  const std::string& tables() const { return tables_; }

 private:
  void work() override;
  void add_ids(const audit::KeyBatch& batch, std::string& members);

  std::string tables_;
  const std::size_t most_ids_;
  std::vector<std::string> ids_;  // guarded by mutex_, as their size is
  std::size_t id_bytes_ = 0;
  std::uint64_t id_count_ = 0;
};

// Of all ids of a bucket those that may come more than once. Throws std::runtime_error for bytes
// that are none.
std::string find_repeated(const std::vector<std::string_view>& ids);

// The report on all the settings' inputs, from what their parts came to, in the order of the input,
// and what find_repeated() gave. Throws std::runtime_error for bytes that are none.
WrittenReport merge_parts(const Settings& settings, const std::vector<std::string_view>& tables,
                          const std::vector<std::string_view>& repeated);

// What is said of these, as the pipeline says it.
inline constexpr const char* kNothingMatches = "nothing in it matches --glob";

// Paths in which the globs pick nothing from any archive. Reads of archives as little as tells.
std::vector<std::string> find_unmatched(const audit::Tree& tree);

}  // namespace leadscan::arrow
