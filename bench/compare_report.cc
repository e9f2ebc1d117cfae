#include "bench/compare_report.h"

#include <unistd.h>

#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <set>
#include <string>

#include "bench/allocation_counter.h"

namespace leadscan::bench {
namespace {

constexpr const char* kBold = "\033[1m";
constexpr const char* kDim = "\033[2m";
constexpr const char* kPlain = "\033[0m";

// Figures of a row, as they are in the table.
std::string figures(const Table& table, const Row& row) {
  const Measurement& m = row.measurement;
  const double nanoseconds = m.nanoseconds.value;
  char floor[16] = "-";
  if (!table.floors.empty())
    std::snprintf(floor, sizeof floor, "%.1f%%", 100 * table.floor_share(row));
  char ratio[16] = "-";
  if (row.ratio > 0) std::snprintf(ratio, sizeof ratio, "%.2f", row.ratio);
  char allocations[16] = "?";
  if (can_count_allocations())
    std::snprintf(allocations, sizeof allocations, "%.2f", m.allocations);
  char text[200];
  std::snprintf(text, sizeof text,
                "%8.2f%% %9.1f %9.3f %7.2f %7s %8s %8s %7" PRIu64 " %8" PRIu64 " %5.1f%%",
                100 * row.verification.share(), nanoseconds, 1e3 / nanoseconds,
                m.bytes_per_document() / nanoseconds, floor, allocations, ratio,
                row.verification.laxer, row.verification.stricter, 100 * m.deviation);
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
    case Setting::cached:
      return "a stream that caches hold";
  }
  return "";
}

std::string size_of(std::uint64_t bytes) {
  const bool mebibytes = bytes % (1024 * 1024) == 0;
  return std::to_string(bytes / (mebibytes ? 1024 * 1024 : 1024)) + (mebibytes ? " MiB" : " KiB");
}

void print_machine(const Manifest& manifest) {
  std::printf("%s, %u CPUs to use, microcode %s, governor %s, hypervisor: %s\n",
              manifest.cpu.c_str(), manifest.cpus, manifest.microcode.c_str(),
              manifest.governor.c_str(), manifest.hypervisor.c_str());
  std::string caches;
  for (const Manifest::Cache& cache : manifest.caches) {
    if (!caches.empty()) caches += ", ";
    caches += 'L' + std::to_string(cache.level);
    if (cache.type != "Unified") caches += cache.type == "Data" ? "d" : "i";
    caches += ' ' + size_of(cache.bytes);
    if (cache.shared_by > 1) caches += " of " + std::to_string(cache.shared_by) + " CPUs";
  }
  std::printf("caches: %s; load average at the start %.2f; reading the clock takes %.0f ns\n",
              caches.empty() ? kUnknown : caches.c_str(), manifest.load[0],
              manifest.timer_nanoseconds);
  std::printf("%s; %s; instructions up to %s\n", manifest.kernel.c_str(), manifest.compiler.c_str(),
              manifest.isa.c_str());
  std::printf("leadscan %s, commit %s%s\n", manifest.version.c_str(), manifest.commit.c_str(),
              manifest.dirty.value_or(false) ? " with changes" : "");
}

// "p50 12.3 [12.2, 12.4]"; the interval only where there is one.
std::string estimate_of(const Estimate& estimate, bool interval) {
  char text[80];
  if (interval && !std::isnan(estimate.low))
    std::snprintf(text, sizeof text, "%.1f [%.1f, %.1f]", estimate.value, estimate.low,
                  estimate.high);
  else
    std::snprintf(text, sizeof text, "%.1f", estimate.value);
  return text;
}

}  // namespace

bool is_terminal(int descriptor) { return isatty(descriptor) == 1; }

void print_header(const Options& options, const Manifest& manifest) {
  print_machine(manifest);
  std::set<std::string> libraries;
  for (const Manifest::Peer& peer : manifest.peers)
    if (!peer.parser.starts_with(kReference))
      libraries.insert(peer.library + ' ' + peer.version + " (" + peer.flags + ')');
  std::string list;
  for (const std::string& library : libraries) (list += list.empty() ? "" : ", ") += library;
  std::printf("beside %s\n", list.c_str());
  std::printf("seed %" PRIu64 ", preset %s\n\n", options.seed,
              std::string(name_of(options.preset)).c_str());
  std::printf("Medians of blocks, in turn, one thread, its CPU time; +-: median deviation.\n");
  std::printf(
      "accepted: of the corpus' documents; laxer, stricter: documents accepted that "
      "leadscan\nrefuses, and the reverse. What is faster than leadscan comes first. floor: share "
      "of the\nspeed at which the ends of lines alone are found in the same bytes.\n");
}

void print_acceptance(const Acceptance& acceptance) {
  std::size_t parsers = 0;
  double least = 1;
  double most = 0;
  for (const Acceptance::Parser& parser : acceptance.parsers) {
    if (!parser.note.empty()) continue;
    ++parsers;
    least = std::min(least, parser.verification.share());
    most = std::max(most, parser.verification.share());
  }
  std::printf("\n%s: %" PRIu64 " documents; %zu parsers read the same fields in them, and accept ",
              acceptance.corpus.c_str(), acceptance.documents, parsers);
  if (least == most)
    std::printf("%.2f %%.\n", 100 * most);
  else
    std::printf("%.2f to %.2f %%.\n", 100 * least, 100 * most);
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
                any->measurement.bytes_per_document());
  std::printf("\n%s%-22s %9s %9s %9s %7s %7s %8s %8s %7s %8s %6s%s\n", dim, "", "accepted",
              "ns/doc", "Mdocs/s", "GB/s", "floor", "allocs",
              table.baseline == kRival ? "x OnDem." : "ratio", "laxer", "stricter", "+-", plain);
  for (const Row& row : table.rows) {
    const bool reference = row.parser == kReference;
    std::printf("%s%-22s %s%s\n", reference ? bold : "", row.parser.c_str(),
                row.note.empty() ? figures(table, row).c_str() : ("  " + row.note).c_str(),
                reference ? plain : "");
  }
  for (const Row& row : table.floors) {
    const Measurement& m = row.measurement;
    std::printf("%s%-22s %9s %9.1f %9.3f %7.2f %6.1f%%%s\n", dim, row.parser.c_str(), "",
                m.nanoseconds.value, 1e3 / m.nanoseconds.value,
                m.bytes_per_document() / m.nanoseconds.value, 100 * table.floor_share(row), plain);
  }
  std::fflush(stdout);
}

void print_point(const Table& table) {
  const SweepPoint point = *sweep_point_of(table.corpus);
  if (point.value == point.sweep->values.front())
    std::printf("\n%s (%s), %s\n%12s  %-22s %9s %11s %8s %8s\n",
                std::string(point.sweep->title).c_str(), std::string(point.sweep->unit).c_str(),
                title_of(table.setting), std::string(point.sweep->name).c_str(), "", "accepted",
                "ns/doc", "GB/s", "+-");
  for (const Row& row : table.rows) {
    std::printf("%12" PRIu32 "  %-22s ", point.value, row.parser.c_str());
    const Measurement& m = row.measurement;
    if (row.note.empty())
      std::printf("%8.2f%% %11.1f %8.2f %7.1f%%\n", 100 * row.verification.share(),
                  m.nanoseconds.value, m.bytes_per_document() / m.nanoseconds.value,
                  100 * m.deviation);
    else
      std::printf(" %s\n", row.note.c_str());
  }
  std::fflush(stdout);
}

void print(const std::vector<ThreadCurve>& curves, const std::string& corpus) {
  std::printf(
      "\n%s, the stream by several threads, each its part; Mdocs/s, and how much of n times\n"
      "one thread's that is\n%-22s",
      corpus.c_str(), "");
  for (std::size_t n = 1; n <= curves.front().rates.size(); ++n) std::printf(" %14zu", n);
  std::printf("\n");
  for (const ThreadCurve& curve : curves) {
    std::printf("%-22s", curve.parser.c_str());
    for (unsigned n = 1; n <= curve.rates.size(); ++n)
      std::printf(" %8.3f %4.0f%%", 1e-6 * curve.rates[n - 1].value, 100 * curve.efficiency(n));
    std::printf("\n");
  }
  std::fflush(stdout);
}

void print_latencies(const Table& table) {
  bool any = false;
  for (const Row& row : table.rows) {
    for (const Latency& latency : row.measurement.latencies) {
      if (!any)
        std::printf("\n%-22s %7s %26s %9s %9s %9s\n", "  ns/doc, of", "calls", "p50 [95 % between]",
                    "p90", "p99", "p99.9");
      any = true;
      std::printf("%-22s %7u %26s %9s %9s %9s\n", row.parser.c_str(), latency.calls,
                  estimate_of(latency.p50, true).c_str(), estimate_of(latency.p90, false).c_str(),
                  estimate_of(latency.p99, false).c_str(),
                  estimate_of(latency.p999, false).c_str());
    }
  }
}

void print_summary(const Results& results) {
  bool compared = false;
  bool loses = false;
  for (const Table& table : results.tables) {
    if (table.find(kReference) == nullptr) continue;
    compared = true;
    for (const std::string& name : table.faster()) {
      if (!loses) std::printf("Where leadscan loses:\n");
      loses = true;
      std::printf("  %s, %s: %.1f ns a document, %s %.1f\n", table.corpus.c_str(),
                  std::string(name_of(table.setting)).c_str(),
                  table.find(kReference)->measurement.nanoseconds.value, name.c_str(),
                  table.find(name)->measurement.nanoseconds.value);
    }
  }
  if (compared && !loses) std::printf("leadscan loses in none of these tables.\n");
  if (results.manifest.shared)
    std::printf("This machine looks shared: compare ratios, not nanoseconds.\n");
  for (const std::string& warning : results.manifest.warnings)
    std::printf("warning: %s\n", warning.c_str());
}

}  // namespace leadscan::bench
