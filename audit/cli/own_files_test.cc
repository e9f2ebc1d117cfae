// A run knows what it writes: an output that it forgot would be read as a log by the next run.
#include "audit/cli/own_files.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "audit/cli/flags.h"

namespace leadscan::audit {
namespace {

TEST(OwnFiles, AreWhateverAFlagNames) {
  const std::string path = testing::TempDir() + "/own_files_test";
  std::ofstream(path).close();
  int named = 0;
  for (const CommandInfo& info : commands())
    for (const Flag& flag : flags()) {
      if (!flag.is_path || (flag.commands & bit(info.command)) == 0) continue;
      SCOPED_TRACE(std::string(info.name) + " --" + std::string(flag.name));
      Options options;
      options.command = info.command;
      EXPECT_FALSE(OwnFiles(options).is_own(path));
      ASSERT_EQ(flag.set(options, path), "");
      EXPECT_TRUE(OwnFiles(options).is_own(path));
      ++named;
    }
  EXPECT_GT(named, 5);
}

}  // namespace
}  // namespace leadscan::audit
