// What //bench:compare shows: a table on the terminal, and Google Benchmark's JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/compare_options.h"
#include "bench/compare_timing.h"
#include "bench/compare_verify.h"

namespace leadscan::bench {

inline constexpr std::string_view kReference = "leadscan";
inline constexpr std::string_view kRival = "simdjson_ondemand";

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
};

// Whether to use colour on standard output.
bool is_terminal(int descriptor);

void print(const Table& table, bool colour);

// That the parsers agree about a corpus.
void print_verified(const std::string& corpus, const std::vector<Verification>& verifications);

// The lines above the tables: machine, build, seed.
void print_header(const Options& options);

// False with a message in `error` if the file cannot be written.
bool write_json(const std::string& path, const Options& options, const std::vector<Table>& tables,
                std::string& error);

}  // namespace leadscan::bench
