// Reads a corpus for an instruction counter (bench/instructions.sh): a number of passes over
// documents in memory, so that two runs that differ by some passes tell what a pass takes.
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "corpus/corpus.h"
#include "leadscan/leadscan.h"

int main(int argc, char** argv) {
  using namespace leadscan;
  const std::optional<corpus::Kind> kind =
      argc == 4 ? corpus::kind_of(argv[1]) : std::optional<corpus::Kind>();
  if (!kind) {
    std::fputs("Usage: instructions uniform|mixed|adversarial learned|tokens|on_demand PASSES\n",
               stderr);
    return 2;
  }
  const std::string_view path = argv[2];
  corpus::Limit limit;
  limit.documents = 1000;
  const corpus::Corpus corpus = corpus::make_corpus(*kind, 1, limit);
  // Valgrind knows no AVX-512.
  Parser parser(Parser::Options{.path = path == "learned"  ? Path::learned
                                        : path == "tokens" ? Path::tokens
                                                           : Path::on_demand,
                                .isa = Isa::avx2});
  LeadResponse response;
  std::size_t accepted = 0;
  for (int pass = std::atoi(argv[3]); pass > 0; --pass)
    for (const auto& extent : corpus.documents)
      accepted += !parser.parse(PaddedBytes{corpus.storage.data() + extent.offset, extent.length,
                                            corpus.capacity() - extent.offset},
                                response);
  std::printf("%zu accepted\n", accepted);
}
