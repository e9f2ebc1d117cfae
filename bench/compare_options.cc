#include "bench/compare_options.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "audit/judge/envelope.h"
#include "audit/judge/log_presets.h"
#include "corpus/corpus.h"

namespace leadscan::bench {
namespace {

constexpr std::string_view kUsage =
    "Usage: compare [OPTION]...\n"
    "Runs the same responses through leadscan and the parsers people use, checks that\n"
    "all read the same fields, and compares their speed.\n"
    "\n"
    "  --quick             smaller corpora and fewer rounds: half a minute\n"
    "  --full              more rounds, cached and --threads, too: within the hour\n"
    "  --board             only what each parser makes of tricky documents: no times\n"
    "  --json=FILE         also write the figures, in Google Benchmark's format\n"
    "  --corpus=NAME,...   of uniform, mixed, adversarial (default: all three)\n"
    "  --sweep=NAME,...    corpora that differ in one thing, from little to much of it: size,\n"
    "                      malformed, failures, escapes, non_ascii, extras, layouts,\n"
    "                      lengths, order, white_space; by calls unless --setting says\n"
    "                      more. One point alone is --corpus=size=1000\n"
    "  --setting=NAME,...  document: a call each, copied to a receive buffer, of a pool\n"
    "                      that never comes in the same order again; trained: 2,000 in\n"
    "                      the same order, which branch predictors memorise; stream: the\n"
    "                      whole NDJSON text (default: these three); cached: 256 KiB of it,\n"
    "                      again and again\n"
    "  --threads=N         also streams by one thread, two, ..., N at once\n"
    "  --parsers=NAME,...  only these; the table of a run without it names all but\n"
    "                      leadscan_tokens, leadscan_ondemand and leadscan_strict, which\n"
    "                      are leadscan without its faster paths, and leadscan_columns, the\n"
    "                      columnar reader alone (AVX-512)\n"
    "  --pair=A,B          only these two, in turn: others disturb the caches, and hide\n"
    "                      the ratio of A to B\n"
    "  --file=PATH         a log of your own, or a directory of them, as the corpus 'file':\n"
    "                      whatever `leadscan check` reads; without --corpus the only one\n"
    "  --log=KIND          its kind, as for `leadscan check`\n"
    "  --at=POINTER        JSON Pointer of the member of its records that has the response\n"
    "  --save-profile=PATH write what is known of --file without any of its values, and do\n"
    "                      nothing else: for a benchmark of a log that nobody may see\n"
    "  --from-profile=PATH a corpus made of such a file, as the corpus 'profile'; --seed\n"
    "                      says which\n"
    "  --peer=PATH         also a parser in a shared object (bench/peer.h), or all in a folder\n"
    "                      (//bench/peers:build makes those in Rust and Go); may be given\n"
    "                      several times\n"
    "  --isa=NAME          portable, avx2 or avx512: leadscan and simdjson use at most this\n"
    "  --seed=N            of the corpora (default: 1)\n"
    "  --help\n";

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> items;
  for (;;) {
    const std::size_t comma = list.find(',');
    items.emplace_back(list.substr(0, comma));
    if (comma == list.npos) return items;
    list.remove_prefix(comma + 1);
  }
}

bool add_corpora(Options& options, std::string_view value) {
  for (std::string& name : split(value)) {
    if (name != "file" && name != "profile" && !corpus::kind_of(name) && !sweep_point_of(name))
      return false;
    options.corpora.push_back(std::move(name));
  }
  return true;
}

bool add_sweeps(Options& options, std::string_view value) {
  for (const std::string& name : split(value)) {
    const corpus::Sweep* const sweep = corpus::find_sweep(name);
    if (sweep == nullptr) return false;
    for (const std::uint32_t point : sweep->values)
      options.corpora.push_back(name + '=' + std::to_string(point));
  }
  return true;
}

template <typename Number>
bool set_number(Number& number, std::string_view value) {
  const char* const end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, number);
  return error == std::errc() && stop == end;
}

bool set_settings(Options& options, std::string_view value) {
  options.settings.clear();
  for (const std::string& name : split(value)) {
    std::optional<Setting> found;
    for (const Setting setting : kSettings)
      if (name_of(setting) == name) found = setting;
    if (!found) return false;
    options.settings.push_back(*found);
  }
  return true;
}

bool set(Options& options, std::string_view argument) {
  if (argument == "--help") return options.help = true;
  if (argument == "--board") return options.board = true;
  if (argument == "--quick" || argument == "--full") {
    options.preset = argument == "--quick" ? Preset::quick : Preset::full;
    return true;
  }
  const std::size_t equals = argument.find('=');
  if (equals == argument.npos || equals + 1 == argument.size()) return false;
  const std::string_view name = argument.substr(0, equals);
  const std::string_view value = argument.substr(equals + 1);
  if (name == "--corpus") return add_corpora(options, value);
  if (name == "--sweep") return add_sweeps(options, value);
  if (name == "--setting") return set_settings(options, value);
  if (name == "--parsers") {
    options.parsers = split(value);
    options.pair = false;
    return true;
  }
  if (name == "--pair") {
    options.parsers = split(value);
    options.pair = true;
    return options.parsers.size() == 2 && options.parsers[0] != options.parsers[1];
  }
  if (name == "--peer") {
    options.peers.emplace_back(value);
    return true;
  }
  if (name == "--file") {
    options.file = value;
    return true;
  }
  if (name == "--log") {
    options.log = value;
    return audit::find_preset(value) != nullptr;
  }
  if (name == "--at") {
    options.at = value;
    std::vector<std::string> tokens;
    return audit::parse_pointer(value, tokens);
  }
  if (name == "--save-profile") {
    options.save_profile = value;
    return true;
  }
  if (name == "--from-profile") {
    options.from_profile = value;
    return true;
  }
  if (name == "--json") {
    options.json = value;
    return true;
  }
  if (name == "--isa") {
    for (const Isa isa : {Isa::portable, Isa::avx2, Isa::avx512})
      if (name_of(isa) == value) {
        options.isa = isa;
        return has_isa(isa);
      }
    return false;
  }
  if (name == "--seed") return set_number(options.seed, value);
  if (name == "--threads") return set_number(options.threads, value) && options.threads > 0;
  return false;
}

}  // namespace

std::string_view name_of(Setting setting) {
  switch (setting) {
    case Setting::document:
      return "document";
    case Setting::trained:
      return "trained";
    case Setting::stream:
      return "stream";
    case Setting::cached:
      return "cached";
  }
  return {};
}

std::optional<SweepPoint> sweep_point_of(std::string_view corpus) {
  const std::size_t equals = corpus.find('=');
  if (equals == corpus.npos) return std::nullopt;
  SweepPoint point;
  point.sweep = corpus::find_sweep(corpus.substr(0, equals));
  const char* const end = corpus.data() + corpus.size();
  const auto [stop, error] = std::from_chars(corpus.data() + equals + 1, end, point.value);
  if (point.sweep == nullptr || error != std::errc() || stop != end) return std::nullopt;
  return point;
}

std::string_view name_of(Preset preset) {
  switch (preset) {
    case Preset::quick:
      return "quick";
    case Preset::normal:
      return "default";
    case Preset::full:
      return "full";
  }
  return {};
}

std::string_view usage() { return kUsage; }

bool parse_options(int argc, const char* const* argv, Options& options, std::string& error) {
  for (int i = 1; i < argc; ++i) {
    if (set(options, argv[i])) continue;
    error = std::string("cannot use '") + argv[i] + "'; see --help";
    return false;
  }
  if (options.settings.empty()) {
    const bool sweeps = std::any_of(options.corpora.begin(), options.corpora.end(),
                                    [](const auto& name) { return sweep_point_of(name); });
    if (sweeps)
      options.settings = {Setting::document};
    else
      options.settings.assign(std::begin(kSettings), options.preset == Preset::full
                                                         ? std::end(kSettings)
                                                         : kSettings + kUsualSettings);
  }
  if (options.preset == Preset::full && options.threads == 0)
    options.threads = std::thread::hardware_concurrency();
  const bool has_file = !options.file.empty();
  const bool has_profile = !options.from_profile.empty();
  if (options.corpora.empty()) {
    if (has_file) options.corpora.emplace_back("file");
    if (has_profile) options.corpora.emplace_back("profile");
  }
  if (options.corpora.empty()) {
    for (const corpus::Kind kind : corpus::kKinds) options.corpora.emplace_back(name_of(kind));
  }
  if (!has_file && !(options.log.empty() && options.at.empty() && options.save_profile.empty())) {
    error = "--log, --at and --save-profile need --file=PATH";
    return false;
  }
  for (const std::string& name : options.corpora) {
    if (name == "file" && !has_file) error = "--corpus=file needs --file=PATH";
    if (name == "profile" && !has_profile) error = "--corpus=profile needs --from-profile=PATH";
  }
  return error.empty();
}

std::string resolve_path(const std::string& path) {
  const char* directory = std::getenv("BUILD_WORKING_DIRECTORY");
  if (directory == nullptr || path.starts_with('/')) return path;
  return std::string(directory) + '/' + path;
}

}  // namespace leadscan::bench
