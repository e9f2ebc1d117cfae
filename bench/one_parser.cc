// One parser's calls for an instruction counter (bench/costs.py): a number of passes over documents
// in memory, so that two runs that differ by some passes tell what a pass takes.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/compare_verify.h"
#include "bench/parsers/parsers.h"
#include "corpus/corpus.h"

int main(int argc, char** argv) {
  using namespace leadscan;
  using namespace leadscan::bench;
  // Valgrind knows no AVX-512.
  std::vector<std::unique_ptr<Adapter>> adapters = make_all(Isa::avx2);
  if (argc == 1) {
    for (const auto& adapter : adapters)
      if (adapter->unavailable().empty() && !adapter->stream_only())
        std::puts(std::string(adapter->name()).c_str());
    return 0;
  }
  const auto found = std::find_if(adapters.begin(), adapters.end(), [&](const auto& adapter) {
    return adapter->name() == std::string_view(argv[1]);
  });
  const std::optional<corpus::Kind> kind =
      argc == 5 ? corpus::kind_of(argv[2]) : std::optional<corpus::Kind>();
  if (!kind || found == adapters.end()) {
    std::fputs("Usage: one_parser [PARSER uniform|mixed|adversarial DOCUMENTS PASSES]\n", stderr);
    return 2;
  }
  corpus::Limit limit;
  limit.documents = std::strtoull(argv[3], nullptr, 10);
  const corpus::Corpus corpus = corpus::make_corpus(*kind, 1, limit);
  const std::vector<Document> documents = documents_of(corpus);
  std::uint64_t accepted = 0;
  for (int pass = std::atoi(argv[4]); pass > 0; --pass)
    accepted += (*found)->run_documents(documents).accepted;
  std::printf("%llu accepted\n", static_cast<unsigned long long>(accepted));
}
