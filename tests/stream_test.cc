// Parser::parse_line and Lines::next(parser, ...): the layout of the lines before says where a line
// ends, before anybody has looked for its end. Every line must read as it does alone, and end where
// it ends.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/kind_test.h"
#include "tests/lines_at_once.h"
#include "tests/mutate.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

class StreamTest : public KindTest {
 protected:
  // Line by line from `text`, each compared with the byte-wise reading of the line alone.
  void expect_lines(std::string_view text) {
    expect_same_by_lines(text);
    expect_lines_at_once(several_, text, 1 + at_once_++ % 40);
    std::size_t at = 0;
    while (at < text.size()) {
      const std::string_view rest = text.substr(at);
      const std::string_view line = rest.substr(0, rest.find('\n'));
      LeadResponse response;
      std::size_t size = 0;
      const Error error = parser_.parse_line(rest, response, size);
      ASSERT_EQ(size, line.size()) << GetParam() << " at byte " << at;
      ASSERT_EQ(outcome_of(rest.data(), error, response, parser_.violations()),
                parse_strictly(without_line_end(line)))
          << GetParam() << ":\n"
          << line;
      at += size + 1;
    }
  }
  // The same lines by Lines, but for the blank ones.
  void expect_same_by_lines(std::string_view text) {
    Lines lines(text);
    LeadResponse response;
    Error error;
    for (std::size_t at = 0; at < text.size();) {
      const std::string_view rest = text.substr(at);
      const std::size_t size = std::min(rest.find('\n'), rest.size());
      const std::string_view line = without_line_end(rest.substr(0, size));
      if (!is_blank_line(line)) {
        ASSERT_TRUE(lines.next(parser_, response, error));
        ASSERT_EQ(lines.offset(), at);
        ASSERT_EQ(lines.size(), line.size());
        ASSERT_EQ(outcome_of(rest.data(), error, response, parser_.violations()),
                  parse_strictly(line))
            << GetParam() << ":\n"
            << line;
      }
      at += size + 1;
    }
    ASSERT_FALSE(lines.next(parser_, response, error));
  }
  std::uint64_t line_hits() const { return parser_.statistics().line_hits; }
  bool learns() const { return GetParam().options.path == Path::learned; }

  Parser parser_{GetParam().options};
  Parser several_{GetParam().options};  // reads several lines at once
  std::size_t at_once_ = 0;
};

LEADSCAN_FOR_EVERY_KIND(StreamTest);

const std::string kCreated =
    R"({"partnerLeadOpportunityId":"ACME-000117","dsLeadOpportunityId":"Q7ZK-1M2N3P",)"
    R"("action":"create","info":{"success":true,"statusCode":201}})";

std::string times(const std::string& line, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += line + '\n';
  return text;
}

TEST_P(StreamTest, OfOneLayout) {
  expect_lines(times(kCreated, 40));
  const Statistics statistics = parser_.statistics();
  // Learned from the second, then four until it is trusted.
  EXPECT_EQ(statistics.line_hits, learns() ? 80u - 2 - 4 : 0u);
  EXPECT_EQ(statistics.template_hits + statistics.misses, learns() ? 80u : 0u);
}

// A run ends with the results, and goes on from there.
TEST_P(StreamTest, SeveralLinesAtOnce) {
  const std::string text = times(kCreated, 200) + "{}\n" + times(kCreated, 200);
  for (const std::size_t at_once : {1, 2, 3, 31, 32, 33, 500})
    expect_lines_at_once(several_, text, at_once);
  EXPECT_EQ(several_.statistics().line_hits > 7 * 350, learns());
  Lines lines(text);
  EXPECT_EQ(lines.next(several_, std::span<LineResult>()), 0u);
  std::vector<LineResult> results(500);
  // No line behind one with an error, whose violations are there still.
  EXPECT_EQ(lines.next(several_, results), 201u);
  EXPECT_TRUE(results[200].error);
  EXPECT_FALSE(several_.violations().empty());
  EXPECT_EQ(lines.number(), 201u);
  // In turn with the other next().
  LeadResponse response;
  Error error;
  ASSERT_TRUE(lines.next(several_, response, error));
  EXPECT_FALSE(error);
  EXPECT_EQ(lines.number(), 202u);
  EXPECT_TRUE(several_.violations().empty());
  EXPECT_EQ(lines.next(several_, results), 199u);
  EXPECT_EQ(results[198].number, 401u);
  EXPECT_EQ(lines.next(several_, results), 0u);
}

// Behind many lines that have no layout which is known, none is expected: that would keep a parser
// from reading ahead.
TEST_P(StreamTest, ALayoutIsNotExpectedForEver) {
  std::string misses;
  for (int i = 0; i < 20; ++i)
    misses += created_with("\"success\":true,\"statusCode\":201",
                           ",\"more\":[" + std::string(static_cast<std::size_t>(i), ' ') + "]") +
              '\n';
  for (const std::string& others : {misses, times("{}", 20)}) {
    const auto read = [&](const std::string& text) {
      const Statistics before = parser_.statistics();
      Lines lines(text);
      LeadResponse response;
      for (Error error; lines.next(parser_, response, error);) {
      }
      const Statistics after = parser_.statistics();
      return std::pair(after.template_hits - before.template_hits,
                       after.line_hits - before.line_hits);
    };
    read(times(kCreated, 100));
    EXPECT_EQ(read(times(kCreated, 10)).second, learns() ? 10u : 0u);
    EXPECT_EQ(read(others).second, 0u);
    const auto [known, expected] = read(times(kCreated, 10));
    EXPECT_EQ(known, learns() ? 10u : 0u);
    EXPECT_EQ(expected, learns() ? 10u - 4 : 0u);  // four until it is trusted again
  }
}

TEST_P(StreamTest, LastLineWithoutItsEnd) {
  const std::string text = times(kCreated, 28);
  for (std::size_t cut = 1; cut < kCreated.size() + 3; ++cut)
    expect_lines(std::string_view(text).substr(0, text.size() - cut));
  EXPECT_EQ(line_hits() > 15 * kCreated.size(), learns());
}

TEST_P(StreamTest, ALineThatIsLongerOrShorterThanTheOnesBefore) {
  const std::string before = times(kCreated, 20);
  const std::string doubled = kCreated + ' ' + kCreated;
  for (const std::string& odd :
       {kCreated + " ", kCreated + "\r", " " + kCreated, kCreated.substr(0, 70), doubled,
        kCreated + kCreated, std::string(), std::string(" "), std::string("{}"),
        kCreated.substr(0, kCreated.size() - 1), kCreated + "}"})
    expect_lines(before + odd + '\n' + times(kCreated, 3));
  EXPECT_EQ(line_hits() > 200, learns());
}

// A document of several lines, learned from parse(), is several lines to a stream.
TEST_P(StreamTest, ALayoutWithLineEndsInItIsNoLine) {
  std::string pretty = kCreated;
  pretty.insert(1, "\n  ");
  for (int i = 0; i < 4; ++i) EXPECT_EQ(parse_exact(parser_, pretty), parse_strictly(pretty));
  expect_lines(times(pretty, 10));
  EXPECT_EQ(line_hits(), 0u);
  // Although it was learned.
  EXPECT_EQ(parser_.statistics().template_hits >= 2, learns());
}

TEST_P(StreamTest, OfMutations) {
  std::vector<std::string> seeds;
  for (const Fixture& fixture : fixtures())
    if (fixture.bytes.size() < 600) seeds.push_back(fixture.bytes);
  seeds.push_back(kCreated);
  Mutator mutator(11, seeds);
  Random random(12);
  std::string text;
  for (int i = 0; i < (kSlow ? 250 : 2500); ++i) {
    std::string line = random.one_in(3) ? mutator.next() : seeds[random.below(seeds.size())];
    if (random.one_in(2)) mutator.vary(line);
    // As producers do it: the same for a while.
    for (std::size_t repeats = 1 + random.below(20); repeats > 0; --repeats) text += line + '\n';
  }
  expect_lines(text);
  EXPECT_EQ(line_hits() > 20, learns());
}

// Lines that are almost the one that is expected next: the parser trusts its layouts throughout.
TEST_P(StreamTest, OfMutationsBetweenKnownLines) {
  std::vector<std::string> seeds = {kCreated};
  for (const Fixture& fixture : fixtures())
    if (is_learnable(fixture.bytes) && fixture.bytes.find('\n') == std::string::npos &&
        seeds.size() < 20)
      seeds.push_back(fixture.bytes);
  Mutator mutator(13, seeds);
  Random random(14);
  std::string text;
  std::uint64_t known = 0;
  for (int i = 0; i < (kSlow ? 200 : 4'000); ++i) {
    const std::string& seed = seeds[random.below(seeds.size())];
    const std::size_t repeats = 12 + random.below(7);
    text += times(seed, static_cast<int>(repeats));
    known += repeats;
    std::string line = seed;
    mutator.mutate(line);
    text += line + '\n';
  }
  expect_lines(text);
  EXPECT_EQ(line_hits() > known / 2, learns()) << line_hits() << " of " << known;
}

// The text ends flush against a page that cannot be read, wherever it ends.
TEST_P(StreamTest, ReadsNothingBehindTheText) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::string text = times(kCreated, 15);
  const std::size_t size = (text.size() + page - 1) / page * page;
  char* memory = static_cast<char*>(
      mmap(nullptr, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  ASSERT_NE(memory, MAP_FAILED);
  ASSERT_EQ(mprotect(memory + size, page, PROT_NONE), 0);
  for (std::size_t cut = 0; cut < 3 * kCreated.size(); ++cut) {
    const std::size_t length = text.size() - cut;
    std::memcpy(memory + size - length, text.data(), length);
    expect_lines({memory + size - length, length});
  }
  EXPECT_EQ(line_hits() > 30 * kCreated.size(), learns());
  munmap(memory, size + page);
}

// A learned layout finds the end of a line with CRLF as well.
TEST_P(StreamTest, CarriageReturns) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += kCreated + "\r\n" + kCreated + "\n";
  expect_lines(text);
  EXPECT_EQ(line_hits() > 80, learns());
  expect_lines(kCreated + "\r");
  expect_lines(kCreated + "\r\r\n" + kCreated + "\r" + kCreated + "\r\n");
}

TEST_P(StreamTest, LinesPassOverBlankOnes) {
  const std::string text = "\n \r\n" + kCreated + "\r\n\n" + kCreated + "\n{\n\n";
  Lines lines(text);
  LeadResponse response;
  Error error;
  ASSERT_TRUE(lines.next(parser_, response, error));
  EXPECT_FALSE(error);
  EXPECT_EQ(lines.number(), 3u);
  EXPECT_EQ(lines.offset(), 4u);
  EXPECT_EQ(lines.size(), kCreated.size());
  ASSERT_TRUE(lines.next(parser_, response, error));
  EXPECT_FALSE(error);
  EXPECT_EQ(lines.number(), 5u);
  ASSERT_TRUE(lines.next(parser_, response, error));
  EXPECT_EQ(error.code, ErrorCode::truncated);
  EXPECT_FALSE(lines.next(parser_, response, error));
}

}  // namespace
}  // namespace leadscan::testing
