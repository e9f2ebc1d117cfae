// Lines: NDJSON cut into records, whatever ends the lines.
#include "leadscan/lines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support.h"

namespace leadscan::testing {
namespace {

struct Line {
  std::string text;
  std::size_t offset;
  std::size_t number;
  bool operator==(const Line&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Line& line) {
  return out << '"' << line.text << "\" at " << line.offset << ", line " << line.number;
}

std::vector<Line> cut(std::string_view text) {
  std::vector<Line> result;
  Lines lines(text);
  PaddedBytes line;
  while (lines.next(line)) {
    EXPECT_EQ(line.data, text.data() + lines.offset());
    EXPECT_EQ(line.capacity, text.size() - lines.offset());
    result.push_back({std::string(line.data, line.size), lines.offset(), lines.number()});
  }
  EXPECT_FALSE(lines.next(line)) << "the end stays the end";
  return result;
}

using Expected = std::vector<Line>;

TEST(Lines, EndWithLineFeeds) {
  EXPECT_EQ(cut("{}\n[]\n"), (Expected{{"{}", 0, 1}, {"[]", 3, 2}}));
}

TEST(Lines, LastOneMayLackItsLineFeed) {
  EXPECT_EQ(cut("{}\n[]"), (Expected{{"{}", 0, 1}, {"[]", 3, 2}}));
  EXPECT_EQ(cut("x"), (Expected{{"x", 0, 1}}));
}

TEST(Lines, OneCarriageReturnBelongsToTheEnd) {
  EXPECT_EQ(cut("{}\r\n[]\r\r\n{}\r"), (Expected{{"{}", 0, 1}, {"[]\r", 4, 2}, {"{}", 9, 3}}));
}

// Cut short in front of its end, a line is a prefix of a document, and no control character is
// seen.
TEST(Lines, CarriageReturnIsNotInTheDocument) {
  const std::string_view text = "{\"a\":\"b\r\n{}\n";
  Parser parser;
  Lines lines(text);
  LeadResponse response;
  Error error;
  ASSERT_TRUE(lines.next(parser, response, error));
  EXPECT_EQ(error, (Error{ErrorCode::truncated, Field::document, 7}));
  EXPECT_EQ(lines.size(), 7u);
  ASSERT_TRUE(lines.next(parser, response, error));
  EXPECT_EQ(lines.offset(), 9u);
}

TEST(Lines, FirstOneOfAText) {
  const auto expect = [](std::string_view text, std::string_view line, std::size_t size,
                         std::size_t next, bool has_end) {
    const leadscan::Line first = first_line(text);
    EXPECT_EQ(first.text, line) << text;
    EXPECT_EQ(first.size, size) << text;
    EXPECT_EQ(first.next, next) << text;
    EXPECT_EQ(first.has_end(), has_end) << text;
  };
  expect("a\nb\n", "a", 1, 2, true);
  expect("a\r\nb", "a", 2, 3, true);
  expect("a\r", "a", 2, 2, false);
  expect("a", "a", 1, 1, false);
  expect("\n", "", 0, 1, true);
  expect("\r\n", "", 1, 2, true);
  expect("", "", 0, 0, false);
  expect({}, "", 0, 0, false);
}

TEST(Lines, AloneACarriageReturnEndsNothing) {
  EXPECT_EQ(cut("{}\r[]\n"), (Expected{{"{}\r[]", 0, 1}}));
}

TEST(Lines, AreAByteLongerWithTheirCarriageReturn) {
  EXPECT_EQ(internal::size_with_cr("{}\n", 2), 2u);
  EXPECT_EQ(internal::size_with_cr("{}\r\n", 2), 3u);
  EXPECT_EQ(internal::size_with_cr("\r\r\n", 1), 2u);
  EXPECT_EQ(internal::size_without_cr("{}\n", 2), 2u);
  EXPECT_EQ(internal::size_without_cr("{}\r\n", 3), 2u);
  EXPECT_EQ(internal::size_without_cr("\r\r\n", 2), 1u);
}

TEST(Lines, BlankOnesArePassedOverButCounted) {
  EXPECT_EQ(cut("\n\n{}\n \t\r\n\r\n[]\n\n"), (Expected{{"{}", 2, 3}, {"[]", 11, 6}}));
  EXPECT_EQ(cut("  \n  "), Expected());
}

TEST(Lines, OfNothing) {
  EXPECT_EQ(cut(""), Expected());
  EXPECT_EQ(cut("\n"), Expected());
  EXPECT_EQ(cut(std::string_view()), Expected());
}

TEST(Lines, OtherControlCharactersAreNotBlank) {
  // What is not JSON white space must not vanish unseen.
  EXPECT_EQ(cut("\f\n\v\n\x01\n"), (Expected{{"\f", 0, 1}, {"\v", 2, 2}, {"\x01", 4, 3}}));
  EXPECT_EQ(cut(std::string_view("\0\n\0", 3)),
            (Expected{{std::string(1, '\0'), 0, 1}, {std::string(1, '\0'), 2, 2}}));
}

TEST(Lines, KeepLeadingAndTrailingSpace) { EXPECT_EQ(cut("  {} \n"), (Expected{{"  {} ", 0, 1}})); }

TEST(Lines, HandOnTheCapacity) {
  const std::string text = "{}\n[]\n" + std::string(kPadding, 'x');
  Lines lines(std::string_view(text).substr(0, 6), text.size());
  PaddedBytes line;
  ASSERT_TRUE(lines.next(line));
  EXPECT_EQ(line.size, 2u);
  EXPECT_EQ(line.capacity, text.size());
  ASSERT_TRUE(lines.next(line));
  EXPECT_EQ(line.size, 2u);
  EXPECT_EQ(line.capacity, text.size() - 3);
  EXPECT_FALSE(lines.next(line));
  // A capacity below the size is none.
  Lines small(text, 1);
  ASSERT_TRUE(small.next(line));
  EXPECT_EQ(line.capacity, text.size());
}

TEST(Lines, RecordsOfAnyNumber) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += std::to_string(i) + "\n";
  const std::vector<Line> lines = cut(text);
  ASSERT_EQ(lines.size(), 1000u);
  EXPECT_EQ(lines[999], (Line{"999", text.size() - 4, 1000}));
}

// By file and line.
std::map<std::string, std::map<std::size_t, std::string>> expected_verdicts() {
  std::map<std::string, std::map<std::size_t, std::string>> verdicts;
  std::istringstream table(read_file("data/samples.tsv"));
  std::string line;
  while (std::getline(table, line)) {
    if (line.starts_with('#')) continue;
    std::istringstream columns(line);
    std::string file;
    std::size_t number = 0;
    columns >> file >> number;
    columns >> verdicts[file][number];
  }
  return verdicts;
}

TEST(Samples, HaveTheirVerdicts) {
  const auto expected = expected_verdicts();
  EXPECT_EQ(expected.size(), 4u);
  for (const auto& [file, records] : expected) {
    const std::string text = read_file("data/samples/" + file);
    std::map<std::size_t, std::string> got;
    Parser parser;
    Lines lines(text);
    PaddedBytes line;
    while (lines.next(line)) {
      LeadResponse response;
      const Error error = parser.parse(line, response);
      got[lines.number()] = name_of(verdict_of(error, response.family).value());
    }
    EXPECT_EQ(got, records) << file;
  }
}

TEST(Samples, EachLineReadsAsItDoesAlone) {
  // The parser sees the following lines as padding; they must not matter.
  for (const auto& [file, _] : expected_verdicts())
    for (const ParserKind& kind : parser_kinds()) {
      const std::string text = read_file("data/samples/" + file);
      Parser parser(kind.options);
      for (int time = 0; time < 4; ++time) {
        Lines lines(text);
        PaddedBytes line;
        while (lines.next(line)) {
          const std::string alone(line.data, line.size);
          EXPECT_EQ(parse_padded(parser, line), parse_strictly(alone)) << kind << ' ' << alone;
        }
      }
    }
}

}  // namespace
}  // namespace leadscan::testing
