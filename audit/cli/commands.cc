#include "audit/cli/commands.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "audit/cli/documents.h"
#include "audit/cli/output_file.h"
#include "audit/cli/outputs.h"
#include "audit/cli/progress_bar.h"
#include "audit/core/utf8.h"

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
  std::string text =
      fmt::format("{} {} {} {} {} {} {} {} {} {}\n", kVersion, static_cast<int>(options.records),
                  options.at.value_or("-"), options.status_at.value_or("-"), options.max_record,
                  options.limit_findings, time(options.since), time(options.now),
                  options.quarantine, options.sqlite);
  for (const std::string& file : tree.files) {
    struct stat status = {};
    ::stat(file.c_str(), &status);
    text += fmt::format("{}\t{}\t{}.{}\n", file, status.st_size, status.st_mtim.tv_sec,
                        status.st_mtim.tv_nsec);
  }
  return text;
}

// On standard error, for those who read the report by program or have none.
void print_errors(const Report& report) {
  for (const InputError& error : report.errors)
    fmt::print(stderr, "leadscan: {}{}: {}\n", to_visible(error.file),
               error.member ? ": " + to_visible(*error.member) : std::string(),
               to_visible(error.why));
  if (report.partial) fmt::print(stderr, "leadscan: interrupted: what was printed is partial\n");
}

int fail(const std::string& why, int code) {
  fmt::print(stderr, "leadscan: {}\n", to_visible(why));
  return code;
}

// Reading what is being written might never end. Empty if nothing is both.
std::string both_read_and_written(const Options& options, const Tree& tree) {
  std::vector<std::pair<struct stat, std::string>> outputs;
  const auto add = [&](int result, const struct stat& status, const std::string& name) {
    if (result == 0 && S_ISREG(status.st_mode)) outputs.emplace_back(status, name);
  };
  struct stat status = {};
  const int standard_output = ::fstat(STDOUT_FILENO, &status);
  add(standard_output, status, "standard output");
  for (const std::string& path :
       {options.output, options.quarantine, options.checkpoint, options.html, options.sqlite})
    if (!path.empty()) {
      const int result = ::stat(path.c_str(), &status);
      add(result, status, path);
    }
  if (outputs.empty()) return {};
  for (const std::string& file : tree.files) {
    if (file == "-" ? ::fstat(STDIN_FILENO, &status) != 0 : ::stat(file.c_str(), &status) != 0)
      continue;
    for (const auto& [output, name] : outputs)
      if (output.st_dev == status.st_dev && output.st_ino == status.st_ino)
        return file + ": cannot be read and written at once (" + name + ")";
  }
  return {};
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
    out.resume(0);
  }
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
  return out.error().empty() ? kClean : fail(out.error(), kNotReadWhole);
}

}  // namespace

int exit_code(const Options& options, const Report& report) {
  if (!report.errors.empty() || report.partial || !report.failure.empty() ||
      !report.keys_lost.empty() || !report.problems.empty())
    return kNotReadWhole;
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
  const Tree tree = list_files(options.paths, options.globs);
  if (const std::string why = both_read_and_written(options, tree); !why.empty())
    return fail(why, kUsage);
  for (const std::string& folder : tree.empty)
    fmt::print(stderr, "leadscan: {}: there are no files in it\n", to_visible(folder));
  handle_signals();
  PipelineOptions pipeline = pipeline_options(options);
  pipeline.signature = signature(options, tree);
  Outputs outputs(options);
  if (!outputs.open(pipeline)) return fail(outputs.error(), kUsage);

  Progress progress;
  Report report;
  {
    const bool shown = !options.no_progress && ::isatty(STDERR_FILENO) != 0;
    const ProgressBar bar(progress, tree.bytes, shown);
    report = make_report(tree, run_pipeline(tree, pipeline, progress),
                         {options.timeline, options.since});
  }
  if (!report.failure.empty())
    return fail(report.failure, report.failure.starts_with("checkpoint:") ? kUsage : kNotReadWhole);
  outputs.finish(report, pipeline.aggregate.now);
  print_errors(report);
  if (!outputs.error().empty()) return fail(outputs.error(), kNotReadWhole);
  const int code = exit_code(options, report);
  const bool judges = options.command == Command::audit || options.command == Command::check;
  return judges || code == kNotReadWhole ? code : kClean;
}

}  // namespace leadscan::audit
