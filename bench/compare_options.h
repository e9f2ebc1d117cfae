// The command line of //bench:compare.
#pragma once

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
};
inline constexpr Setting kSettings[] = {Setting::document, Setting::trained, Setting::stream};
std::string_view name_of(Setting setting);

enum class Preset : std::uint8_t { quick, normal, full };
std::string_view name_of(Preset preset);

struct Options {
  bool help = false;
  Preset preset = Preset::normal;
  // Names of corpus::Kind, points of sweeps ("size=1000"), and "file", which is `file`.
  std::vector<std::string> corpora;
  std::vector<Setting> settings;
  std::vector<std::string> parsers;  // in the order of the table; empty: all
  bool pair = false;                 // `parsers` are two that alternate alone
  std::vector<std::string> peers;    // plug-ins
  std::string file;
  std::string json;
  bool board = false;  // nothing but the board
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
