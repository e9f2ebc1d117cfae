// The command line of //bench:compare.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "corpus/sweeps.h"
#include "leadscan/isa.h"

namespace leadscan::bench {

enum class Setting : std::uint8_t {
  document,  // a call for each document, of which none comes again in the same order: a gateway
  trained,   // a call for each of a few documents, again and again: branch predictors know them
  stream,    // an NDJSON text from end to end: an archive
  cached,    // a short one, again and again: memory does not count, and predictors know it
};
inline constexpr Setting kSettings[] = {Setting::document, Setting::trained, Setting::stream,
                                        Setting::cached};
inline constexpr std::size_t kUsualSettings = 3;  // the first ones: of a run that names none
std::string_view name_of(Setting setting);
constexpr bool is_stream(Setting setting) {
  return setting == Setting::stream || setting == Setting::cached;
}

enum class Preset : std::uint8_t { quick, normal, full };
std::string_view name_of(Preset preset);

struct Options {
  bool help = false;
  Preset preset = Preset::normal;
  // Names of corpus::Kind, points of sweeps ("size=1000"), "file", which is `file`, and "profile",
  // which is made of `from_profile`.
  std::vector<std::string> corpora;
  std::vector<Setting> settings;
  std::vector<std::string> parsers;  // in the order of the table; empty: all
  bool pair = false;                 // `parsers` are two that alternate alone
  std::vector<std::string> peers;    // plug-ins
  std::string file;
  std::string log;           // of `file`, as of `leadscan check`: the name of a preset
  std::string at;            // a JSON Pointer
  std::string save_profile;  // nothing but to write what is known of `file`
  std::string from_profile;
  std::string json;
  bool board = false;    // nothing but the board
  unsigned threads = 0;  // streams also by one thread, two, ..., so many; 0: not
  std::uint64_t seed = 1;
  Isa isa = Isa::avx512;  // none better than this is used, by leadscan and by simdjson
};

// The sweep and the value that a corpus name like "size=1000" means.
struct SweepPoint {
  const corpus::Sweep* sweep = nullptr;
  std::uint32_t value = 0;
};
std::optional<SweepPoint> sweep_point_of(std::string_view corpus);

std::string_view usage();

// False with a message in `error` if the command line cannot be understood.
bool parse_options(int argc, const char* const* argv, Options& options, std::string& error);

// Relative to where the user is, not to where `bazel run` starts the program.
std::string resolve_path(const std::string& path);

}  // namespace leadscan::bench
