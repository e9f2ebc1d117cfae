// Texts are views into the bytes that the caller gave: not copies, nor views into the parser.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "tests/kind_test.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

static_assert(sizeof(Text) == 16 && std::is_trivially_copyable_v<Text>);
static_assert(std::is_trivially_copyable_v<LeadResponse>);
static_assert(std::is_trivially_destructible_v<LeadResponse>);

class ZeroCopyTest : public KindTest {};

LEADSCAN_FOR_EVERY_KIND(ZeroCopyTest);

bool inside(std::string_view whole, std::string_view part) {
  const std::less_equal<const char*> before;
  return before(whole.data(), part.data()) &&
         before(part.data() + part.size(), whole.data() + whole.size());
}

void expect_views(std::string_view json, const LeadResponse& response, const std::string& name) {
  for (std::size_t i = 0; i < std::size(kTexts); ++i) {
    const Text& text = response.*kTexts[i];
    if (!text.has_value()) continue;
    ASSERT_TRUE(inside(json, text.raw())) << name << ' ' << kTextNames[i];
    const std::size_t begin = static_cast<std::size_t>(text.raw().data() - json.data());
    const std::size_t end = begin + text.raw().size();
    if (text.is_object()) {
      EXPECT_EQ(json[begin], '{') << name << ' ' << kTextNames[i];
      EXPECT_EQ(json[end - 1], '}') << name << ' ' << kTextNames[i];
    } else {
      ASSERT_TRUE(begin > 0 && end < json.size());
      EXPECT_EQ(json[begin - 1], '"') << name << ' ' << kTextNames[i];
      EXPECT_EQ(json[end], '"') << name << ' ' << kTextNames[i];
    }
  }
}

TEST_P(ZeroCopyTest, EveryTextOfEveryFixtureIsInsideTheInput) {
  for (const Fixture& fixture : fixtures()) {
    Parser parser(GetParam().options);
    const std::vector<char> exact(fixture.bytes.begin(), fixture.bytes.end());
    const std::string_view json(exact.data(), exact.size());
    LeadResponse response;
    // Again and again: the second time it may be learned, the third it may be recognised.
    for (int time = 0; time < 3; ++time) {
      if (parser.parse(json, response).code == ErrorCode::truncated) continue;
      expect_views(json, response, fixture.name);
    }
    if (GetParam().options.path == Path::learned && is_learnable(fixture.bytes)) {
      EXPECT_EQ(hits(parser), 1u) << fixture.name;
    }

    const PaddedCopy copy(fixture.bytes);
    const PaddedBytes padded = copy.bytes();
    if (parser.parse(padded, response).code == ErrorCode::truncated) continue;
    expect_views({padded.data, padded.size}, response, fixture.name + " padded");
  }
}

TEST_P(ZeroCopyTest, TextsAreTheVeryBytes) {
  std::string json = created_with(R"("success":true,"statusCode":201,"traceId":"T\u0052ace")");
  Parser parser(GetParam().options);
  LeadResponse response;
  ASSERT_FALSE(parser.parse(json, response));
  EXPECT_EQ(response.action.raw().data(), json.data() + json.find("create"));
  EXPECT_EQ(response.trace_id.raw().data(), json.data() + json.find("T\\u"));
  // Who writes to the input sees it in the views.
  json[json.find("create")] = 'C';
  EXPECT_EQ(response.action.raw(), "Create");
}

TEST_P(ZeroCopyTest, ThePartnerObjectIsTheVeryBytes) {
  const std::string& json = fixture("created/partner_id_object_nested");
  Parser parser(GetParam().options);
  LeadResponse response;
  ASSERT_FALSE(parser.parse(json, response));
  EXPECT_TRUE(response.partner_lead_opportunity_id.is_object());
  EXPECT_EQ(response.partner_lead_opportunity_id.raw().data(), json.data() + json.find("{\"a\""));
}

TEST_P(ZeroCopyTest, EscapedTextsAreViewsToo) {
  const std::string& json = fixture("created/escapes_of_every_kind");
  Parser parser(GetParam().options);
  LeadResponse response;
  ASSERT_FALSE(parser.parse(json, response));
  EXPECT_TRUE(response.action.escaped());
  EXPECT_TRUE(inside(json, response.action.raw()));
  EXPECT_EQ(response.action.raw(), R"(\"\\\/\b\f\n\r\t)");
}

TEST_P(ZeroCopyTest, ViewsOutliveTheParserAndItsNextDocument) {
  const std::string& json = fixture("created/typical");
  LeadResponse response;
  {
    Parser parser(GetParam().options);
    ASSERT_FALSE(parser.parse(json, response));
    LeadResponse other;
    ASSERT_FALSE(parser.parse(fixture("created/long_string"), other));
  }
  EXPECT_EQ(response.partner_lead_opportunity_id.raw(), "ACME-000117");
  EXPECT_EQ(response.trace_id.raw(), "0123456789abcdef0123456789abcdef");
}

TEST_P(ZeroCopyTest, InputMayBeReadOnlyMemory) {
  static const char kJson[] = R"({"message":"in the program's constants"})";
  Parser parser(GetParam().options);
  LeadResponse response;
  ASSERT_FALSE(parser.parse(std::string_view(kJson), response));
  EXPECT_EQ(response.message.raw().data(), kJson + 12);
}

}  // namespace
}  // namespace leadscan::testing
