// What //bench:compare shows on the terminal.
#pragma once

#include <string>
#include <vector>

#include "bench/compare_results.h"

namespace leadscan::bench {

// Whether to use colour on standard output.
bool is_terminal(int descriptor);

// The lines above the tables: machine, build, seed.
void print_header(const Options& options, const Manifest& manifest);

// That the parsers agree about a corpus, and what each accepts of it.
void print_acceptance(const Acceptance& acceptance);

void print(const Table& table, bool colour);
// A point of a sweep, which is a row a parser.
void print_point(const Table& table);
// Of one corpus; must not be empty.
void print(const std::vector<ThreadCurve>& curves, const std::string& corpus);
void print_latencies(const Table& table);

// Where leadscan loses, and what speaks against the figures.
void print_summary(const Results& results);

}  // namespace leadscan::bench
