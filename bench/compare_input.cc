#include "bench/compare_input.h"

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>

namespace leadscan::bench {
namespace {

using namespace std::string_view_literals;

struct Packer {
  std::string_view magic;
  const char* tool;
};
constexpr Packer kPackers[] = {
    {"\x1F\x8B"sv, "gzip"},
    {"\x28\xB5\x2F\xFD"sv, "zstd"},
    {"\xFD"
     "7zXZ"sv,
     "xz"},
    {"BZh"sv, "bzip2"},
    {"\x04\x22\x4D\x18"sv, "lz4"},
};

// For the shell.
std::string quoted(const std::string& path) {
  std::string text = "'";
  for (const char c : path) {
    if (c == '\'')
      text += "'\\''";
    else
      text += c;
  }
  return text + '\'';
}

std::optional<std::string> unpack(const char* tool, const std::string& path, std::string& error) {
  const std::string command = std::string(tool) + " -dc < " + quoted(path);
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) {
    error = "cannot start " + command + ": " + std::generic_category().message(errno);
    return std::nullopt;
  }
  std::string text;
  char block[65536];
  for (std::size_t size = 0; (size = std::fread(block, 1, sizeof block, pipe)) > 0;)
    text.append(block, size);
  if (pclose(pipe) == 0) return text;
  error = path + " is compressed, and `" + command + "` fails; is " + tool + " installed?";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> read_input(const std::string& path, std::string& error) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  if (file) text.assign(std::istreambuf_iterator<char>(file), {});
  if (!file) {
    error = "cannot read " + path + ": " + std::generic_category().message(errno);
    return std::nullopt;
  }
  for (const Packer& packer : kPackers)
    if (text.starts_with(packer.magic)) return unpack(packer.tool, path, error);
  return text;
}

}  // namespace leadscan::bench
