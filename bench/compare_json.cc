#include "bench/compare_json.h"

#include <benchmark/benchmark.h>

#include <cerrno>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>
#include <vector>

#include "bench/allocation_counter.h"

namespace leadscan::bench {
namespace {

using Json = nlohmann::ordered_json;
using Run = benchmark::BenchmarkReporter::Run;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr Estimate kNothing = {kNan, kNan, kNan};

// JSON has no NaN.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

void put(Json& object, const std::string& name, const Estimate& estimate) {
  object[name] = number(estimate.value);
  object[name + "_low"] = number(estimate.low);
  object[name + "_high"] = number(estimate.high);
}

void put_interval(Json& object, const Estimate& nanoseconds) {
  object["ns_per_document"] = number(nanoseconds.value);
  object["ns_low"] = number(nanoseconds.low);
  object["ns_high"] = number(nanoseconds.high);
}

Run run_of(const Table& table, const Row& row, std::size_t family) {
  Run run;
  run.run_name.function_name =
      table.corpus + '/' + std::string(name_of(table.setting)) + '/' + row.parser;
  run.family_index = static_cast<std::int64_t>(family);
  run.per_family_instance_index = 0;
  run.repetition_index = 0;
  run.repetitions = static_cast<std::int64_t>(row.measurement.blocks.size());
  run.time_unit = benchmark::kNanosecond;
  return run;
}

// Of each row a run for each block, then one for the median.
std::vector<Run> runs_of(const Table& table, const Row& row, std::size_t family) {
  Run run = run_of(table, row, family);
  if (!row.note.empty()) {
    run.repetitions = 1;
    run.error_occurred = true;
    run.error_message = row.note;
    return {run};
  }
  std::vector<Run> runs;
  for (const Block& block : row.measurement.blocks) {
    run.iterations = static_cast<benchmark::IterationCount>(block.documents);
    run.real_accumulated_time = block.wall_seconds;
    run.cpu_accumulated_time = block.cpu_seconds;
    runs.push_back(run);
    ++run.repetition_index;
  }
  run.run_type = Run::RT_Aggregate;
  run.aggregate_name = "median";
  run.aggregate_unit = benchmark::kTime;
  run.repetition_index = 0;
  run.iterations = 1;
  run.real_accumulated_time = 1e-9 * row.measurement.wall_nanoseconds;
  run.cpu_accumulated_time = 1e-9 * row.measurement.nanoseconds.value;
  runs.push_back(run);
  return runs;
}

// What Google's format says of a row, and more.
void complete(Json& entry, const Table& table, const Row& row) {
  entry["corpus"] = table.corpus;
  entry["setting"] = name_of(table.setting);
  entry["parser"] = row.parser;
  if (!row.note.empty()) return;
  if (entry["run_type"] != "aggregate") {
    const std::size_t index = entry["repetition_index"];
    entry["round"] = row.measurement.blocks[index].round;
    return;
  }
  const Measurement& measured = row.measurement;
  const double bytes = measured.bytes_per_document();
  put_interval(entry, measured.nanoseconds);
  entry["documents_per_second"] = 1e9 / measured.nanoseconds.value;
  entry["bytes_per_second"] = 1e9 * bytes / measured.nanoseconds.value;
  entry["bytes_per_document"] = bytes;
  if (!table.floors.empty()) entry["floor_share"] = table.floor_share(row);
  if (can_count_allocations()) entry["allocs_per_document"] = measured.allocations;
  if (row.ratio > 0) {
    entry["baseline"] = table.baseline;
    entry["ratio"] = row.ratio;
  }
  entry["rounds"] = measured.blocks.size();
  entry["relative_deviation"] = measured.deviation;
  const Verification& verification = row.verification;
  entry["documents"] = verification.documents;
  entry["accepted"] = verification.accepted;
  entry["accepted_share"] = number(verification.share());
  entry["laxer"] = verification.laxer;
  entry["stricter"] = verification.stricter;
  if (row.parser == kReference) entry["loses"] = table.faster();
}

Json manifest_of(const Manifest& manifest) {
  Json json;
  json["cpu"] = manifest.cpu;
  json["microcode"] = manifest.microcode;
  json["governor"] = manifest.governor;
  json["kernel"] = manifest.kernel;
  json["hypervisor"] = manifest.hypervisor;
  json["cpus"] = manifest.cpus;
  json["caches"] = Json::array();
  for (const Manifest::Cache& cache : manifest.caches)
    json["caches"].push_back({{"level", cache.level},
                              {"type", cache.type},
                              {"bytes", cache.bytes},
                              {"shared_by", cache.shared_by}});
  json["isa"] = manifest.isa;
  json["compiler"] = manifest.compiler;
  json["version"] = manifest.version;
  json["commit"] = manifest.commit;
  json["dirty"] = manifest.dirty ? Json(*manifest.dirty) : Json(nullptr);
  json["peers"] = Json::array();
  for (const Manifest::Peer& peer : manifest.peers)
    json["peers"].push_back({{"parser", peer.parser},
                             {"library", peer.library},
                             {"version", peer.version},
                             {"flags", peer.flags}});
  json["load_average"] = manifest.load;
  json["spread"] = manifest.spread;
  json["shared"] = manifest.shared;
  json["warnings"] = manifest.warnings;
  json["timer_ns"] = manifest.timer_nanoseconds;
  return json;
}

Json corpus_of(const Acceptance& acceptance) {
  Json json;
  json["corpus"] = acceptance.corpus;
  json["documents"] = acceptance.documents;
  json["bytes"] = acceptance.bytes;
  json["acceptance"] = Json::array();
  for (const Acceptance::Parser& parser : acceptance.parsers) {
    const Verification& verification = parser.verification;
    const bool known = parser.note.empty();
    json["acceptance"].push_back({{"parser", parser.name},
                                  {"accepted", known ? Json(verification.accepted) : Json(nullptr)},
                                  {"share", known ? number(verification.share()) : Json(nullptr)},
                                  {"laxer", verification.laxer},
                                  {"stricter", verification.stricter},
                                  {"note", parser.note}});
  }
  return json;
}

Json floors_of(const std::vector<Table>& tables) {
  Json json = Json::array();
  for (const Table& table : tables) {
    for (const Row& row : table.floors) {
      const Measurement& measured = row.measurement;
      Json entry;
      entry["corpus"] = table.corpus;
      entry["setting"] = name_of(table.setting);
      entry["floor"] = row.parser;
      put_interval(entry, measured.nanoseconds);
      entry["gigabytes_per_second"] = measured.bytes_per_document() / measured.nanoseconds.value;
      json.push_back(std::move(entry));
    }
  }
  return json;
}

Json threads_of(const std::vector<ThreadCurve>& curves) {
  Json json = Json::array();
  for (const ThreadCurve& curve : curves) {
    Json entry;
    entry["corpus"] = curve.corpus;
    entry["parser"] = curve.parser;
    entry["points"] = Json::array();
    for (unsigned n = 1; n <= curve.rates.size(); ++n) {
      Json point;
      point["threads"] = n;
      put(point, "documents_per_second", curve.rates[n - 1]);
      point["efficiency"] = curve.efficiency(n);
      entry["points"].push_back(std::move(point));
    }
    json.push_back(std::move(entry));
  }
  return json;
}

Json latency_of(const std::vector<Table>& tables) {
  Json json = Json::array();
  for (const Table& table : tables) {
    for (const Row& row : table.rows) {
      for (const Latency& latency : row.measurement.latencies) {
        Json entry;
        entry["corpus"] = table.corpus;
        entry["setting"] = name_of(table.setting);
        entry["parser"] = row.parser;
        entry["kind"] = latency.calls == 1 ? "call" : "block";
        entry["calls"] = latency.calls;
        entry["samples"] = latency.samples;
        put(entry, "p50", latency.p50);
        put(entry, "p90", latency.p90);
        put(entry, "p99", latency.p99);
        put(entry, "p999", latency.p999);
        json.push_back(std::move(entry));
      }
    }
  }
  return json;
}

Json point_of(const Table& table, const Row& row, std::uint32_t value) {
  Json json;
  json["x"] = value;
  json["corpus"] = table.corpus;
  json["parser"] = row.parser;
  const bool known = row.note.empty();
  const Measurement& measured = row.measurement;
  put_interval(json, known ? measured.nanoseconds : kNothing);
  json["gigabytes_per_second"] =
      known ? number(measured.bytes_per_document() / measured.nanoseconds.value) : Json(nullptr);
  json["bytes_per_document"] = known ? number(measured.bytes_per_document()) : Json(nullptr);
  json["accepted_share"] = known ? number(row.verification.share()) : Json(nullptr);
  json["note"] = row.note;
  return json;
}

// Of each sweep and setting an element, with its points by their values.
Json sweeps_of(const std::vector<Table>& tables) {
  Json json = Json::array();
  for (const corpus::Sweep& sweep : corpus::sweeps()) {
    for (const Setting setting : kSettings) {
      std::map<std::uint32_t, const Table*> points;
      for (const Table& table : tables) {
        const std::optional<SweepPoint> point = sweep_point_of(table.corpus);
        if (point && point->sweep == &sweep && table.setting == setting)
          points[point->value] = &table;
      }
      if (points.empty()) continue;
      Json entry;
      entry["sweep"] = sweep.name;
      entry["title"] = sweep.title;
      entry["unit"] = sweep.unit;
      entry["setting"] = name_of(setting);
      entry["scale"] = sweep.logarithmic ? "log" : "linear";
      entry["points"] = Json::array();
      for (const auto& [value, table] : points)
        for (const Row& row : table->rows) entry["points"].push_back(point_of(*table, row, value));
      json.push_back(std::move(entry));
    }
  }
  return json;
}

Json board_of(const Board& board) {
  Json json;
  json["cases"] = Json::array();
  json["parsers"] = board.parsers;
  json["answers"] = Json::array();
  json["details"] = Json::array();
  for (std::size_t i = 0; i < board.cases.size(); ++i) {
    const BoardCase& tested = board.cases[i];
    json["cases"].push_back({{"case", tested.name},
                             {"group", tested.group},
                             {"text", shown(tested.text)},
                             {"bytes", tested.text.size()},
                             {"right", name_of(tested.right)},
                             {"why", tested.why}});
    Json answers = Json::array();
    Json details = Json::array();
    for (const Board::Entry& entry : board.entries[i]) {
      answers.push_back(name_of(entry.answer));
      details.push_back(entry.detail);
    }
    json["answers"].push_back(std::move(answers));
    json["details"].push_back(std::move(details));
  }
  return json;
}

// What Google's reporter writes; `rows` gets for each entry what it is of.
Json google_of(const Results& results, std::vector<std::pair<const Table*, const Row*>>& rows) {
  const Options& options = results.options;
  benchmark::BenchmarkReporter::Context::executable_name = "compare";
  std::vector<Run> runs;
  std::size_t family = 0;
  for (const Table& table : results.tables) {
    for (const Row& row : table.rows) {
      for (Run& run : runs_of(table, row, family)) {
        rows.emplace_back(&table, &row);
        runs.push_back(std::move(run));
      }
      ++family;
    }
  }
  std::ostringstream text;
  benchmark::JSONReporter reporter;
  reporter.SetOutputStream(&text);
  reporter.ReportContext(benchmark::BenchmarkReporter::Context());
  if (!runs.empty()) reporter.ReportRuns(runs);
  reporter.Finalize();
  Json json = Json::parse(text.str());
  Json& context = json["context"];
  context["seed"] = std::to_string(options.seed);
  context["preset"] = name_of(options.preset);
  context["parsers"] = options.pair ? "pair" : options.parsers.empty() ? "all" : "some";
  context["statistic"] = "medians of blocks in turn; an iteration is a document";
  context["manifest"] = manifest_of(results.manifest);
  return json;
}

}  // namespace

bool write_json(const std::string& path, const Results& results, std::string& error) {
  std::vector<std::pair<const Table*, const Row*>> rows;
  Json json = google_of(results, rows);
  for (std::size_t i = 0; i < rows.size(); ++i)
    complete(json["benchmarks"][i], *rows[i].first, *rows[i].second);
  Json& own = json["leadscan"];
  own["format"] = 1;
  own["corpora"] = Json::array();
  for (const Acceptance& acceptance : results.corpora)
    own["corpora"].push_back(corpus_of(acceptance));
  own["floors"] = floors_of(results.tables);
  own["threads"] = threads_of(results.threads);
  own["latency"] = latency_of(results.tables);
  own["sweeps"] = sweeps_of(results.tables);
  own["board"] = board_of(results.board);

  std::ofstream file(path, std::ios::binary);
  file << json.dump(1) << '\n';
  file.close();
  if (file) return true;
  error = "cannot write " + path + ": " + std::generic_category().message(errno);
  return false;
}

}  // namespace leadscan::bench
