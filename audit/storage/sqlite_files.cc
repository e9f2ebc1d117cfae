#include "audit/storage/sqlite_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "audit/storage/descriptor.h"

namespace leadscan::audit {
namespace {

using namespace std::literals;

// Of a journal (zeros as long as it has not been synchronised), a write-ahead log in either order
// of its checksums' bytes, and its index.
constexpr std::array kFronts = {"\xD9\xD5\x05\xF9\x20\xA1\x63\xD7"sv, "\0\0\0\0\0\0\0\0"sv,
                                "\x37\x7F\x06\x82"sv, "\x37\x7F\x06\x83"sv, "\x18\xE2\x2D\0"sv};

}  // namespace

SideFile look_at_side_file(const std::string& path) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0)
    return errno == ENOENT ? SideFile::none : SideFile::other;
  if (!S_ISREG(status.st_mode)) return SideFile::other;
  if (status.st_size == 0) return SideFile::empty;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  const std::string front = file.read_at(0, 8);
  return std::any_of(kFronts.begin(), kFronts.end(),
                     [&](std::string_view known) { return front.starts_with(known); })
             ? SideFile::of_sqlite
             : SideFile::other;
}

}  // namespace leadscan::audit
