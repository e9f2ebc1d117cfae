// Outputs: what a command writes, to standard output and to the files that its options name.
#pragma once

#include <string>

#include "audit/cli/check.h"
#include "audit/cli/extract.h"
#include "audit/cli/find.h"
#include "audit/cli/options.h"
#include "audit/cli/output_file.h"
#include "audit/cli/quarantine.h"
#include "audit/core/replaced_file.h"
#include "audit/report/sqlite_report.h"

namespace leadscan::audit {

class Outputs {
 public:
  // Lives at least as long as this.
  explicit Outputs(const Options& options);

  // Opens the files, and gives the pipeline the sinks. False: see error().
  bool open(PipelineOptions& pipeline);
  // After the last record. `now`: seconds since 1970.
  void finish(const Report& report, std::int64_t now);

  const std::string& error() const { return error_; }

 private:
  bool fail(const std::string& why);
  bool open_extract(PipelineOptions& pipeline);
  void write_html(const Report& report, std::int64_t now);
  void print_report(const Report& report);

  const Options& options_;
  OutputFile out_;
  OutputFile quarantine_file_;
  ReplacedFile html_;
  QuarantineSink quarantine_;
  SqliteReport sqlite_;
  CheckSink check_;
  ExtractSink extract_;
  ExtractDatabase extract_database_;
  FindSink find_;
  std::string error_;
};

}  // namespace leadscan::audit
