// --sqlite: every record, and what the report says about them, as a database to query.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "audit/judge/sink.h"
#include "audit/report/report.h"
#include "audit/storage/new_database.h"

namespace leadscan::audit {

class SqliteReport final : public RecordSink {
 public:
  // `version`: of the program.
  // `with_lookups`: with an index of each column that is looked up, too.
  SqliteReport(std::string version, bool with_lookups)
      : version_(std::move(version)), with_lookups_(with_lookups) {}

  // `resumable`: resume() comes next, and mark() now and then; else begin() does. `files`: the
  // inputs, for messages; lives as long as this. False: see error().
  bool open(const std::string& path, bool resumable, const std::vector<std::string>& files);
  bool begin();
  // After the last record: puts the database in its place. Once `stop` is set, without what takes
  // long and can be left out.
  bool finish(const Report& report, Progress& progress, const std::atomic<bool>& stop);

  void see(const Judged& judged, std::string& memory) const override;
  void take(std::string_view memory) override;
  std::string mark() override;
  // Of an empty mark: from the start.
  void resume(std::string_view mark) override;
  std::string error() const override { return database_.error(); }

 private:
  struct Row;

  void prepare();
  bool insert_member(const Row& row, std::string_view name);
  bool insert_record(const Row& row, std::string_view& memory);
  std::optional<std::int64_t> find_record(const Position& at);
  bool make_lookups(Progress& progress, const std::atomic<bool>& stop);
  void write_files(const Report& report);
  void write_findings(const Report& report);
  void write_meta(const Report& report);

  std::string version_;
  bool with_lookups_ = false;
  const std::vector<std::string>* files_ = nullptr;
  NewDatabase database_;
  std::string started_;  // also which run it is

  Statement insert_member_;
  Statement insert_record_;
  Statement insert_violation_;
  Statement find_member_;
  Statement see_offset_;
  Statement find_record_;
  std::uint64_t records_ = 0;  // ids given out
  std::uint64_t members_ = 0;
  // The member of the record before.
  std::uint64_t file_ = 0;
  std::uint64_t member_index_ = 0;
};

}  // namespace leadscan::audit
