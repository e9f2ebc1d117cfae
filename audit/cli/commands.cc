#include "audit/cli/commands.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <ctime>
#include <optional>
#include <string>
#include <thread>

#include "audit/base/utf8.h"
#include "audit/cli/documents.h"
#include "audit/cli/following.h"
#include "audit/cli/output_file.h"
#include "audit/cli/outputs.h"
#include "audit/cli/own_files.h"
#include "audit/cli/progress_bar.h"
#include "audit/cli/same_files.h"
#include "audit/cli/standard_streams.h"
#include "audit/cli/version.h"
#include "audit/report/format.h"

namespace leadscan::audit {
namespace {

std::atomic<bool> stop_requested{false};

// The first Ctrl-C, or a terminal that goes away, asks for a report on what was read so far; the
// next one kills.
void request_stop(int) { stop_requested.store(true, std::memory_order_relaxed); }

void handle_signals() {
  struct sigaction action = {};
  action.sa_handler = request_stop;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  struct sigaction old = {};
  // nohup has it ignored.
  if (::sigaction(SIGHUP, nullptr, &old) == 0 && old.sa_handler != SIG_IGN)
    ::sigaction(SIGHUP, &action, nullptr);
}

PipelineOptions pipeline_options(const Options& options) {
  PipelineOptions out;
  out.read.mode = options.records;
  out.read.max_record = options.max_record;
  out.read.envelope = options.looks_inside();
  out.read.column = options.column;
  out.read.joins_docker = options.joins_docker();
  out.judge = {options.max_record, options.at, options.status_at, options.decoding, options.log};
  out.read.match = options.match;
  out.aggregate.now = options.now ? *options.now : static_cast<std::int64_t>(std::time(nullptr));
  out.aggregate.since = options.since;
  out.aggregate.limit_findings = options.limit_findings;
  out.jobs = options.jobs != 0 ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
  out.memory = options.memory;
  out.hash = options.hash;
  out.follow = options.follow;
  out.totals_only = options.command != Command::audit;
  out.checkpoint = options.checkpoint;
  out.checkpoint_interval = options.checkpoint_interval;
  out.stop = &stop_requested;
  // In one piece, behind what a progress bar may have left on the line.
  out.warn = [](const std::string& what) {
    const char* const wipe = ::isatty(STDERR_FILENO) != 0 ? "\r\x1B[K" : "";
    const std::string line = fmt::format("{}leadscan: {}\n", wipe, to_visible(what));
    std::fwrite(line.data(), 1, line.size(), stderr);
  };
  return out;
}

// What must be the same for a checkpoint to be of use: the files, and what their records come to.
std::string signature(const Options& options, const Tree& tree) {
  const auto time = [](std::optional<std::int64_t> seconds) {
    return seconds ? std::to_string(*seconds) : "-";
  };
  std::string text = fmt::format(
      "{} {} {} {} {} {} {} {} {} {} {} {} {} {}\n", kVersion, static_cast<int>(options.records),
      options.at.value_or("-"), options.status_at.value_or("-"), static_cast<int>(options.decoding),
      options.log == nullptr ? "-" : options.log->name, options.match, options.column,
      options.max_record, options.limit_findings, time(options.since), time(options.now),
      options.quarantine, options.sqlite);
  for (const std::string& glob : options.globs) text += glob + '\n';
  for (const std::string& file : tree.files) {
    struct stat status = {};
    ::stat(file.c_str(), &status);
    text += fmt::format("{}\t{}\t{}.{}\n", file, status.st_size, status.st_mtim.tv_sec,
                        status.st_mtim.tv_nsec);
  }
  return text;
}

// What the options say of the inputs, for advice.
std::string taken_for(const Options& options) {
  std::string text;
  if (options.at) {
    text = "Each document was taken for an envelope with the response at --at=" + *options.at;
  } else if (options.log != nullptr && options.log->shape == LogShape::documents) {
    text = fmt::format("Each document was taken for one of --log={}, with the response at {}",
                       options.log->name, options.log->at[0]);
    for (std::size_t i = 1; i < options.log->at.size() && !options.log->at[i].empty(); ++i)
      text += fmt::format(" or {}", options.log->at[i]);
  } else if (!options.column.empty()) {
    text = "The inputs were taken for tables with a response in --column=" + options.column;
  } else if (options.records == RecordMode::automatic) {
    text = "Each document was taken for a response";
  } else {
    text = fmt::format("Records were taken to be laid out as --records={} says",
                       name_of(options.records));
  }
  if (!options.match.empty()) text += ", on lines with the text of --match";
  return text + '.';
}

// On standard error, for those who read the report by program or have none.
void print_errors(const Report& report) {
  for (const InputError& error : report.errors)
    tell(fmt::format("{}{}: {}", to_visible(error.file),
                     error.member ? ": " + to_visible(*error.member) : std::string(),
                     to_visible(error.why)));
  if (report.partial) tell("interrupted: what was printed is partial");
}

int fail(const std::string& why, int code) {
  tell(to_visible(why));
  return code;
}

int generate(const Options& options) {
  constexpr std::uint64_t kDocuments = 1000;
  constexpr std::size_t kBuffer = std::size_t{256} << 10;
  const std::uint64_t documents =
      options.documents.value_or(options.bytes ? UINT64_MAX : kDocuments);
  corpus::Generator generator(options.kind, options.seed);
  OutputFile out;
  if (!options.output.empty()) {
    if (!out.open(options.output)) return fail(out.error(), kUsage);
    if (const std::string why = OwnFiles(options).foreign(); !options.force && !why.empty())
      return fail(why, kUsage);
    out.resume(0);
  }
  const corpus::LogKind& log = *options.log_kind;
  std::string buffer;
  std::string response;
  std::uint64_t bytes = 0;
  std::uint64_t i = 0;
  for (; i < documents && bytes < options.bytes.value_or(SIZE_MAX); ++i) {
    const std::size_t before = buffer.size();
    response.clear();
    generator.append(response);
    corpus::append_to_log(log, i, response, buffer);
    bytes += buffer.size() - before;
    if (buffer.size() < kBuffer) continue;
    out.write(buffer);
    buffer.clear();
    if (!out.error().empty()) break;
  }
  if (i == 0) buffer += log.head;
  buffer += log.tail;
  out.write(buffer);
  return out.error().empty() ? kClean : fail(out.error(), kNotReadWhole);
}

}  // namespace

int exit_code(const Options& options, const Report& report) {
  if (!report.errors.empty() || report.partial || !report.failure.empty() ||
      !report.keys_lost.empty() || !report.problems.empty())
    return kNotReadWhole;
  if (options.fail_on.unjudged && report.totals.unjudged()) return kFindings;
  if (options.fail_on.api_member &&
      report.totals.passed_over[static_cast<std::size_t>(PassedOver::api_member)] > 0)
    return kFindings;
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
  if (options.command == Command::gen) return generate(options);
  if (const std::string why = options.follow ? why_not_followed(options) : ""; !why.empty())
    return fail(why, kUsage);
  const OwnFiles own(options);
  const Tree tree = list_files(options.paths, options.globs,
                               [&](const std::string& file) { return own.is_own(file); });
  if (const std::string why = own.read_too(tree); !why.empty()) return fail(why, kUsage);
  for (const std::string& folder : tree.empty)
    tell(to_visible(folder) + ": there are no files in it");
  for (const std::string& message : told_twice(tree)) tell(to_visible(message));
  PipelineOptions pipeline = pipeline_options(options);
  pipeline.signature = signature(options, tree);
  // Each file has a thread that waits for it.
  if (options.follow)
    pipeline.jobs = std::max(pipeline.jobs, static_cast<unsigned>(tree.files.size()));
  Outputs outputs(options);
  if (!outputs.open(pipeline, tree, own)) return fail(outputs.errors().front(), kUsage);
  // Not sooner: a pipe that nobody reads is waited for when it is opened.
  handle_signals();

  Progress progress;
  Report report;
  const std::int64_t started = std::time(nullptr);
  {
    const bool shown = !options.no_progress && !options.follow && ::isatty(STDERR_FILENO) != 0;
    const ProgressBar bar(progress, tree.bytes, shown);
    const Heartbeat heartbeat(options, progress);
    report = make_report(tree, run_pipeline(tree, pipeline, progress),
                         {options.timeline, options.since, taken_for(options),
                          options.at.value_or(""), options.column});
    if (report.failure.empty()) outputs.finish_database(report, progress, stop_requested);
  }
  if (!report.failure.empty())
    return fail(report.failure, report.failure.starts_with("checkpoint:") ? kUsage : kNotReadWhole);
  report.run = {options.words, std::string(kVersion), started, std::time(nullptr), options.hash};
  outputs.finish(report, pipeline.aggregate.now);
  print_errors(report);
  if (options.follow && options.command == Command::check) tell(headline(report));
  for (const std::string& error : outputs.errors()) tell(to_visible(error));
  if (!outputs.errors().empty()) return kNotReadWhole;
  const int code = exit_code(options, report);
  if (options.command == Command::find && code != kNotReadWhole)
    return outputs.found() ? kClean : kFindings;
  const bool judges = options.command == Command::audit || options.command == Command::check;
  return judges || code == kNotReadWhole ? code : kClean;
}

}  // namespace leadscan::audit
