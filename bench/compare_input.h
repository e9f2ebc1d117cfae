// A log of the user's own, read as `leadscan check` reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/compare_options.h"

namespace leadscan::bench {

struct Input {
  std::string text;                  // the documents, one a line
  std::vector<std::string> skipped;  // files that could not be read to their end, and why
  std::uint64_t too_long = 0;        // records of more than `most_bytes`
  std::size_t most_bytes = 0;

  // What is not in the text, a sentence each.
  std::vector<std::string> warnings() const;
};

// The documents of options.file, as --log and --at say where they are; nullopt with a message in
// `error` if there are none. Of several files those that can be read are. A line end in a document
// becomes a tab, which is as good between values and as bad within a string.
std::optional<Input> read_input(const Options& options, std::string& error);

}  // namespace leadscan::bench
