// A log of the user's own, read as `leadscan check` reads it.
#pragma once

#include <optional>
#include <string>

#include "bench/compare_options.h"

namespace leadscan::bench {

// The documents of options.file, one a line, as --log and --at say where they are; nullopt with a
// message in `error` if it cannot be read to its end, or has none. A line end in a document becomes
// a tab, which is as good between values and as bad within a string.
std::optional<std::string> read_input(const Options& options, std::string& error);

}  // namespace leadscan::bench
