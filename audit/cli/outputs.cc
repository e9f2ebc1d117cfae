#include "audit/cli/outputs.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "audit/cli/documents.h"
#include "audit/cli/progress_bar.h"
#include "audit/report/html_report.h"
#include "audit/report/json_report.h"
#include "audit/report/text_report.h"

namespace leadscan::audit {
namespace {

bool wants_color(ColorMode mode) {
  if (mode != ColorMode::automatic) return mode == ColorMode::always;
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) != 0 && (no_color == nullptr || *no_color == '\0') &&
         (terminal == nullptr || std::string_view(terminal) != "dumb");
}

}  // namespace

Outputs::Outputs(const Options& options)
    : options_(options),
      quarantine_(quarantine_file_),
      sqlite_(std::string(kVersion)),
      check_(out_),
      extract_(out_, options.fields, options.format),
      extract_database_(options.fields),
      find_(out_, options) {}

bool Outputs::fail(const std::string& why) {
  if (error_.empty()) error_ = why;
  return false;
}

bool Outputs::open(PipelineOptions& pipeline) {
  const bool resumable = !options_.checkpoint.empty();
  if (!options_.quarantine.empty()) {
    if (!quarantine_file_.open(options_.quarantine)) return fail(quarantine_file_.error());
    if (!resumable) quarantine_.resume("0");
    pipeline.sinks.push_back(&quarantine_);
  }
  if (!options_.sqlite.empty()) {
    if (!sqlite_.open(options_.sqlite, resumable)) return fail(sqlite_.error());
    pipeline.sinks.push_back(&sqlite_);
  }
  if (!options_.html.empty() && !html_.open(options_.html)) return fail(html_.error());
  switch (options_.command) {
    case Command::check:
      if (!options_.quiet) pipeline.sinks.push_back(&check_);
      pipeline.read.count_lines = !pipeline.sinks.empty();
      return true;
    case Command::extract:
      return open_extract(pipeline);
    case Command::find:
      pipeline.sinks.push_back(&find_);
      // Inside strings and base64 an id may be spelled otherwise than it was given.
      if (!options_.at && options_.records != RecordMode::har)
        pipeline.prefilter = [this](std::string_view record) { return find_.may_match(record); };
      return true;
    default:
      return true;
  }
}

bool Outputs::open_extract(PipelineOptions& pipeline) {
  if (options_.format == ExtractFormat::sqlite) {
    pipeline.sinks.push_back(&extract_database_);
    return extract_database_.open(options_.output) || fail(extract_database_.error());
  }
  if (!options_.output.empty()) {
    if (!out_.open(options_.output)) return fail(out_.error());
    out_.resume(0);
  }
  extract_.write_header();
  pipeline.sinks.push_back(&extract_);
  return true;
}

void Outputs::finish(const Report& report, std::int64_t now) {
  if (options_.command == Command::audit) {
    if (!options_.sqlite.empty() && !sqlite_.finish(report)) fail(sqlite_.error());
    if (!options_.html.empty()) write_html(report, now);
    print_report(report);
  } else if (options_.format == ExtractFormat::sqlite &&
             !extract_database_.finish(report.partial)) {
    fail(extract_database_.error());
  }
  if (!out_.error().empty()) fail(out_.error());
}

void Outputs::write_html(const Report& report, std::int64_t now) {
  OutputFile file;
  if (file.open(html_.partial())) {
    file.resume(0);
    file.write(to_html(report, {std::string(kVersion), now}));
  }
  if (!file.error().empty()) {
    fail(file.error());
  } else if (!html_.commit()) {
    fail(html_.error());
  }
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
