// What a call of the C interface costs above one of C++, for bench/c_abi.sh: documents of 230 bytes
// whose layout is learned, blocks of both alternating, CPU time. The C interface is called in
// libleadscan.so.0, as a gateway does. With "portable", what a parser in the caller's memory does
// where the CPU has no AVX2, beside one that may allocate.
//
// Prints nanoseconds a document: medians of the process, a name and a number a line.
#include <dlfcn.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "corpus/corpus.h"
#include "leadscan/c/leadscan.h"
#include "leadscan/leadscan.h"

namespace {

using namespace leadscan;

constexpr std::size_t kLargest = 1 << 16;
constexpr int kBlocks = 60;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "c_abi: %s\n", what);
  std::exit(2);
}

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};
using Block = std::unique_ptr<void, Free>;
Block aligned_block(std::size_t alignment, std::size_t size) {
  Block block(std::aligned_alloc(alignment, size));
  if (block == nullptr) fail("no memory");
  return block;
}

double cpu_nanoseconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

using Documents = std::vector<std::string_view>;

std::vector<std::string_view> documents_of(const corpus::Corpus& corpus) {
  Documents documents;
  for (const auto& extent : corpus.documents)
    documents.push_back(corpus.text().substr(extent.offset, extent.length));
  return documents;
}

// Both read all documents `passes` times a block. What they return must be the same, and is no 0.
template <typename First, typename Second>
void compare(const Documents& documents, int passes, const char* first_name, First first,
             const char* second_name, Second second) {
  const auto block = [&](auto& read, std::size_t& sum) {
    const double begin = cpu_nanoseconds();
    for (int pass = 0; pass < passes; ++pass)
      for (const std::string_view document : documents) sum += read(document);
    return (cpu_nanoseconds() - begin) / (passes * static_cast<double>(documents.size()));
  };
  std::vector<double> firsts;
  std::vector<double> seconds;
  std::size_t first_sum = 0;
  std::size_t second_sum = 0;
  for (int i = 0; i < kBlocks; ++i) {
    firsts.push_back(block(first, first_sum));
    seconds.push_back(block(second, second_sum));
  }
  if (first_sum != second_sum || first_sum == 0) fail("the two read different things");
  std::printf("%s %.2f\n%s %.2f\n", first_name, median(firsts), second_name, median(seconds));
}

template <typename Function>
Function* function(void* library, const char* name) {
  void* address = dlsym(library, name);
  if (address == nullptr) fail(dlerror());
  return reinterpret_cast<Function*>(address);
}

void compare_interfaces(const char* path) {
  void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) fail(dlerror());
  const auto size_of = function<decltype(leadscan_parser_size)>(library, "leadscan_parser_size");
  const auto alignment =
      function<decltype(leadscan_parser_alignment)>(library, "leadscan_parser_alignment");
  const auto init = function<decltype(leadscan_parser_init)>(library, "leadscan_parser_init");
  const auto parse = function<decltype(leadscan_parse)>(library, "leadscan_parse");

  corpus::Limit limit;
  limit.documents = 64;
  const corpus::Corpus corpus = corpus::make_corpus(corpus::Kind::uniform, 1, limit);
  Documents documents = documents_of(corpus);
  const std::size_t size = size_of(kLargest);
  const Block memory = aligned_block(alignment(), size);
  leadscan_parser* in_c = init(memory.get(), size, kLargest);
  if (in_c == nullptr) fail("no parser");
  Parser in_cxx;
  std::erase_if(documents, [&](std::string_view document) {
    LeadResponse response;
    return static_cast<bool>(in_cxx.parse(document, response)) ||
           response.family != Family::created;
  });
  LeadResponse response;
  leadscan_result result;
  result.size = sizeof result;
  // A caller looks at the status, and then at a field.
  compare(
      documents, 400, "cxx",
      [&](std::string_view json) -> std::size_t {
        return in_cxx.parse(json, response) ? 0 : response.ds_lead_opportunity_id.raw().size();
      },
      "c",
      [&](std::string_view json) -> std::size_t {
        return parse(in_c, json.data(), json.size(), &result) != LEADSCAN_STATUS_OK
                   ? 0
                   : result.ds_id.size;
      });
}

void compare_without_avx2() {
  for (const corpus::Kind kind : corpus::kKinds) {
    corpus::Limit limit;
    limit.documents = 1000;
    const corpus::Corpus corpus = corpus::make_corpus(kind, 1, limit);
    const Documents documents = documents_of(corpus);
    const Parser::Options options{.max_document_bytes = kLargest, .isa = Isa::portable};
    const std::size_t size = Parser::memory_size(options);
    const Block memory = aligned_block(Parser::kMemoryAlignment, size);
    Parser given(options, std::span(static_cast<std::byte*>(memory.get()), size));
    Parser allocating(options);
    const std::string name(corpus::name_of(kind));
    const auto read_with = [](Parser& parser) {
      return [&parser](std::string_view json) -> std::size_t {
        LeadResponse response;
        return !parser.parse(json, response);
      };
    };
    compare(documents, 5, (name + "_allocating").c_str(), read_with(allocating),
            (name + "_given").c_str(), read_with(given));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "portable") {
    compare_without_avx2();
  } else if (argc == 3 && std::string_view(argv[1]) == "interfaces") {
    compare_interfaces(argv[2]);
  } else {
    fail("Usage: c_abi interfaces LIBRARY | portable");
  }
}
