#include "audit/cli/commands.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <thread>

#include "audit/cli/check.h"
#include "audit/cli/extract.h"
#include "audit/cli/find.h"
#include "audit/cli/output_file.h"
#include "audit/cli/progress_bar.h"
#include "audit/cli/quarantine.h"
#include "audit/report/json_report.h"
#include "audit/report/text_report.h"

namespace leadscan::audit {
namespace {

std::atomic<bool> stop_requested{false};

// The first Ctrl-C asks for a report on what was read so far; the next one kills.
void request_stop(int) { stop_requested.store(true, std::memory_order_relaxed); }

void handle_signals() {
  struct sigaction action = {};
  action.sa_handler = request_stop;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

PipelineOptions pipeline_options(const Options& options) {
  PipelineOptions out;
  out.read.mode = options.records;
  out.read.max_record = options.max_record;
  out.read.chunk_bytes = options.chunk_bytes;
  out.read.envelope = options.at.has_value();
  out.judge = {options.max_record, options.at, options.status_at};
  out.aggregate.now = options.now ? *options.now : static_cast<std::int64_t>(std::time(nullptr));
  out.aggregate.since = options.since;
  out.aggregate.limit_findings = options.limit_findings;
  out.jobs = options.jobs != 0 ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
  out.memory = options.memory;
  out.totals_only = options.command != Command::audit;
  out.checkpoint = options.checkpoint;
  out.checkpoint_interval = options.checkpoint_interval;
  out.stop = &stop_requested;
  return out;
}

// What must be the same for a checkpoint to be of use: the files, and what their records come to.
std::string signature(const Options& options, const Tree& tree) {
  std::string text =
      fmt::format("2 {} {} {} {} {} {} {}\n", static_cast<int>(options.records),
                  options.at.value_or("-"), options.status_at.value_or("-"), options.max_record,
                  options.limit_findings, options.since.value_or(0), options.quarantine);
  for (const std::string& file : tree.files) {
    struct stat status = {};
    ::stat(file.c_str(), &status);
    text += fmt::format("{}\t{}\t{}.{}\n", file, status.st_size, status.st_mtim.tv_sec,
                        status.st_mtim.tv_nsec);
  }
  return text;
}

bool wants_color(ColorMode mode) {
  if (mode != ColorMode::automatic) return mode == ColorMode::always;
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return ::isatty(STDOUT_FILENO) != 0 && (no_color == nullptr || *no_color == '\0') &&
         (terminal == nullptr || std::string_view(terminal) != "dumb");
}

void print_report(const Options& options, const Report& report, OutputFile& out) {
  if (options.json) {
    out.write(to_json(report));
    return;
  }
  const TextOptions text = {wants_color(options.color), terminal_width(STDOUT_FILENO), options.top};
  out.write(to_text(report, text));
}

// On standard error, for those who read the report by program or have none.
void print_errors(const Report& report) {
  for (const InputError& error : report.errors)
    fmt::print(stderr, "leadscan: {}{}: {}\n", error.file,
               error.member ? ": " + *error.member : std::string(), error.why);
  if (report.partial) fmt::print(stderr, "leadscan: interrupted: what was printed is partial\n");
}

int generate(const Options& options, OutputFile& out) {
  constexpr std::uint64_t kDocuments = 1000;
  constexpr std::size_t kBuffer = std::size_t{256} << 10;
  const std::uint64_t documents =
      options.documents.value_or(options.bytes ? UINT64_MAX : kDocuments);
  corpus::Generator generator(options.kind, options.seed);
  std::string buffer;
  std::uint64_t bytes = 0;
  for (std::uint64_t i = 0; i < documents && bytes < options.bytes.value_or(SIZE_MAX); ++i) {
    const std::size_t before = buffer.size();
    generator.append(buffer);
    buffer += '\n';
    bytes += buffer.size() - before;
    if (buffer.size() < kBuffer) continue;
    out.write(buffer);
    buffer.clear();
    if (!out.error().empty()) break;
  }
  out.write(buffer);
  if (out.error().empty()) return kClean;
  fmt::print(stderr, "leadscan: {}\n", out.error());
  return kUsage;
}

}  // namespace

int exit_code(const Options& options, const Report& report) {
  if (!report.errors.empty() || report.partial || !report.failure.empty()) return kNotReadWhole;
  std::uint64_t bad = 0;
  for (std::size_t i = 0; i < kVerdictCount; ++i)
    if (options.fail_on.verdicts[i]) bad += report.totals.verdicts[i];
  const auto records = static_cast<double>(report.totals.records);
  const bool within = options.max_bad.percent
                          ? static_cast<double>(bad) * 100 <= *options.max_bad.percent * records
                          : bad <= options.max_bad.records;
  if (!within) return kFindings;
  for (const FindingGroup& group : report.findings)
    if (options.fail_on.findings[index_of(group.kind)]) return kFindings;
  return kClean;
}

int run(const Options& options) {
  OutputFile out;
  if (!options.output.empty() && !out.open(options.output)) {
    fmt::print(stderr, "leadscan: {}\n", out.error());
    return kUsage;
  }
  if (!options.output.empty()) out.resume(0);
  if (options.command == Command::gen) return generate(options, out);
  handle_signals();
  const Tree tree = list_files(options.paths, options.globs);
  PipelineOptions pipeline = pipeline_options(options);
  pipeline.signature = signature(options, tree);

  OutputFile quarantine_file;
  QuarantineSink quarantine(quarantine_file);
  CheckSink check(out);
  ExtractSink extract(out, options.fields.empty() ? all_extract_fields() : options.fields,
                      options.format);
  FindSink find(out, options);
  if (!options.quarantine.empty()) {
    if (!quarantine_file.open(options.quarantine)) {
      fmt::print(stderr, "leadscan: {}\n", quarantine_file.error());
      return kUsage;
    }
    if (options.checkpoint.empty()) quarantine.resume("0");
    pipeline.sinks.push_back(&quarantine);
  }
  switch (options.command) {
    case Command::check:
      if (!options.quiet) pipeline.sinks.push_back(&check);
      pipeline.read.count_lines = !pipeline.sinks.empty();
      break;
    case Command::extract:
      extract.write_header();
      pipeline.sinks.push_back(&extract);
      break;
    case Command::find:
      pipeline.sinks.push_back(&find);
      // Inside strings and base64 an id may be spelled otherwise than it was given.
      if (!options.at && options.records != RecordMode::har)
        pipeline.prefilter = [&find](std::string_view record) { return find.may_match(record); };
      break;
    default:
      break;
  }

  Progress progress;
  Report report;
  {
    const bool shown = !options.no_progress && ::isatty(STDERR_FILENO) != 0;
    const ProgressBar bar(progress, tree.bytes, shown);
    report = make_report(tree, run_pipeline(tree, pipeline, progress),
                         {options.timeline, options.since});
  }
  if (!report.failure.empty()) {
    fmt::print(stderr, "leadscan: {}\n", report.failure);
    return report.failure.starts_with("checkpoint:") ? kUsage : kNotReadWhole;
  }
  if (options.command == Command::audit) print_report(options, report, out);
  print_errors(report);
  if (!out.error().empty()) {
    fmt::print(stderr, "leadscan: {}\n", out.error());
    return kNotReadWhole;
  }
  const int code = exit_code(options, report);
  const bool judges = options.command == Command::audit || options.command == Command::check;
  return judges || code == kNotReadWhole ? code : kClean;
}

}  // namespace leadscan::audit
