#include "bench/compare_report.h"

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include "bench/allocation_counter.h"

namespace leadscan::bench {
namespace {

using Run = benchmark::BenchmarkReporter::Run;

constexpr const char* kBold = "\033[1m";
constexpr const char* kDim = "\033[2m";
constexpr const char* kPlain = "\033[0m";

std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("model name")) continue;
    const std::size_t colon = line.find(": ");
    if (colon != line.npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string compiler() {
#if defined(__clang__)
  return "clang " + std::to_string(__clang_major__) + "." + std::to_string(__clang_minor__);
#else
  return "gcc " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__);
#endif
}

// Figures of a row, as they are in the table.
std::string figures(const Row& row) {
  const Measurement& m = row.measurement;
  char ratio[16] = "-";
  if (row.ratio > 0) std::snprintf(ratio, sizeof ratio, "%.2f", row.ratio);
  char allocations[16] = "?";
  if (can_count_allocations())
    std::snprintf(allocations, sizeof allocations, "%.2f", m.allocations);
  char text[160];
  std::snprintf(text, sizeof text, "%9.1f %9.3f %7.2f %9s %8s %7" PRIu64 " %9" PRIu64 " %6.1f%%",
                m.nanoseconds, 1e3 / m.nanoseconds,
                static_cast<double>(m.bytes) / static_cast<double>(m.documents) / m.nanoseconds,
                allocations, ratio, row.verification.laxer, row.verification.stricter,
                100 * m.deviation);
  return text;
}

const char* title_of(Setting setting) {
  switch (setting) {
    case Setting::document:
      return "a call for each document, never in the same order";
    case Setting::trained:
      return "a call for each document, always the same ones";
    case Setting::stream:
      return "the whole stream";
  }
  return "";
}

Run run_of(const Table& table, const Row& row, std::size_t family) {
  const Measurement& m = row.measurement;
  Run run;
  run.run_name.function_name =
      table.corpus + '/' + std::string(name_of(table.setting)) + '/' + row.parser;
  run.family_index = static_cast<std::int64_t>(family);
  run.per_family_instance_index = 0;
  run.repetition_index = 0;
  run.repetitions = 1;
  run.time_unit = benchmark::kNanosecond;
  if (!row.note.empty()) {
    run.error_occurred = true;
    run.error_message = row.note;
    return run;
  }
  // An iteration is a document. Times are medians of blocks, not means: hence the product.
  run.iterations = static_cast<benchmark::IterationCount>(m.timed);
  run.real_accumulated_time = 1e-9 * m.wall_nanoseconds * static_cast<double>(m.timed);
  run.cpu_accumulated_time = 1e-9 * m.nanoseconds * static_cast<double>(m.timed);
  const double bytes = static_cast<double>(m.bytes) / static_cast<double>(m.documents);
  run.counters["ns_per_document"] = m.nanoseconds;
  run.counters["documents_per_second"] = 1e9 / m.nanoseconds;
  run.counters["bytes_per_second"] = 1e9 * bytes / m.nanoseconds;
  run.counters["bytes_per_document"] = bytes;
  if (can_count_allocations()) run.counters["allocs_per_document"] = m.allocations;
  if (row.ratio > 0)
    run.counters[table.baseline == kRival ? "ratio_to_ondemand" : "ratio_to_" + table.baseline] =
        row.ratio;
  run.counters["rounds"] = m.rounds;
  run.counters["relative_deviation"] = m.deviation;
  run.counters["laxer"] = static_cast<double>(row.verification.laxer);
  run.counters["stricter"] = static_cast<double>(row.verification.stricter);
  return run;
}

}  // namespace

bool is_terminal(int descriptor) { return isatty(descriptor) == 1; }

void print_header(const Options& options) {
  std::printf("%s, %s, seed %" PRIu64 "%s\n", cpu_model().c_str(), compiler().c_str(), options.seed,
              options.quick ? ", quick" : "");
  std::printf("Medians of alternating blocks, one thread, its CPU time; +-: median deviation.\n");
  std::printf("laxer, stricter: documents accepted that leadscan refuses, and the reverse.\n");
}

void print_verified(const std::string& corpus, const std::vector<Verification>& verifications) {
  std::uint64_t documents = 0;
  std::size_t parsers = 0;
  for (const Verification& verification : verifications) {
    documents = std::max(documents, verification.documents);
    parsers += verification.documents != 0;
  }
  std::printf("\n%s: %" PRIu64 " documents; %zu parsers read the same fields in them.\n",
              corpus.c_str(), documents, parsers);
}

void print(const Table& table, bool colour) {
  const char* bold = colour ? kBold : "";
  const char* dim = colour ? kDim : "";
  const char* plain = colour ? kPlain : "";
  const Row* any = nullptr;
  for (const Row& row : table.rows)
    if (row.note.empty()) any = &row;
  std::printf("\n%s%s, %s%s", bold, table.corpus.c_str(), title_of(table.setting), plain);
  if (any != nullptr)
    std::printf(": %" PRIu64 " documents of %.0f bytes", any->measurement.documents,
                static_cast<double>(any->measurement.bytes) /
                    static_cast<double>(any->measurement.documents));
  std::printf("\n%s%-22s %9s %9s %7s %9s %8s %7s %9s %7s%s\n", dim, "", "ns/doc", "Mdocs/s", "GB/s",
              "allocs", table.baseline == kRival ? "x OnDem." : "ratio", "laxer", "stricter", "+-",
              plain);
  for (const Row& row : table.rows) {
    const bool reference = row.parser == kReference;
    std::printf("%s%-22s %s%s\n", reference ? bold : "", row.parser.c_str(),
                row.note.empty() ? figures(row).c_str() : ("  " + row.note).c_str(),
                reference ? plain : "");
  }
  std::fflush(stdout);
}

bool write_json(const std::string& path, const Options& options, const std::vector<Table>& tables,
                std::string& error) {
  std::ofstream file(path, std::ios::binary);
  benchmark::BenchmarkReporter::Context::executable_name = "compare";
  benchmark::AddCustomContext("cpu", cpu_model());
  benchmark::AddCustomContext("compiler", compiler());
  benchmark::AddCustomContext("build_type", "opt");
  benchmark::AddCustomContext("seed", std::to_string(options.seed));
  benchmark::AddCustomContext("quick", options.quick ? "true" : "false");
  benchmark::AddCustomContext("parsers", options.pair ? "pair" : "all");
  benchmark::AddCustomContext("statistic",
                              "medians of alternating blocks; an iteration is a document");

  benchmark::JSONReporter reporter;
  reporter.SetOutputStream(&file);
  reporter.ReportContext(benchmark::BenchmarkReporter::Context());
  std::vector<Run> runs;
  for (const Table& table : tables)
    for (const Row& row : table.rows) runs.push_back(run_of(table, row, runs.size()));
  reporter.ReportRuns(runs);
  reporter.Finalize();
  file.close();
  if (file) return true;
  error = "cannot write " + path + ": " + std::generic_category().message(errno);
  return false;
}

}  // namespace leadscan::bench
