// Outputs: what a command writes, to standard output and to the files that its options name.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <vector>

#include "audit/cli/check.h"
#include "audit/cli/extract.h"
#include "audit/cli/find.h"
#include "audit/cli/options.h"
#include "audit/cli/output_file.h"
#include "audit/cli/own_files.h"
#include "audit/cli/quarantine.h"
#include "audit/cli/report_files.h"
#include "audit/report/sqlite_report.h"
#include "audit/storage/replaced_file.h"

namespace leadscan::audit {

class Outputs {
 public:
  // Lives at least as long as this.
  explicit Outputs(const Options& options);

  // Opens the files, and gives the pipeline the sinks. Nothing is written before all files are
  // there and no other run's. False: see errors().
  bool open(PipelineOptions& pipeline, const Tree& tree, const OwnFiles& own);
  // After the last record. `now`: seconds since 1970.
  void finish(const Report& report, std::int64_t now);
  // What of it takes long, and comes before; from `stop` on it takes less.
  void finish_database(const Report& report, Progress& progress, const std::atomic<bool>& stop);

  // Of each output that could not be written; the others are whole.
  const std::vector<std::string>& errors() const { return errors_; }
  // Whether `find` has printed anything.
  bool found() const { return find_.found(); }

 private:
  struct OpenReport {
    explicit OpenReport(const ReportFile& report_kind) : kind(report_kind), file(kind.mark) {}
    const ReportFile& kind;
    ReplacedFile file;
  };

  bool fail(const std::string& why);
  bool take_files(const Tree& tree);
  void begin_files();
  void add_sinks(PipelineOptions& pipeline);
  void add_live(PipelineOptions& pipeline, const Tree& tree);
  void print_report(const Report& report);

  const Options& options_;
  OutputFile out_;
  OutputFile quarantine_file_;
  std::list<OpenReport> reports_;  // those asked for
  QuarantineSink quarantine_;
  SqliteReport sqlite_;
  CheckSink check_;
  ExtractSink extract_;
  ExtractDatabase extract_database_;
  FindSink find_;
  std::vector<std::string> errors_;
};

}  // namespace leadscan::audit
