// What each stage of the columnar reader takes a document, the least of many passes:
// tools/bazel run -c opt //bench:columns
#include <cstdio>

#include "leadscan/isa.h"

#if defined(__x86_64__)

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <string_view>

#include "corpus/corpus.h"
#include "leadscan/columns/stages_headers.h"
#include "leadscan/simd/target_region.h"
#include "leadscan/simd/x86_headers.h"

LEADSCAN_TARGET_BEGIN(LEADSCAN_AVX512)

#include "leadscan/columns/stages-inl.h"

namespace leadscan::internal {
using namespace avx512;
namespace {

[[gnu::noinline]] std::size_t begin(ColumnState& state, std::string_view text) {
  const std::size_t size = ColumnStages::chunk_size(text);
  state.chunk = text.substr(0, size);
  state.place = ColumnPlace();
  return size;
}
[[gnu::noinline]] void index(ColumnState& state) {
  ColumnIndex::index(state.chunk.data(), state.chunk.size(), state.columns);
}
[[gnu::noinline]] void structure(ColumnState& state, const char* ahead) {
  ColumnStructure::add(state.columns, ahead);
}
[[gnu::noinline]] void scalars(ColumnState& state) {
  ColumnScalars::check(state.chunk.data(), state.chunk.size(), state.columns);
}
[[gnu::noinline]] void encoding(ColumnState& state) {
  ColumnEncoding::check(state.chunk.data(), state.chunk.size(), state.columns);
}
[[gnu::noinline]] void names(ColumnState& state) {
  ColumnNames::identify(state.chunk.data(), state.columns);
  state.columns.names[state.columns.name_count] = UINT16_MAX;
}
[[gnu::noinline]] std::size_t responses(ColumnState& state, std::span<ColumnLine> lines) {
  return ColumnStages::next(state, lines);
}

}  // namespace
}  // namespace leadscan::internal

LEADSCAN_TARGET_END

namespace leadscan::internal {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::array kStages = {"index", "structure", "scalars", "encoding", "names", "responses"};

struct Pass {
  std::array<double, kStages.size()> nanoseconds{};
  std::size_t lines = 0;
  std::size_t tokens = 0;
  std::size_t names = 0;
  std::size_t numbers = 0;
  std::size_t literals = 0;
};

Pass read(ColumnState& state, std::string_view text) {
  std::array<ColumnLine, 32> lines;
  Pass pass;
  while (const std::size_t size = begin(state, text)) {
    const char* const ahead = size < text.size() ? text.data() + size : nullptr;
    Clock::time_point last = Clock::now();
    const auto lap = [&](std::size_t stage) {
      const Clock::time_point now = Clock::now();
      pass.nanoseconds[stage] += std::chrono::duration<double, std::nano>(now - last).count();
      last = now;
    };
    index(state);
    lap(0);
    structure(state, ahead);
    lap(1);
    scalars(state);
    lap(2);
    encoding(state);
    lap(3);
    names(state);
    lap(4);
    while (const std::size_t count = responses(state, lines)) pass.lines += count;
    lap(5);
    pass.tokens += state.columns.tokens;
    pass.names += state.columns.name_count;
    pass.numbers += state.columns.number_count;
    pass.literals += state.columns.literal_count;
    text.remove_prefix(size);
  }
  return pass;
}

int print_stages() {
  const auto state = std::make_unique<ColumnState>();
  std::printf("%-12s", "ns/doc");
  for (const char* stage : kStages) std::printf(" %9s", stage);
  std::printf("\n");
  for (const corpus::Kind kind : corpus::kKinds) {
    const corpus::Corpus corpus = corpus::make_corpus(kind, 1, {.bytes = 16'000'000});
    Pass best = read(*state, corpus.text());
    for (int passes = 0; passes < 40; ++passes) {
      const Pass pass = read(*state, corpus.text());
      for (std::size_t i = 0; i < kStages.size(); ++i)
        best.nanoseconds[i] = std::min(best.nanoseconds[i], pass.nanoseconds[i]);
    }
    const auto each = [&](double sum) { return sum / static_cast<double>(best.lines); };
    std::printf("%-12s", std::string(name_of(kind)).c_str());
    for (const double nanoseconds : best.nanoseconds) std::printf(" %9.1f", each(nanoseconds));
    std::printf("   %.0f bytes, %.1f tokens, %.1f names, %.1f numbers, %.1f literals\n",
                each(static_cast<double>(corpus.size)), each(static_cast<double>(best.tokens)),
                each(static_cast<double>(best.names)), each(static_cast<double>(best.numbers)),
                each(static_cast<double>(best.literals)));
  }
  return 0;
}

}  // namespace
}  // namespace leadscan::internal

#endif

int main() {
  if (leadscan::has_isa(leadscan::Isa::avx512)) {
#if defined(__x86_64__)
    return leadscan::internal::print_stages();
#endif
  }
  std::fputs("columns: this CPU has no AVX-512, and so there is no columnar reader\n", stderr);
  return 1;
}
