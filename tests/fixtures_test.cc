// Every fixture gets the verdict its folder is named for, and the errors that expected.tsv lists.
#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support.h"

namespace leadscan::testing {
namespace {

struct Expected {
  std::string code;
  std::string pointer;
  std::uint64_t offset;
  bool operator==(const Expected&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Expected& e) {
  return out << e.code << " \"" << e.pointer << "\" at " << e.offset;
}

// By fixture name; several for a document that breaks several rules.
const std::map<std::string, std::vector<Expected>>& expectations() {
  static const auto all = [] {
    std::map<std::string, std::vector<Expected>> table;
    std::istringstream lines(read_file("data/fixtures/expected.tsv"));
    std::string line;
    while (std::getline(lines, line)) {
      if (line.starts_with('#')) continue;
      std::istringstream columns(line);
      std::string file;
      std::string offset;
      Expected expected;
      std::getline(columns, file, '\t');
      std::getline(columns, expected.code, '\t');
      std::getline(columns, expected.pointer, '\t');
      std::getline(columns, offset, '\t');
      expected.offset = std::stoull(offset);
      table[file.substr(0, file.rfind('.'))].push_back(expected);
    }
    return table;
  }();
  return all;
}

class FixtureTest : public ::testing::TestWithParam<Fixture> {
 protected:
  void check(const Outcome& outcome) {
    EXPECT_EQ(name_of(outcome.verdict()), GetParam().folder);
    std::vector<Expected> got;
    for (const Violation& v : outcome.violations)
      got.push_back({std::string(name_of(v.code)), std::string(json_pointer(v.field)), v.offset});
    const Error& error = outcome.error;
    const Expected first = {std::string(name_of(error.code)),
                            std::string(json_pointer(error.field)), error.offset};
    if (error && got.empty()) got.push_back(first);
    const auto expected = expectations().find(GetParam().name);
    if (expected == expectations().end()) {
      EXPECT_FALSE(error) << error;
    } else {
      EXPECT_EQ(got, expected->second);
      EXPECT_EQ(first, expected->second.front());
    }
    if (error) {
      EXPECT_EQ(outcome.family, Family::none);
    }
  }
};

TEST_P(FixtureTest, ExactBytes) {
  for (const ParserKind& kind : parser_kinds()) {
    SCOPED_TRACE(kind);
    Parser parser(kind.options);
    // The learning kinds see it as something new, learn it, and recognise it.
    for (int time = 0; time < 4; ++time) check(parse_exact(parser, GetParam().bytes));
    if (kind.options.path == Path::learned && is_learnable(GetParam().bytes)) {
      EXPECT_EQ(hits(parser), 2u);
    }
  }
}

TEST_P(FixtureTest, PaddedBytes) {
  // What is behind the document must not matter: above all nothing that could complete it.
  for (const ParserKind& kind : parser_kinds()) {
    SCOPED_TRACE(kind);
    Parser parser(kind.options);
    for (const char* filling : {" ", ",", ":", "\"}", "}}}}", "]", "{", "[", ",1]}", ",{},",
                                ",\"a\":1}", "0", "\\", "\xFF", "e5,]", "\n{\"action\":"}) {
      SCOPED_TRACE(filling);
      const PaddedCopy copy(GetParam().bytes, filling);
      check(parse_padded(parser, copy.bytes()));
    }
  }
}

TEST_P(FixtureTest, ByteWiseReader) { check(parse_strictly(GetParam().bytes)); }

INSTANTIATE_TEST_SUITE_P(All, FixtureTest, ::testing::ValuesIn(fixtures()),
                         [](const auto& info) { return test_name(info.param.name); });

TEST(FixturesTable, ListsEveryBadFixtureAndNoOther) {
  std::map<std::string, bool> bad;
  for (const Fixture& fixture : fixtures())
    if (fixture.folder == "violation" || fixture.folder == "malformed" ||
        fixture.folder == "truncated")
      bad[fixture.name] = true;
  for (const auto& [name, _] : bad) EXPECT_TRUE(expectations().contains(name)) << name;
  for (const auto& [name, _] : expectations()) EXPECT_TRUE(bad.contains(name)) << name;
}

TEST(FixturesTable, HasEveryCode) {
  // too_large and out_of_memory depend on the parser, not on the document.
  for (int i = 1; i <= static_cast<int>(ErrorCode::number_out_of_range); ++i) {
    const auto code = static_cast<ErrorCode>(i);
    if (code == ErrorCode::too_large || code == ErrorCode::out_of_memory) continue;
    bool found = false;
    for (const auto& [_, errors] : expectations())
      for (const Expected& expected : errors) found |= expected.code == name_of(code);
    EXPECT_TRUE(found) << code;
  }
}

TEST(FixturesTable, HasEveryVerdictAndNoOtherFolder) {
  std::map<std::string, int> folders;
  for (const Fixture& fixture : fixtures()) ++folders[fixture.folder];
  for (const Verdict verdict :
       {Verdict::created, Verdict::update, Verdict::failure, Verdict::message, Verdict::violation,
        Verdict::malformed, Verdict::truncated})
    EXPECT_EQ(folders.erase(std::string(name_of(verdict))), 1u) << verdict;
  EXPECT_TRUE(folders.empty()) << folders.begin()->first;
}

}  // namespace
}  // namespace leadscan::testing
