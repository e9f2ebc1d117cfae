// compare: leadscan beside the parsers people use, on the same responses.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "bench/compare_input.h"
#include "bench/compare_json.h"
#include "bench/compare_options.h"
#include "bench/compare_report.h"
#include "bench/compare_results.h"
#include "bench/compare_threads.h"
#include "bench/compare_timing.h"
#include "bench/compare_verify.h"
#include "bench/floors.h"
#include "bench/manifest.h"
#include "bench/parsers/parsers.h"
#include "bench/plugin.h"
#include "bench/profile_json.h"
#include "corpus/corpus.h"

namespace leadscan::bench {
namespace {

constexpr bool kOptimised =
#if defined(NDEBUG) && defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
    true;
#else
    false;
#endif

int fail(const std::string& message, int status) {
  std::fprintf(stderr, "compare: %s\n", message.c_str());
  return status;
}

// One line on standard error that replaces itself, for people only.
class Progress {
 public:
  Progress() : visible_(is_terminal(2)) {}
  ~Progress() { clear(); }
  void show(const std::string& what, double done) {
    if (!visible_) return;
    std::fprintf(stderr, "\r\033[K%s %3.0f%%", what.c_str(), 100 * done);
    std::fflush(stderr);
  }
  void clear() {
    if (visible_) std::fprintf(stderr, "\r\033[K");
  }

 private:
  bool visible_;
};

// What is not read of the file is told at once, and in `warnings`.
std::optional<corpus::Corpus> read_file(const Options& options, std::vector<std::string>& warnings,
                                        std::string& error) {
  std::optional<Input> input = read_input(options, error);
  if (!input) return std::nullopt;
  for (std::string& warning : input->warnings()) {
    std::fprintf(stderr, "compare: %s\n", warning.c_str());
    warnings.push_back(std::move(warning));
  }
  corpus::Corpus corpus = corpus::corpus_from(std::move(input->text));
  if (!corpus.documents.empty()) return corpus;
  error = options.file + " holds no documents";
  return std::nullopt;
}

// Of the given corpus: as many documents as the settings need.
std::optional<corpus::Corpus> get_corpus(const std::string& name, const Options& options,
                                         const Effort& effort, std::vector<std::string>& warnings,
                                         std::string& error) {
  if (name == "file") return read_file(options, warnings, error);
  if (name == "profile")
    return corpus_from_profile_file(resolve_path(options.from_profile), options.seed, error);
  if (const std::optional<SweepPoint> point = sweep_point_of(name)) {
    corpus::Limit limit;
    limit.documents = effort.pool;
    limit.bytes = effort.stream_bytes;
    return corpus::make_sweep(*point->sweep, point->value, options.seed, limit);
  }
  const auto asked = [&](Setting setting) {
    return std::count(options.settings.begin(), options.settings.end(), setting) != 0;
  };
  corpus::Limit limit;
  if (asked(Setting::stream)) {
    limit.bytes = effort.stream_bytes;  // more than the pool
  } else {
    limit.documents = asked(Setting::document) ? effort.pool : effort.trained;
  }
  return corpus::make_corpus(*corpus::kind_of(name), options.seed, limit);
}

std::string note_of(const Adapter& adapter, const Verification& verification) {
  if (!adapter.unavailable().empty()) return "unavailable: " + std::string(adapter.unavailable());
  if (verification.failed_at)
    return "fails at document " + std::to_string(*verification.failed_at) + ": " +
           verification.failure;
  return {};
}

// Verifies that all parsers read a corpus alike; false with a message in `error` if they do not, or
// if there is nothing in it to read.
bool accept(const std::string& name, const corpus::Corpus& corpus,
            const std::vector<std::unique_ptr<Adapter>>& adapters, Acceptance& acceptance,
            Progress& progress, std::string& error) {
  const std::unique_ptr<Adapter> reference = make_leadscan();
  acceptance.corpus = name;
  acceptance.documents = corpus.documents.size();
  acceptance.bytes = corpus.size;
  for (const std::unique_ptr<Adapter>& adapter : adapters) {
    progress.show(
        name + ": verifying " + std::string(adapter->name()),
        static_cast<double>(acceptance.parsers.size()) / static_cast<double>(adapters.size()));
    Acceptance::Parser parser;
    parser.name = adapter->name();
    if (adapter->unavailable().empty()) parser.verification = verify(*adapter, *reference, corpus);
    parser.note = note_of(*adapter, parser.verification);
    progress.clear();
    if (!parser.verification.mismatch.empty()) {
      error = name + ": " + parser.verification.mismatch;
      return false;
    }
    acceptance.parsers.push_back(std::move(parser));
  }
  error = acceptance.error();
  return error.empty();
}

// The first documents of a corpus, as many as half of an L2 cache of today holds.
corpus::Corpus cached_part_of(const corpus::Corpus& corpus) {
  constexpr std::size_t kBytes = 256 * 1024;
  std::size_t end = 0;
  for (const corpus::Corpus::Extent& document : corpus.documents) {
    if (end != 0 && document.offset + document.length > kBytes) break;
    end = document.offset + document.length;
  }
  return corpus::corpus_from(std::string(corpus.text().substr(0, end)) + '\n');
}

Table compare(const Acceptance& acceptance, const corpus::Corpus& corpus, Setting setting,
              const std::vector<std::unique_ptr<Adapter>>& adapters, const Options& options,
              const Effort& effort, Progress& progress) {
  Table table;
  table.corpus = acceptance.corpus;
  table.setting = setting;
  table.baseline = options.pair ? options.parsers[1] : std::string(kRival);
  std::vector<Adapter*> contestants;
  for (std::size_t i = 0; i < adapters.size(); ++i) {
    if (!is_stream(setting) && adapters[i]->stream_only()) continue;
    Row row;
    row.parser = adapters[i]->name();
    row.note = acceptance.parsers[i].note;
    row.verification = acceptance.parsers[i].verification;
    if (row.note.empty()) contestants.push_back(adapters[i].get());
    table.rows.push_back(std::move(row));
  }
  const std::vector<std::unique_ptr<Adapter>> floors = sweep_point_of(table.corpus)
                                                           ? std::vector<std::unique_ptr<Adapter>>()
                                                           : make_floors(corpus.documents.size());
  for (const std::unique_ptr<Adapter>& floor : floors) {
    contestants.push_back(floor.get());
    table.floors.emplace_back().parser = floor->name();
  }
  const std::string what = table.corpus + ", " + std::string(name_of(setting));
  std::vector<Measurement> measurements =
      measure(contestants, corpus, setting, effort,
              [&](double done) { progress.show(what + ": timing", done); });
  std::size_t next = 0;
  for (Row& row : table.rows)
    if (row.note.empty()) row.measurement = std::move(measurements[next++]);
  for (Row& floor : table.floors) floor.measurement = std::move(measurements[next++]);
  if (const Row* const found = table.find(table.baseline)) {
    for (Row& row : table.rows)
      if (row.note.empty()) row.ratio = paired_ratio(found->measurement, row.measurement);
  }
  table.sort_rows();
  progress.clear();
  return table;
}

// The parsers that the options ask for; false with a message in `error` if one is not to be had.
bool make_parsers(const Options& options, std::vector<std::unique_ptr<Adapter>>& adapters,
                  std::string& error) {
  adapters = make_all(options.isa);
  for (const std::string& path : options.peers) {
    if (!load_plugins(resolve_path(path), adapters, error)) return false;
  }
  if (options.parsers.empty()) return true;
  for (std::unique_ptr<Adapter>& path : make_leadscan_paths(options.isa))
    adapters.push_back(std::move(path));
  std::vector<std::unique_ptr<Adapter>> chosen;
  for (const std::string& name : options.parsers) {
    const auto found = std::find_if(adapters.begin(), adapters.end(), [&](const auto& adapter) {
      return adapter != nullptr && adapter->name() == name;
    });
    if (found == adapters.end()) {
      error = "no parser '" + name + "'";
      return false;
    }
    chosen.push_back(std::move(*found));
  }
  adapters = std::move(chosen);
  return true;
}

// Those that can read the corpus, on more and more threads; none with a message in `error`.
std::vector<ThreadCurve> compare_threads(const Acceptance& acceptance, const corpus::Corpus& corpus,
                                         const Options& options, const Effort& effort,
                                         Progress& progress, std::string& error) {
  std::vector<std::vector<std::unique_ptr<Adapter>>> parsers(options.threads);
  for (std::vector<std::unique_ptr<Adapter>>& of_thread : parsers) {
    std::vector<std::unique_ptr<Adapter>> all;
    if (!make_parsers(options, all, error)) return {};
    for (std::size_t i = 0; i < all.size(); ++i)
      if (acceptance.parsers[i].note.empty()) of_thread.push_back(std::move(all[i]));
  }
  std::vector<ThreadCurve> curves = measure_threads(
      acceptance.corpus, corpus, parsers, effort,
      [&](double done) { progress.show(acceptance.corpus + ", threads: timing", done); });
  progress.clear();
  return curves;
}

// simdjson chooses its kernel by this variable, the first time one is needed.
void limit_simdjson(Isa isa) {
  if (isa != Isa::avx512)
    setenv("SIMDJSON_FORCE_IMPLEMENTATION", isa == Isa::avx2 ? "haswell" : "westmere", 1);
}

// Which of leadscan's tiers read the documents, from a parser that has seen nothing else.
void print_tiers(const corpus::Corpus& corpus, Setting setting, const Options& options,
                 const Effort& effort) {
  const std::unique_ptr<Adapter> leadscan = make_leadscan(Path::learned, options.isa);
  if (is_stream(setting)) {
    leadscan->run_stream({corpus.text().data(), corpus.size, corpus.capacity()});
  } else {
    std::vector<Document> documents = documents_of(corpus);
    if (setting == Setting::trained) documents.resize(std::min(documents.size(), effort.trained));
    // Twice: the first time is for learning.
    for (int time = 0; time < 2; ++time) leadscan->run_documents(documents);
  }
  std::printf("leadscan (%s): %s\n\n", std::string(name_of(best_isa(options.isa))).c_str(),
              leadscan->details().c_str());
}

const Effort& effort_of(Preset preset) {
  switch (preset) {
    case Preset::quick:
      return kQuickEffort;
    case Preset::normal:
      return kNormalEffort;
    case Preset::full:
      break;
  }
  return kFullEffort;
}

int run(const Options& options) {
  std::string error;
  limit_simdjson(options.isa);
  std::vector<std::unique_ptr<Adapter>> adapters;
  if (!make_parsers(options, adapters, error)) return fail(error, 2);
  const bool colour = is_terminal(1);
  Progress progress;
  Results results;
  results.options = options;
  results.manifest = gather_manifest(adapters, options.isa);
  const CpuTicks before = cpu_ticks();
  std::vector<std::string> warnings;  // of the input

  if (!options.json.empty() && !std::ofstream(resolve_path(options.json), std::ios::app))
    return fail("cannot write " + options.json + ": " + std::generic_category().message(errno), 1);
  print_header(options, results.manifest);
  progress.show("the board", 0);
  results.board = make_board(adapters, *make_leadscan());
  progress.clear();
  for (const std::string& name : options.corpora) {
    if (options.board) break;
    const bool is_sweep = sweep_point_of(name).has_value();
    const Effort& usual = effort_of(options.preset);
    const Effort effort = is_sweep ? usual.of_sweep() : usual;
    progress.show(name + ": making it", 0);
    const std::optional<corpus::Corpus> corpus = get_corpus(name, options, effort, warnings, error);
    if (!corpus) return fail(error, 1);
    Acceptance acceptance;
    if (!accept(name, *corpus, adapters, acceptance, progress, error)) return fail(error, 1);
    if (!is_sweep) print_acceptance(acceptance);
    for (const Setting setting : options.settings) {
      const std::optional<corpus::Corpus> part =
          setting == Setting::cached ? std::optional(cached_part_of(*corpus)) : std::nullopt;
      results.tables.push_back(compare(acceptance, part ? *part : *corpus, setting, adapters,
                                       options, effort, progress));
      if (is_sweep) {
        print_point(results.tables.back());
        continue;
      }
      print(results.tables.back(), colour);
      print_latencies(results.tables.back());
      print_tiers(part ? *part : *corpus, setting, options, effort);
    }
    if (options.threads > 0 && !is_sweep) {
      const std::vector<ThreadCurve> curves =
          compare_threads(acceptance, *corpus, options, effort, progress, error);
      if (curves.empty()) return fail(error, 1);
      print(curves, name);
      results.threads.insert(results.threads.end(), curves.begin(), curves.end());
    }
    results.corpora.push_back(std::move(acceptance));
  }
  const CpuTicks after = cpu_ticks();
  const auto ticks = static_cast<double>(std::max<std::uint64_t>(after.all - before.all, 1));
  results.judge_manifest(static_cast<double>(after.stolen - before.stolen) / ticks);
  results.manifest.warnings.insert(results.manifest.warnings.begin(), warnings.begin(),
                                   warnings.end());
  results.sort_tables();
  print(results.board, colour);
  std::printf("\n");
  print_summary(results);
  if (!options.json.empty() && !write_json(resolve_path(options.json), results, error))
    return fail(error, 1);
  return 0;
}

// Only what is known of the file without its values.
int save(const Options& options) {
  std::string error;
  std::vector<std::string> warnings;
  const std::optional<corpus::Corpus> corpus = read_file(options, warnings, error);
  if (!corpus || !save_profile(resolve_path(options.save_profile), *corpus, error))
    return fail(error, 1);
  std::printf("%s: what is known of %zu documents, %zu bytes, without a value of them\n",
              options.save_profile.c_str(), corpus->documents.size(), corpus->size);
  return 0;
}

}  // namespace
}  // namespace leadscan::bench

int main(int argc, char** argv) {
  using namespace leadscan::bench;
  Options options;
  std::string error;
  if (!parse_options(argc, argv, options, error)) return fail(error, 2);
  if (options.help) {
    std::fwrite(usage().data(), 1, usage().size(), stdout);
    return 0;
  }
  if (!options.save_profile.empty()) return save(options);
  if (!kOptimised)
    return fail(
        "this is a debug or sanitizer build, whose figures mean nothing: "
        "build it with -c opt",
        2);
  return run(options);
}
