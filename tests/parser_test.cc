// The parser as an object: fresh, reused, moved, and fed odd sizes. No document leaves a trace in
// the answer to the next.
#include "leadscan/parser.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/kind_test.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

constexpr std::string_view kMessage = R"({"message":"x"})";

class ParserTest : public KindTest {
 protected:
  static Parser::Options limited(std::size_t max_document_bytes) {
    Parser::Options options = GetParam().options;
    options.max_document_bytes = max_document_bytes;
    return options;
  }
};

LEADSCAN_FOR_EVERY_KIND(ParserTest);

TEST_P(ParserTest, FreshOneTakesTheEmptyDocument) {
  // Regression: it had no buffer yet, and wrote its padding to a null pointer.
  Parser parser(GetParam().options);
  LeadResponse response;
  EXPECT_EQ(parser.parse(std::string_view(), response),
            (Error{ErrorCode::truncated, Field::document, 0}));
  EXPECT_EQ(parser.parse(PaddedBytes(), response),
            (Error{ErrorCode::truncated, Field::document, 0}));
}

TEST_P(ParserTest, CapacityBelowTheSizeCountsAsNone) {
  // Regression: the difference of the two wrapped around, and passed for plenty of padding.
  Parser parser(GetParam().options);
  for (const std::size_t capacity : {std::size_t{0}, kMessage.size() - 1, kMessage.size()}) {
    const std::vector<char> exact(kMessage.begin(), kMessage.end());
    const Outcome outcome = parse_padded(parser, {exact.data(), exact.size(), capacity});
    EXPECT_EQ(outcome.verdict(), Verdict::message) << capacity;
  }
}

TEST_P(ParserTest, StringInFrontOfAColonIsNoName) {
  // Regression: simdjson skipped a string value and the colon and value behind it as if it were a
  // member, which made up for a brace too many.
  Parser parser(GetParam().options);
  for (const std::string_view json :
       {R"({"message":"m":1}})", R"({"message":"m","error":"c":2},"y":2})",
        R"({"message":"m","x":"c":[{}]},"y":{}})", R"({"message":"m","x":["a":1]]})",
        R"({"info":{"success":true,"traceId":"a":1}},"data":null})",
        R"({"info":{"success":true,"x":{"y":"a" : 1}}},"data":null})"}) {
    const Outcome outcome = parse_exact(parser, json);
    EXPECT_EQ(outcome.error.code, ErrorCode::expected_comma) << json;
    EXPECT_EQ(outcome, parse_strictly(json)) << json;
  }
}

TEST_P(ParserTest, EveryCapacityGivesTheSameAnswer) {
  for (const char* name : {"created/typical", "failure/already_exists", "message/escapes",
                           "violation/duplicate_action", "truncated/in_string"}) {
    const PaddedCopy copy(fixture(name), "}");
    Parser parser(GetParam().options);
    const Outcome expected = parse_exact(parser, fixture(name));
    for (std::size_t padding = 0; padding <= kPadding; ++padding) {
      PaddedBytes bytes = copy.bytes();
      bytes.capacity = bytes.size + padding;
      EXPECT_EQ(parse_padded(parser, bytes), expected) << name << ", padding " << padding;
    }
  }
}

TEST_P(ParserTest, KeepsNothingOfTheDocumentBefore) {
  // Every fixture after every other one answers as in a fresh parser.
  std::vector<Outcome> fresh;
  for (const Fixture& fixture : fixtures()) {
    Parser parser(GetParam().options);
    fresh.push_back(parse_exact(parser, fixture.bytes));
  }
  const std::size_t step = kSlow ? 7 : 1;
  Parser parser(GetParam().options);
  for (std::size_t before = 0; before < fixtures().size(); before += step)
    for (std::size_t i = 0; i < fixtures().size(); ++i) {
      LeadResponse response;
      (void)parser.parse(fixtures()[before].bytes, response);
      ASSERT_EQ(parse_exact(parser, fixtures()[i].bytes), fresh[i])
          << fixtures()[i].name << " after " << fixtures()[before].name;
    }
}

TEST_P(ParserTest, OverwritesTheWholeResponse) {
  // The caller may hand the same LeadResponse again and again.
  Parser parser(GetParam().options);
  LeadResponse used;
  ASSERT_FALSE(parser.parse(fixture("created/error_code_and_message"), used));
  for (const Fixture& fixture : fixtures()) {
    LeadResponse fresh;
    (void)parser.parse(fixture.bytes, fresh);
    (void)parser.parse(fixture.bytes, used);
    ASSERT_EQ(used, fresh) << fixture.name;
  }
}

TEST_P(ParserTest, ViolationsAreOfTheLastDocumentOnly) {
  Parser parser(GetParam().options);
  LeadResponse response;
  EXPECT_TRUE(parser.violations().empty());
  EXPECT_TRUE(parser.parse(std::string_view("{}"), response));
  EXPECT_EQ(parser.violations().size(), 4u);
  EXPECT_TRUE(parser.parse(std::string_view("{"), response));
  EXPECT_TRUE(parser.violations().empty());
  EXPECT_TRUE(parser.parse(std::string_view("[]"), response));
  EXPECT_EQ(parser.violations().size(), 1u);
  EXPECT_FALSE(parser.parse(kMessage, response));
  EXPECT_TRUE(parser.violations().empty());
}

TEST_P(ParserTest, ViolationsAreNotLeftByARefusedDocument) {
  Parser parser(limited(3));
  LeadResponse response;
  EXPECT_TRUE(parser.parse(std::string_view("{}"), response));
  EXPECT_EQ(parser.violations().size(), 4u);
  EXPECT_TRUE(parser.parse(std::string_view("{  }"), response));
  EXPECT_TRUE(parser.violations().empty());
}

TEST_P(ParserTest, GrowsFromDocumentToDocument) {
  Parser parser(GetParam().options);
  for (std::size_t size = 1; size < 200'000; size = size * 3 / 2 + 1) {
    const std::string text(size, 'x');
    const std::string json = "{\"message\":\"" + text + "\"}";
    LeadResponse response;
    ASSERT_FALSE(parser.parse(json, response)) << size;
    ASSERT_EQ(response.message.raw(), text);
    ASSERT_EQ(parse_exact(parser, kMessage).verdict(), Verdict::message);
  }
}

TEST_P(ParserTest, ReserveDoesNotChangeAnswers) {
  Parser parser(GetParam().options);
  EXPECT_TRUE(parser.reserve(0));
  EXPECT_EQ(parse_exact(parser, kMessage).verdict(), Verdict::message);
  EXPECT_TRUE(parser.reserve(100'000));
  EXPECT_EQ(parse_exact(parser, kMessage).verdict(), Verdict::message);
  EXPECT_TRUE(parser.reserve(10));
  EXPECT_EQ(parse_exact(parser, kMessage).verdict(), Verdict::message);
}

TEST_P(ParserTest, MovesWithItsState) {
  Parser first(limited(kMessage.size()));
  LeadResponse response;
  EXPECT_TRUE(first.parse(std::string_view("{}"), response));
  Parser second(std::move(first));
  EXPECT_EQ(second.violations().size(), 4u);
  EXPECT_FALSE(second.parse(kMessage, response));
  const std::string longer = std::string(kMessage) + " ";
  EXPECT_EQ(second.parse(longer, response).code, ErrorCode::too_large);
}

TEST_P(ParserTest, MovedFromOneRefuses) {
  Parser first(GetParam().options);
  Parser second(std::move(first));
  LeadResponse response;
  ASSERT_FALSE(second.parse(kMessage, response));
  EXPECT_TRUE(response.message.has_value());
  // NOLINTBEGIN(bugprone-use-after-move): that is the point.
  EXPECT_EQ(first.parse(kMessage, response), (Error{ErrorCode::out_of_memory, Field::document, 0}));
  EXPECT_EQ(response, LeadResponse());
  std::size_t size = 0;
  EXPECT_EQ(first.parse_line("{}\n[]", response, size).code, ErrorCode::out_of_memory);
  EXPECT_EQ(size, 2u);
  EXPECT_EQ(first.statistics().misses, 0u);
  EXPECT_TRUE(first.violations().empty());
  EXPECT_FALSE(first.reserve(1));
  first = std::move(second);
  EXPECT_FALSE(first.parse(kMessage, response));
  EXPECT_EQ(response.family, Family::message);
  EXPECT_TRUE(second.parse(kMessage, response));
  // NOLINTEND(bugprone-use-after-move)
}

}  // namespace
}  // namespace leadscan::testing
