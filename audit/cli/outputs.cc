#include "audit/cli/outputs.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "audit/cli/documents.h"
#include "audit/cli/progress_bar.h"
#include "audit/cli/standard_streams.h"
#include "audit/cli/version.h"
#include "audit/report/json_report.h"
#include "audit/report/live_report.h"
#include "audit/report/text_report.h"
#include "audit/storage/sqlite.h"
#include "audit/storage/sqlite_files.h"

namespace leadscan::audit {
namespace {

bool wants_color(ColorMode mode) {
  if (mode != ColorMode::automatic) return mode == ColorMode::always;
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) != 0 && (no_color == nullptr || *no_color == '\0') &&
         (terminal == nullptr || std::string_view(terminal) != "dumb");
}

// A pipe, say, or a database of somebody else's, into which tables would be put. Others turn out to
// be none when they are opened.
bool is_no_checkpoint(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return false;
  if (!S_ISREG(status.st_mode)) return true;
  sqlite3* database = nullptr;
  bool other = false;
  if (sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK) {
    Statement select(database, "SELECT count(*), sum(name = 'checkpoint') FROM sqlite_schema");
    other = select.next() && select.integer(0) > 0 && select.integer(1) == 0;
  }
  sqlite3_close(database);
  return other;
}

}  // namespace

Outputs::Outputs(const Options& options)
    : options_(options),
      quarantine_(quarantine_file_),
      sqlite_(std::string(kVersion), options.sqlite_indexes),
      check_(out_),
      extract_(out_, options),
      extract_database_(options),
      find_(out_, options) {}

bool Outputs::fail(const std::string& why) {
  if (std::find(errors_.begin(), errors_.end(), why) == errors_.end()) errors_.push_back(why);
  return false;
}

bool Outputs::take_files(const Tree& tree) {
  const bool resumable = !options_.checkpoint.empty();
  if (resumable && is_no_checkpoint(options_.checkpoint))
    return fail("checkpoint: " + options_.checkpoint +
                ": it is something else, and so not written to; name another file");
  for (const char* suffix : {"-journal", "-wal", "-shm"})
    if (const std::string side = options_.checkpoint + suffix;
        resumable && look_at_side_file(side) == SideFile::other)
      return fail(side + ": not left behind by leadscan; move it away, or name another checkpoint");
  if (!options_.quarantine.empty() && !quarantine_file_.open(options_.quarantine))
    return fail(quarantine_file_.error());
  if (!options_.sqlite.empty() && !sqlite_.open(options_.sqlite, resumable, tree.files))
    return fail(sqlite_.error());
  for (const ReportFile& kind : report_files()) {
    const std::string& path = options_.*kind.path;
    if (path.empty()) continue;
    ReplacedFile& file = reports_.emplace_back(kind).file;
    if (!file.open(path, ReplacedFile::Stale::replaced)) return fail(file.error());
  }
  if (options_.output.empty()) return true;
  if (options_.format == ExtractFormat::sqlite)
    return extract_database_.open(options_.output, tree.files) || fail(extract_database_.error());
  return out_.open(options_.output) || fail(out_.error());
}

// What a checkpoint may go on with is left to resume(). Who cannot write keeps that to itself: the
// other outputs are made all the same.
void Outputs::begin_files() {
  const bool resumable = !options_.checkpoint.empty();
  if (!options_.quarantine.empty() && !resumable) quarantine_.resume("0");
  if (!options_.sqlite.empty() && !resumable) sqlite_.begin();
  for (OpenReport& report : reports_) report.file.write(report.kind.mark.unfinished);
  if (options_.format == ExtractFormat::sqlite) {
    extract_database_.begin();
    return;
  }
  if (!options_.output.empty()) out_.resume(0);
  if (options_.command == Command::extract) extract_.write_header();
}

bool Outputs::open(PipelineOptions& pipeline, const Tree& tree, const OwnFiles& own) {
  if (!take_files(tree)) return false;
  // Now that no other run writes them.
  if (const std::string why = own.foreign(); !options_.force && !why.empty()) return fail(why);
  begin_files();
  add_sinks(pipeline);
  add_live(pipeline, tree);
  return true;
}

// Beside JSON, which is for programs, on standard error.
void Outputs::add_live(PipelineOptions& pipeline, const Tree& tree) {
  if (!options_.follow || options_.command != Command::audit) return;
  pipeline.live = [this, &tree](const Aggregate& chunk) {
    const std::string lines = to_live_lines(chunk, tree.files);
    if (options_.json) {
      print_error(lines);
    } else {
      out_.write(lines);
    }
  };
}

void Outputs::add_sinks(PipelineOptions& pipeline) {
  if (!options_.quarantine.empty()) pipeline.sinks.push_back(&quarantine_);
  if (!options_.sqlite.empty()) pipeline.sinks.push_back(&sqlite_);
  switch (options_.command) {
    case Command::check:
      if (!options_.quiet) pipeline.sinks.push_back(&check_);
      pipeline.read.count_lines = options_.follow || !pipeline.sinks.empty();
      break;
    case Command::extract:
      if (options_.format == ExtractFormat::sqlite) {
        pipeline.sinks.push_back(&extract_database_);
      } else {
        pipeline.sinks.push_back(&extract_);
      }
      break;
    case Command::find:
      pipeline.sinks.push_back(&find_);
      // Inside strings and base64 an id may be spelled otherwise than it was given.
      if (!options_.looks_inside() && options_.records != RecordMode::har)
        pipeline.prefilter = [this](std::string_view record) { return find_.may_match(record); };
      break;
    default:
      break;
  }
}

void Outputs::finish_database(const Report& report, Progress& progress,
                              const std::atomic<bool>& stop) {
  if (options_.sqlite.empty()) return;
  if (!sqlite_.finish(report, progress, stop)) {
    fail(sqlite_.error());
  } else if (options_.sqlite_indexes && stop) {
    fail(options_.sqlite + ": interrupted: it is whole, but without all of its indexes");
  }
}

void Outputs::finish(const Report& report, std::int64_t now) {
  if (options_.command == Command::audit) {
    for (auto& [kind, file] : reports_)
      if (!file.error().empty() || !file.write(kind.text(report, now)) || !file.commit())
        fail(file.error());
    print_report(report);
  } else if (options_.format == ExtractFormat::sqlite &&
             !extract_database_.finish(report.partial)) {
    fail(extract_database_.error());
  }
  if (!quarantine_file_.error().empty()) fail(quarantine_file_.error());
  if (!out_.error().empty()) fail(out_.error());
}

void Outputs::print_report(const Report& report) {
  if (options_.json) {
    out_.write(to_json(report));
    return;
  }
  const TextOptions text = {wants_color(options_.color), terminal_width(STDOUT_FILENO),
                            options_.top};
  out_.write(to_text(report, text));
}

}  // namespace leadscan::audit
