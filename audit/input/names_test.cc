// What names say.
#include "audit/input/names.h"

#include <gtest/gtest.h>

namespace leadscan::audit {
namespace {

TEST(Names, Companions) {
  for (const char* path : {"._a", "dir/._a.ndjson", ".DS_Store", "a/.DS_Store", ".part-0.json.crc",
                           "__MACOSX/a", "x/__MACOSX/a/b"})
    EXPECT_TRUE(is_companion(path)) << path;
  for (const char* path :
       {"a", "._a/b", "a._b", "DS_Store", "a.crc", ".crc", "my__MACOSX/a", "__MACOSX", ""})
    EXPECT_FALSE(is_companion(path)) << path;
}

TEST(Names, Globs) {
  EXPECT_TRUE(matches_any("dir/a.log", {"*.txt", "*.log"}));
  EXPECT_TRUE(matches_any("dir/a.log", {"dir/*"}));
  EXPECT_FALSE(matches_any("dir/a.log", {"dir"}));
  EXPECT_FALSE(matches_any("dir/a.log", {}));
}

TEST(Names, Tars) {
  for (const char* path : {"a.tar", "b/A.TAR", "a.tar.gz", "a.tgz", "a.tar.1"})
    EXPECT_TRUE(says_tar(path)) << path;
  for (const char* path : {"tar", "a.tar/b", "a.tarball", "-", ""})
    EXPECT_FALSE(says_tar(path)) << path;
}

}  // namespace
}  // namespace leadscan::audit
