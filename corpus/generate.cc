// generate: writes a corpus of any size, in constant memory.
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "corpus/corpus.h"

namespace {

using leadscan::corpus::Generator;
using leadscan::corpus::Kind;
using leadscan::corpus::Limit;

constexpr std::string_view kUsage =
    "Usage: generate [OPTION]...\n"
    "Writes responses, one a line (NDJSON); the same options give the same bytes.\n"
    "\n"
    "  --kind=KIND       uniform, mixed or adversarial (default: uniform)\n"
    "  --seed=N          (default: 1)\n"
    "  --documents=N     stop after N documents\n"
    "  --bytes=N         stop at the end of the document that reaches N bytes;\n"
    "                    K, M and G stand for powers of 1000\n"
    "                    (default: 1000 documents)\n"
    "  --out=FILE        (default: standard output)\n"
    "  --help\n";

struct Options {
  Kind kind = Kind::uniform;
  std::uint64_t seed = 1;
  Limit limit;
  bool has_limit = false;
  std::string out;
  bool help = false;
};

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop == text.data()) return std::nullopt;
  std::uint64_t unit = 1;
  if (end - stop == 1)
    unit = *stop == 'K' ? 1'000 : *stop == 'M' ? 1'000'000 : *stop == 'G' ? 1'000'000'000 : 0;
  if (end - stop > 1 || unit == 0 || value > UINT64_MAX / unit) return std::nullopt;
  return value * unit;
}

bool set(Options& options, std::string_view argument) {
  if (argument == "--help") return options.help = true;
  const std::size_t equals = argument.find('=');
  if (equals == argument.npos) return false;
  const std::string_view name = argument.substr(0, equals);
  const std::string_view value = argument.substr(equals + 1);
  if (name == "--out") {
    options.out = value;
    return !value.empty();
  }
  if (name == "--kind") {
    const std::optional<Kind> kind = leadscan::corpus::kind_of(value);
    if (kind) options.kind = *kind;
    return kind.has_value();
  }
  const std::optional<std::uint64_t> count = number(value);
  if (!count) return false;
  if (name == "--seed") {
    options.seed = *count;
    return true;
  }
  options.has_limit = true;
  if (name == "--documents") {
    options.limit.documents = *count;
    return true;
  }
  if (name == "--bytes") {
    options.limit.bytes = *count;
    return true;
  }
  return false;
}

int fail(const char* what, const std::string& name) {
  std::fprintf(stderr, "generate: %s %s: %s\n", what, name.c_str(),
               std::generic_category().message(errno).c_str());
  return 1;
}

// `bazel run` starts programs elsewhere than where the user is.
std::string resolve(const std::string& path) {
  const char* directory = std::getenv("BUILD_WORKING_DIRECTORY");
  if (directory == nullptr || path.starts_with('/')) return path;
  return std::string(directory) + '/' + path;
}

int generate(const Options& options) {
  const std::string name = options.out.empty() ? "standard output" : resolve(options.out);
  std::FILE* file = options.out.empty() ? stdout : std::fopen(name.c_str(), "wb");
  if (file == nullptr) return fail("cannot write", name);
  std::setvbuf(file, nullptr, _IONBF, 0);  // the blocks below are large

  constexpr std::size_t kBlock = std::size_t{1} << 18;
  Generator generator(options.kind, options.seed);
  std::string block;
  std::uint64_t documents = 0;
  std::uint64_t bytes = 0;
  bool done = false;
  while (!done) {
    block.clear();
    while (block.size() < kBlock) {
      done = documents >= options.limit.documents || bytes + block.size() >= options.limit.bytes;
      if (done) break;
      generator.append(block);
      block += '\n';
      ++documents;
    }
    bytes += block.size();
    if (std::fwrite(block.data(), 1, block.size(), file) != block.size())
      return fail("cannot write", name);
  }
  if (std::fclose(file) != 0) return fail("cannot write", name);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    if (!set(options, argv[i])) {
      std::fprintf(stderr, "generate: cannot use '%s'; see --help\n", argv[i]);
      return 2;
    }
  }
  if (options.help) {
    std::fwrite(kUsage.data(), 1, kUsage.size(), stdout);
    return 0;
  }
  if (!options.has_limit) options.limit.documents = 1000;
  return generate(options);
}
