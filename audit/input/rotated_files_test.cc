#include "audit/input/rotated_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace leadscan::audit {
namespace {

// The file in front of each, in the order of the names; "" where none is known.
std::vector<std::string> before(const std::vector<std::string>& names) {
  const RotatedFiles rotated(names);
  std::vector<std::string> found;
  for (const std::string& name : names) {
    const std::string* const file = rotated.before(name);
    found.push_back(file == nullptr ? "" : *file);
    if (file != nullptr) {
      EXPECT_EQ(*rotated.behind(*file), name);
    }
  }
  return found;
}

using Names = std::vector<std::string>;

TEST(RotatedFiles, Names) {
  for (const char* name : {"x.log", "x", "x.gz", "x.01", "x.0", "x.1234567", ".1", "1", "x.log.old",
                           "x.20261101-1011122", "x.2026110-1101112", "x-20261101"})
    EXPECT_EQ(parse_rotated(name).kind, RotatedName::Kind::none) << name;
  EXPECT_EQ(parse_rotated("x.log.12.gz").base, "x.log");
  EXPECT_EQ(parse_rotated("x.log.12.gz").place, "12");
  EXPECT_EQ(parse_rotated("0.log.20261101-101112").base, "0.log");
  EXPECT_EQ(parse_rotated("0.log.20261101-101112").place, "20261101-101112");
}

TEST(RotatedFiles, NumbersFollowEachOther) {
  EXPECT_EQ(before({"x", "x.1", "x.2.gz"}), (Names{"x.1", "x.2.gz", ""}));
  EXPECT_EQ(before({"a/x.10", "a/x.9", "b/x.9", "a/x", "b/x.8"}),
            (Names{"", "a/x.10", "", "", "b/x.9"}));
  EXPECT_EQ(before({"x", "x.2", "x.4"}), (Names{"", "", ""}));
  EXPECT_EQ(before({"x.1", "x.1"}), (Names{"", ""}));
}

TEST(RotatedFiles, TwoOfOnePlaceHaveNoNeighbours) {
  EXPECT_EQ(before({"x", "x.1", "x.1.gz", "x.2", "x.3"}), (Names{"", "", "", "x.3", ""}));
  EXPECT_EQ(before({"x", "x.1", "x.20261101-101112"}), (Names{"", "", ""}));
}

TEST(RotatedFiles, TimesHaveNothingBetweenThem) {
  const std::string folder = testing::TempDir() + "/times/";
  std::filesystem::create_directory(folder);
  Names names;
  for (const char* name :
       {"0.log", "0.log.20261101-101112.gz", "0.log.20261102-000000", "0.log.20261103-000000"}) {
    names.push_back(folder + name);
    std::ofstream(names.back()) << "x";
  }
  EXPECT_EQ(before(names), (Names{names[3], "", names[1], names[2]}));
  EXPECT_EQ(before({names[0], names[1], names[3]}), (Names{names[3], "", ""}));
  EXPECT_EQ(before({names[0], names[2]}), (Names{"", ""}));
}

}  // namespace
}  // namespace leadscan::audit
