// Sweeps: corpora that differ in one thing, from little to much of it, and are alike otherwise:
// responses of one producer, minified, each with ids of its own.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "corpus/corpus.h"

namespace leadscan::corpus {

struct Sweep {
  std::string_view name;
  std::string_view title;
  std::string_view unit;  // of its values
  bool logarithmic = false;
  std::span<const std::uint32_t> values;
};

std::span<const Sweep> sweeps();
// Null if there is none of that name.
const Sweep* find_sweep(std::string_view name);

// The corpus at one value of a sweep.
Corpus make_sweep(const Sweep& sweep, std::uint32_t value, std::uint64_t seed, const Limit& limit);

}  // namespace leadscan::corpus
