// What a run of //bench:compare has found out: for the terminal, and for the JSON file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/board.h"
#include "bench/compare_options.h"
#include "bench/compare_threads.h"
#include "bench/compare_timing.h"
#include "bench/compare_verify.h"
#include "bench/manifest.h"

namespace leadscan::bench {

inline constexpr std::string_view kReference = "leadscan";
inline constexpr std::string_view kRival = "simdjson_ondemand";

// What each parser takes of a corpus.
struct Acceptance {
  struct Parser {
    std::string name;
    std::string note;  // instead of counts: why there are none
    Verification verification;
  };
  std::string corpus;
  std::uint64_t documents = 0;
  std::uint64_t bytes = 0;
  std::vector<Parser> parsers;

  // Empty, or what is wrong with a corpus of which no parser takes a document.
  std::string error() const;
};

struct Row {
  std::string parser;
  std::string note;  // instead of figures: why there are none
  Measurement measurement;
  double ratio = 0;  // how many times as fast as the baseline; 0 if that did not run
  Verification verification;
};

struct Table {
  std::string corpus;
  Setting setting = Setting::document;
  std::string baseline;  // what the ratios are to
  std::vector<Row> rows;
  std::vector<Row> floors;  // none in a sweep

  // Of a row, how much of the speed of the first floor it has; 0 if there is none.
  double floor_share(const Row& row) const;
  const Row* find(std::string_view parser) const;
  // Of leadscan's time, what its fastest rival takes: below 1 where leadscan loses. 1 if either
  // did not run.
  double lead() const;
  // The parsers that are faster than leadscan.
  std::vector<std::string> faster() const;
  // Puts the rows in front before which leadscan loses, then leadscan.
  void sort_rows();
};

struct Results {
  Options options;
  Manifest manifest;
  std::vector<Acceptance> corpora;
  std::vector<Table> tables;
  std::vector<ThreadCurve> threads;
  Board board;

  // Puts the tables in front in which leadscan loses.
  void sort_tables();
  // Tells the manifest how much the rows' blocks differed.
  void judge_manifest(double stolen);
};

}  // namespace leadscan::bench
