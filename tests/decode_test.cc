// Text::decode and Text::equals: escapes are resolved when asked for, into the caller's memory.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "tests/every_way.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

using namespace std::string_view_literals;

struct Case {
  std::string_view raw;
  std::string_view decoded;
};
constexpr Case kEscaped[] = {
    {R"(\")", "\""},
    {R"(\\)", "\\"},
    {R"(\/)", "/"},
    {R"(\b\f\n\r\t)", "\b\f\n\r\t"},
    {R"(a\nb)", "a\nb"},
    {R"(\na)", "\na"},
    {R"(a\n)", "a\n"},
    {R"(\\n)", "\\n"},
    {R"(\\\n)", "\\\n"},
    {R"(\\\\)", R"(\\)"},
    {R"(\u0041)", "A"},
    {R"(\u0000)", "\0"sv},
    {R"(a\u0000b)", "a\0b"sv},
    {R"(\u007f\u0080)", "\x7F\xC2\x80"},
    {R"(\u07ff\u0800)", "\xDF\xBF\xE0\xA0\x80"},
    {R"(\ud7ff\ue000\uffff)", "\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"},
    {R"(\ud800\udc00)", "\xF0\x90\x80\x80"},
    {R"(\uDBFF\uDFFF)", "\xF4\x8F\xBF\xBF"},
    {R"(\uD83D\uDE00!)", "\xF0\x9F\x98\x80!"},
    {R"(\u00e9\u00E9\u20aC)", "\xC3\xA9\xC3\xA9\xE2\x82\xAC"},
    {"\xE2\x82\xAC\\t\xC3\xA9", "\xE2\x82\xAC\t\xC3\xA9"},
    {R"(u\u0075u0075)", "uuu0075"},
    {R"({\"a\":[\"\u0062\"]})", R"({"a":["b"]})"},
};

TEST(Decode, Escapes) {
  EveryWay parser;
  for (const Case& c : kEscaped) {
    const std::string json = R"({"message":")" + std::string(c.raw) + R"("})";
    LeadResponse response;
    ASSERT_FALSE(parser.parse(json, response)) << json;
    const Text& text = response.message;
    EXPECT_EQ(text.raw(), c.raw);
    EXPECT_TRUE(text.escaped());
    EXPECT_TRUE(text.has_value());
    EXPECT_TRUE(text.equals(c.decoded)) << c.raw;

    // raw().size() bytes suffice, and so do as many as there are characters' bytes.
    for (std::size_t size = c.decoded.size(); size <= c.raw.size(); ++size) {
      std::vector<char> memory(size);
      const auto decoded = text.decode(memory);
      ASSERT_TRUE(decoded.has_value()) << c.raw;
      EXPECT_EQ(*decoded, c.decoded);
      EXPECT_EQ(decoded->data(), memory.data());
    }
  }
}

TEST(Decode, TooLittleMemoryIsTold) {
  for (const Case& c : kEscaped) {
    const Text text = Text::string(c.raw, true);
    for (std::size_t size = 0; size < c.decoded.size(); ++size) {
      // Exact heap blocks, so that a sanitizer sees a write behind them.
      std::vector<char> memory(size);
      EXPECT_FALSE(text.decode(memory).has_value()) << c.raw << ' ' << size;
      std::vector<char> enough(c.raw.size());
      EXPECT_EQ(text.decode(enough), c.decoded) << "a second attempt";
    }
    EXPECT_FALSE(text.decode({}).has_value()) << c.raw;
  }
}

TEST(Decode, WithoutEscapesNothingIsCopied) {
  const std::string_view raw = "plain \xE2\x82\xAC";
  const Text text = Text::string(raw, false);
  std::array<char, 32> memory;
  memory.fill('#');
  const auto decoded = text.decode(memory);
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->data(), raw.data());
  EXPECT_EQ(*decoded, raw);
  for (const char c : memory) EXPECT_EQ(c, '#');
  EXPECT_EQ(text.decode({})->data(), raw.data());
}

TEST(Decode, DoesNotTouchMemoryBehindTheCharacters) {
  std::array<char, 32> memory;
  memory.fill('#');
  const auto decoded = Text::string(R"(a\u0062c)", true).decode(memory);
  ASSERT_EQ(decoded, "abc");
  for (std::size_t i = 3; i < memory.size(); ++i) EXPECT_EQ(memory[i], '#') << i;
}

TEST(Decode, ObjectsAreShownAsTheyStand) {
  const std::string_view raw = R"({"a":"\n"})";
  const Text text = Text::object(raw);
  EXPECT_TRUE(text.has_value());
  EXPECT_TRUE(text.is_object());
  EXPECT_FALSE(text.escaped());
  EXPECT_EQ(text.decode({}), raw);
  EXPECT_TRUE(text.equals(raw));
}

TEST(Decode, WithoutValueIsEmpty) {
  for (const Text& text : {Text(), Text::null(), Text::other()}) {
    const auto decoded = text.decode({});
    ASSERT_TRUE(decoded.has_value());
    EXPECT_TRUE(decoded->empty());
    EXPECT_FALSE(text.equals(""));
    EXPECT_FALSE(text.equals("null"));
  }
}

TEST(Equals, NeedsTheWholeText) {
  for (const Case& c : kEscaped) {
    const Text text = Text::string(c.raw, true);
    EXPECT_TRUE(text.equals(c.decoded));
    EXPECT_FALSE(text.equals(std::string(c.decoded) + "x")) << c.raw;
    EXPECT_FALSE(text.equals(std::string(c.decoded) + std::string(1, '\0'))) << c.raw;
    for (std::size_t size = 0; size < c.decoded.size(); ++size) {
      EXPECT_FALSE(text.equals(c.decoded.substr(0, size))) << c.raw << ' ' << size;
      std::string other(c.decoded);
      other[size] = static_cast<char>(other[size] ^ 1);
      EXPECT_FALSE(text.equals(other)) << c.raw << ' ' << size;
    }
    EXPECT_FALSE(text.equals(c.raw)) << c.raw;
  }
  EXPECT_TRUE(Text::string("abc", false).equals("abc"));
  EXPECT_FALSE(Text::string("abc", false).equals("ab"));
  EXPECT_FALSE(Text::string("abc", false).equals("abcd"));
  EXPECT_FALSE(Text::string("abc", false).equals(""));
}

TEST(Equals, ComparesCharactersWhereTheOperatorComparesSpelling) {
  EXPECT_FALSE(Text::string("A", false) == Text::string(R"(\u0041)", true));
  EXPECT_TRUE(Text::string(R"(\u0041)", true).equals("A"));
  EXPECT_FALSE(Text::string("{}", false) == Text::object("{}"));
  EXPECT_TRUE(Text::string("A", false) == Text::string(std::string_view("xA").substr(1), false));
}

TEST(Decode, EveryTextOfEveryFixture) {
  // decode() and equals() agree, and what is decoded is no longer than what is not.
  EveryWay parser;
  for (const Fixture& fixture : fixtures()) {
    LeadResponse response;
    if (parser.parse(fixture.bytes, response) && parser.violations().empty()) continue;
    for (const auto member : kTexts) {
      const Text& text = response.*member;
      if (!text.has_value()) continue;
      std::vector<char> memory(text.raw().size());
      const auto decoded = text.decode(memory);
      ASSERT_TRUE(decoded.has_value()) << fixture.name;
      EXPECT_TRUE(text.equals(*decoded)) << fixture.name;
      EXPECT_EQ(text.escaped(), !text.is_object() && text.raw().find('\\') != text.raw().npos);
      EXPECT_LE(decoded->size(), text.raw().size());
      if (!text.escaped()) {
        EXPECT_EQ(decoded->data(), text.raw().data());
      }
    }
  }
}

}  // namespace
}  // namespace leadscan::testing
