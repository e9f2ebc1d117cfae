// The JSON file of //bench:compare: Google Benchmark's format and more (docs/benchmarks.md).
#pragma once

#include <string>

#include "bench/compare_results.h"

namespace leadscan::bench {

// False with a message in `error` if the file cannot be written.
bool write_json(const std::string& path, const Results& results, std::string& error);

}  // namespace leadscan::bench
