#include "bench/floors.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "leadscan/simd/block.h"

// Compiled for this machine, as parsers are, so the kernel is known here.
#if defined(__AVX512VBMI2__) && defined(__BMI2__)
#include "leadscan/simd/x86_headers.h"
//
#include "leadscan/simd/avx512-inl.h"
#elif defined(__AVX2__) && defined(__BMI2__)
#include "leadscan/simd/x86_headers.h"
//
#include "leadscan/simd/avx2-inl.h"
#else
#include "leadscan/simd/portable-inl.h"
#endif

namespace leadscan::bench {
namespace {

using internal::kBlock;
#if defined(__AVX512VBMI2__) && defined(__BMI2__)
using Kernel = internal::Avx512;
#define LEADSCAN_KERNEL_CLASSIFIES
#elif defined(__AVX2__) && defined(__BMI2__)
using Kernel = internal::Avx2;
#define LEADSCAN_KERNEL_CLASSIFIES
#else
using Kernel = internal::Portable;
#endif

constexpr std::size_t kAhead = 4096;  // as leadscan's own lines are fetched

// Calls `use` for whole blocks; the one behind the last may be padding.
template <typename Use>
void for_each_block(const Document& text, Use use) {
  for (std::size_t at = 0; at < text.size; at += kBlock) {
    __builtin_prefetch(text.data + at + kAhead);
    use(text.data + at);
  }
}

struct Read {
  static constexpr std::string_view kName = "floor: read";
  std::uint64_t run(const Document& text) {
    std::uint64_t sums[kBlock / sizeof(std::uint64_t)] = {};
    for_each_block(text, [&](const char* block) {
      std::uint64_t words[kBlock / sizeof(std::uint64_t)];
      std::memcpy(words, block, sizeof words);
      for (std::size_t i = 0; i < std::size(sums); ++i) sums[i] ^= words[i];
    });
    asm volatile("" : : "m"(sums));
    return text.size;
  }
};

struct Lines {
  static constexpr std::string_view kName = "floor: lines";
  std::uint64_t run(const Document& text) {
    std::uint64_t count = 0;
    for_each_block(text, [&](const char* block) {
      count += static_cast<unsigned>(__builtin_popcountll(Kernel::equal(block, '\n')));
    });
    return count;
  }
};

struct Copy {
  static constexpr std::string_view kName = "floor: copy";
  std::uint64_t run(const Document& text) {
    if (to_.size() < text.size) to_.resize(text.size);
    std::memcpy(to_.data(), text.data, text.size);
    asm volatile("" : : "r"(to_.data()) : "memory");
    return text.size;
  }
  std::vector<char> to_;
};

#if defined(LEADSCAN_KERNEL_CLASSIFIES)
struct Classify {
  static constexpr std::string_view kName = "floor: classify";
  std::uint64_t run(const Document& text) {
    std::uint64_t all = 0;
    for_each_block(text, [&](const char* block) {
      const internal::Classes classes = Kernel::classify(block);
      all ^= classes.quotes ^ classes.backslashes ^ classes.operators ^ classes.spaces ^
             classes.controls ^ classes.non_ascii;
    });
    return all;
  }
};
#endif

struct Utf8 {
  static constexpr std::string_view kName = "floor: utf8";
  std::uint64_t run(const Document& text) { return simdjson::validate_utf8(text.data, text.size); }
};

template <typename Work>
class Floor final : public Adapter {
 public:
  explicit Floor(std::size_t documents) : documents_(documents) {}

  std::string_view name() const override { return Work::kName; }
  Origin origin() const override { return {"floor", "", LEADSCAN_FLAGS}; }

  BlockResult run_documents(std::span<const Document> documents) override {
    std::uint64_t result = 0;
    for (const Document& document : documents) result ^= work_.run(document);
    return done(documents.size(), result);
  }
  BlockResult run_stream(const Document& ndjson) override {
    return done(documents_, work_.run(ndjson));
  }

  bool parse(const Document&, LeadResponse&) override { std::abort(); }
  BlockResult visit_stream(const Document&, const Visitor&) override { std::abort(); }

 private:
  static BlockResult done(std::uint64_t documents, std::uint64_t result) {
    asm volatile("" : : "r"(result));
    BlockResult block;
    block.documents = documents;
    return block;
  }

  std::uint64_t documents_;
  Work work_;
};

}  // namespace

std::vector<std::unique_ptr<Adapter>> make_floors(std::size_t documents) {
  std::vector<std::unique_ptr<Adapter>> floors;
  floors.push_back(std::make_unique<Floor<Lines>>(documents));
  floors.push_back(std::make_unique<Floor<Read>>(documents));
  floors.push_back(std::make_unique<Floor<Copy>>(documents));
#if defined(LEADSCAN_KERNEL_CLASSIFIES)
  floors.push_back(std::make_unique<Floor<Classify>>(documents));
#endif
  floors.push_back(std::make_unique<Floor<Utf8>>(documents));
  return floors;
}

}  // namespace leadscan::bench
