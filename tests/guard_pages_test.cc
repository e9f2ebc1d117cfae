// Nothing is read outside the bytes that the caller gave: they are flush against pages that
// cannot be read, at either end, and so does every prefix of every fixture.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/guarded_pages.h"
#include "tests/lines_at_once.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

std::size_t longest_fixture() {
  std::size_t longest = 0;
  for (const Fixture& fixture : fixtures()) longest = std::max(longest, fixture.bytes.size());
  return longest;
}

// The long fixtures are long by repetition: most of their prefixes show nothing new.
std::size_t step_of(const std::string& bytes) {
  if (bytes.size() < 1000) return kSlow ? 5 : 1;
  return kSlow ? 211 : 7;
}

class GuardPages : public ::testing::Test {
 protected:
  GuardPages() {
    for (const ParserKind& kind : parser_kinds()) parsers_.emplace_back(kind.options);
  }

  // All placements of `json` give what a plain copy on the heap gives.
  void check(std::string_view json, const std::string& name) {
    const std::string plain(json);
    const Outcome expected = parse_strictly(plain);
    ASSERT_EQ(parse_strictly(pages_.at_end(json)), expected) << name;
    for (std::size_t i = 0; i < parsers_.size(); ++i) {
      Parser& parser = parsers_[i];
      const std::string what = parser_kinds()[i].name + ", " + name;
      const std::uint64_t read_strictly = parser.statistics().strict;
      ASSERT_EQ(parse_exact(parser, pages_.at_end(json)), expected) << what;
      ASSERT_EQ(parse_exact(parser, pages_.at_begin(json)), expected) << what;
      ASSERT_EQ(parse_padded(parser, pages_.padded(json)), expected) << what;
      if (!expected.error && parser_kinds()[i].options.path != Path::strict) {
        ASSERT_EQ(parser.statistics().strict, read_strictly) << what;
      }
    }
  }
  // Lets those that learn layouts learn this one, and trust it.
  void train(std::string_view json) {
    const std::string_view flush = pages_.at_end(json);
    for (Parser& parser : parsers_)
      for (int time = 0; time < 4; ++time) (void)parse_exact(parser, flush);
  }

  // By each of those that learn, or they have shown nothing.
  void expect_recognised(std::uint64_t least) const {
    for (std::size_t i = 0; i < parsers_.size(); ++i)
      if (parser_kinds()[i].options.path == Path::learned) {
        EXPECT_GT(hits(parsers_[i]), least) << parser_kinds()[i];
      }
  }

  GuardedPages pages_{longest_fixture() + kPadding};
  std::vector<Parser> parsers_;
};

TEST_F(GuardPages, Guard) {
  // The instrument first: one byte further is a fault.
  EXPECT_DEATH(static_cast<void>(*static_cast<volatile char*>(pages_.end())), "");
}

TEST_F(GuardPages, EveryFixture) {
  for (const Fixture& fixture : fixtures()) check(fixture.bytes, fixture.name);
}

TEST_F(GuardPages, EveryPrefixOfEveryFixture) {
  for (const Fixture& fixture : fixtures())
    for (std::size_t size = 0; size < fixture.bytes.size(); size += step_of(fixture.bytes)) {
      check(std::string_view(fixture.bytes).substr(0, size), fixture.name);
      if (fixture.folder == "created" || fixture.folder == "failure") train(fixture.bytes);
      if (HasFatalFailure()) FAIL() << fixture.name << ", first " << size << " bytes";
    }
  expect_recognised(1000);
}

TEST_F(GuardPages, EverySuffixOfShortFixtures) {
  // Documents that begin anywhere: most are malformed early, at every distance from the page.
  for (const Fixture& fixture : fixtures()) {
    if (fixture.bytes.size() > 500) continue;
    for (std::size_t at = 0; at < fixture.bytes.size(); at += kSlow ? 23 : 1)
      check(std::string_view(fixture.bytes).substr(at), fixture.name);
  }
}

TEST_F(GuardPages, EveryLengthOfADocument) {
  // From the shortest to several blocks: the last block is where a reader runs over.
  for (std::size_t length = 0; length < 400; length += kSlow ? 5 : 1) {
    for (int time = 0; time < 3; ++time)
      check(R"({"message":")" + std::string(length, 'm') + "\"}", "message");
    check(std::string(length, ' '), "white space");
    check(std::string(length, '['), "brackets");
    check(R"({"x":)" + std::string(length, '1'), "digits");
    check(R"({"x":")" + std::string(length, '\\'), "backslashes");
    check(R"({"x":1)" + std::string(length, ' ') + "}", "space in front of the end");
  }
  expect_recognised(kSlow ? 50 : 250);
}

TEST_F(GuardPages, PaddingIsNotLookedAtWhereItIsTooShort) {
  for (std::size_t padding = 0; padding < kPadding; ++padding) {
    const std::string& json = fixture("created/typical");
    const std::string_view moved = pages_.at_end(json + std::string(padding, '"'));
    for (Parser& parser : parsers_)
      EXPECT_EQ(parse_padded(parser, {moved.data(), json.size(), json.size() + padding}).verdict(),
                Verdict::created)
          << padding;
  }
}

TEST_F(GuardPages, CapacityBelowTheSize) {
  // Regression: it wrapped around to plenty of padding.
  const std::string_view flush = pages_.at_end(fixture("created/typical"));
  for (const std::size_t capacity : {std::size_t{0}, std::size_t{1}, flush.size() - 1})
    for (const ParserKind& kind : parser_kinds()) {
      Parser parser(kind.options);
      EXPECT_EQ(parse_padded(parser, {flush.data(), flush.size(), capacity}).verdict(),
                Verdict::created)
          << kind;
    }
}

TEST_F(GuardPages, Lines) {
  const std::string text = read_file("data/samples/mixed.ndjson");
  GuardedPages pages(text.size());
  const auto count = [&](std::string_view whole, Parser& parser) {
    leadscan::Lines lines(whole);
    PaddedBytes line;
    int records = 0;
    for (; lines.next(line); ++records) {
      LeadResponse response;
      (void)parser.parse(line, response);
    }
    return records;
  };
  for (Parser& parser : parsers_) {
    EXPECT_EQ(count(pages.at_end(text), parser), 16);
    EXPECT_EQ(count(pages.at_begin(text), parser), 16);
    expect_lines_at_once(parser, pages.at_end(text), 7);
    expect_lines_at_once(parser, pages.at_begin(text), 7);
  }
}

TEST_F(GuardPages, DecodingReadsAndWritesWithinItsMemory) {
  LeadResponse response;
  const std::string_view json = pages_.at_end(R"({"message":"\ud83d\ude00\u20ac\n"})");
  Parser parser;
  ASSERT_FALSE(parser.parse(json, response));
  GuardedPages memory(64);
  const std::size_t size = 4 + 3 + 1;
  EXPECT_EQ(response.message.decode({memory.end() - size, size}), "\xF0\x9F\x98\x80\xE2\x82\xAC\n");
  EXPECT_EQ(response.message.decode({memory.end() - 3, 3}), std::nullopt);
  // Raw text flush against the page.
  const std::string_view raw = pages_.at_end(R"(\u0041\\)");
  EXPECT_TRUE(Text::string(raw, true).equals("A\\"));
}

}  // namespace
}  // namespace leadscan::testing
