// PaddedBytes: a document with bytes behind it that may be read. That saves Path::on_demand, which
// is what a CPU without AVX2 has, a copy, about 2 % of its instructions (`copied` in
// bench/results/instructions.tsv); no other path takes notice.
#pragma once

#include <cstddef>

namespace leadscan {

// Bytes that may be read past their end: those in [size, capacity) belong to the caller, hold
// anything, and stay unchanged during the call.
struct PaddedBytes {
  const char* data = nullptr;
  std::size_t size = 0;
  std::size_t capacity = 0;
};
// capacity - size from which parse() needs no copy.
inline constexpr std::size_t kPadding = 64;

}  // namespace leadscan
