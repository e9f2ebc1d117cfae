// Every other mutation is one of documents (tests/mutate): members swapped and repeated, names
// spelled with escapes, values wrapped, which libFuzzer's bytes rarely come upon; or the document
// followed by another that is almost the same, for what a parser learns from the first.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "tests/mutate.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  if (seed % 2 == 0) return LLVMFuzzerMutate(data, size, max_size);
  std::string json(reinterpret_cast<const char*>(data), size);
  const std::string corpus[] = {json};
  leadscan::testing::Mutator mutator(seed, corpus);
  if (seed % 8 == 1) {
    std::string other = json;
    mutator.vary(other);
    if (seed % 16 == 1) mutator.mutate(other);
    json += '\x1E' + other;
  } else {
    mutator.mutate(json);
  }
  const std::size_t result = std::min(json.size(), max_size);
  std::memcpy(data, json.data(), result);
  return result;
}
