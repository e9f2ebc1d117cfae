// Reads a corpus for an instruction counter (bench/instructions.py): a number of passes over
// documents in memory, so that two runs that differ by some passes tell what a pass takes.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <span>
#include <string_view>

#include "corpus/corpus.h"
#include "leadscan/leadscan.h"

int main(int argc, char** argv) {
  using namespace leadscan;
  const std::optional<corpus::Kind> kind =
      argc == 4 ? corpus::kind_of(argv[1]) : std::optional<corpus::Kind>();
  if (!kind) {
    std::fputs(
        "Usage: instructions uniform|mixed|adversarial "
        "learned|tokens|on_demand|copied|stream|batch PASSES\n",
        stderr);
    return 2;
  }
  const std::string_view path = argv[2];
  corpus::Limit limit;
  limit.documents = 1000;
  const corpus::Corpus corpus = corpus::make_corpus(*kind, 1, limit);
  // Valgrind knows no AVX-512.
  // copied: On-Demand of documents without slack behind them, which simdjson wants.
  const bool has_slack = path != "copied";
  const bool is_on_demand = path == "on_demand" || path == "copied";
  Parser parser(Parser::Options{.path = path == "tokens" ? Path::tokens
                                        : is_on_demand   ? Path::on_demand
                                                         : Path::learned,
                                .isa = Isa::avx2});
  LeadResponse response;
  std::array<LineResult, 32> results;
  std::size_t accepted = 0;
  for (int pass = std::atoi(argv[3]); pass > 0; --pass) {
    Lines lines(corpus.text(), corpus.capacity());
    if (path == "stream") {
      Error error;
      while (lines.next(parser, response, error)) accepted += !error;
    } else if (path == "batch") {
      while (const std::size_t count = lines.next(parser, results))
        for (const LineResult& result : std::span(results).first(count)) accepted += !result.error;
    } else {
      for (const auto& extent : corpus.documents)
        accepted += !parser.parse(
            PaddedBytes{corpus.storage.data() + extent.offset, extent.length,
                        has_slack ? corpus.capacity() - extent.offset : extent.length},
            response);
    }
  }
  std::printf("%zu accepted\n", accepted);
}
