// Characters: UTF-8, escapes, surrogates, control characters, byte order marks. Exhaustive where
// the space is small; what is right comes from definitions written again here.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "tests/every_way.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

constexpr std::string_view kBefore = R"({"message":"ab)";
constexpr std::string_view kAfter = R"(yz"})";

std::string message(std::string_view text) {
  return std::string(kBefore).append(text).append(kAfter);
}

// The encoding form of Unicode, table 3-7, as ranges of whole sequences. Returns how many bytes
// the well-formed sequence at the front has, or 0.
std::size_t well_formed(std::string_view s) {
  const auto at = [&](std::size_t i) {
    return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u;
  };
  const auto in = [&](std::size_t i, unsigned low, unsigned high) {
    return at(i) >= low && at(i) <= high;
  };
  if (at(0) < 0x80) return 1;
  if (in(0, 0xC2, 0xDF) && in(1, 0x80, 0xBF)) return 2;
  if ((at(0) == 0xE0 && in(1, 0xA0, 0xBF) && in(2, 0x80, 0xBF)) ||
      (in(0, 0xE1, 0xEC) && in(1, 0x80, 0xBF) && in(2, 0x80, 0xBF)) ||
      (at(0) == 0xED && in(1, 0x80, 0x9F) && in(2, 0x80, 0xBF)) ||
      (in(0, 0xEE, 0xEF) && in(1, 0x80, 0xBF) && in(2, 0x80, 0xBF)))
    return 3;
  if ((at(0) == 0xF0 && in(1, 0x90, 0xBF) && in(2, 0x80, 0xBF) && in(3, 0x80, 0xBF)) ||
      (in(0, 0xF1, 0xF3) && in(1, 0x80, 0xBF) && in(2, 0x80, 0xBF) && in(3, 0x80, 0xBF)) ||
      (at(0) == 0xF4 && in(1, 0x80, 0x8F) && in(2, 0x80, 0xBF) && in(3, 0x80, 0xBF)))
    return 4;
  return 0;
}

// `text` holds bytes >= 0x80 only, and is in a string.
void check_utf8(EveryWay& parser, std::string_view text) {
  std::size_t bad = 0;
  while (bad < text.size()) {
    const std::size_t size = well_formed(text.substr(bad));
    if (size == 0) break;
    bad += size;
  }
  const std::string json = message(text);
  const Outcome outcome = parse_exact(parser, json);
  if (bad == text.size()) {
    ASSERT_EQ(outcome.verdict(), Verdict::message) << outcome << ::testing::PrintToString(text);
  } else {
    ASSERT_EQ(outcome.error, (Error{ErrorCode::invalid_utf8, Field::message, kBefore.size() + bad}))
        << ::testing::PrintToString(text);
  }
}

std::string bytes(std::initializer_list<unsigned> values) {
  std::string text;
  for (const unsigned value : values) text += static_cast<char>(value);
  return text;
}

TEST(Utf8, EveryByte) {
  EveryWay parser;
  for (unsigned a = 0x80; a < 0x100; ++a) check_utf8(parser, bytes({a}));
}

TEST(Utf8, EveryPairOfBytes) {
  EveryWay parser;
  for (unsigned a = 0x80; a < 0x100; ++a)
    for (unsigned b = 0x80; b < 0x100; ++b) check_utf8(parser, bytes({a, b}));
}

TEST(Utf8, ThreeBytesAtEveryBoundary) {
  EveryWay parser;
  for (unsigned a = 0xC0; a < 0x100; ++a)
    for (unsigned b = 0x80; b < 0x100; b += b < 0xC0 ? 1 : 7)
      for (const unsigned c : {0x80u, 0x8Fu, 0xA0u, 0xBFu, 0xC0u, 0xC2u, 0xE0u, 0xFFu})
        check_utf8(parser, bytes({a, b, c}));
}

TEST(Utf8, FourBytesAtEveryBoundary) {
  EveryWay parser;
  for (unsigned a = 0xE0; a < 0x100; ++a)
    for (const unsigned b : {0x80u, 0x8Fu, 0x90u, 0x9Fu, 0xA0u, 0xBFu, 0xC0u})
      for (const unsigned c : {0x80u, 0xBFu, 0xC0u, 0xF0u})
        for (const unsigned d : {0x80u, 0xBFu, 0xC2u, 0xFFu})
          check_utf8(parser, bytes({a, b, c, d}));
}

TEST(Utf8, SequencesCutByAscii) {
  EveryWay parser;
  for (const std::string_view cut :
       {"\xC3", "\xE2\x82", "\xF0\x9F\x98", "\xE2", "\xF0\x9F", "\xF0"})
    for (const char next : {'x', '"', '\\', '\x7F'}) {
      const std::string json = message(std::string(cut) + next);
      EXPECT_EQ(parse_exact(parser, json).error,
                (Error{ErrorCode::invalid_utf8, Field::message, kBefore.size()}))
          << ::testing::PrintToString(json);
    }
}

TEST(Utf8, AtEveryPlaceOfABlock) {
  // The fast path works on blocks of 64 bytes: nothing must depend on where a sequence falls.
  EveryWay parser;
  for (std::size_t space = 0; space < 130; ++space) {
    std::string front(space, ' ');
    EXPECT_EQ(parse_exact(parser, front + message("\xF0\x9F\x98\x80")).verdict(), Verdict::message);
    for (const std::string_view bad : {"\xF0\x9F\x98", "\xED\xA0\x80", "\xC0\x80", "\x80", "\xFF"})
      EXPECT_EQ(parse_exact(parser, front + message(bad)).error,
                (Error{ErrorCode::invalid_utf8, Field::message, space + kBefore.size()}));
  }
}

void append_utf8(std::string& text, unsigned c) {
  const auto put = [&](unsigned byte) { text += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 + c / 64), put(0x80 + c % 64);
  } else if (c < 0x10000) {
    put(0xE0 + c / 4096), put(0x80 + c / 64 % 64), put(0x80 + c % 64);
  } else {
    put(0xF0 + c / 262144), put(0x80 + c / 4096 % 64), put(0x80 + c / 64 % 64), put(0x80 + c % 64);
  }
}

TEST(Utf8, EveryCodePointIsTaken) {
  EveryWay parser;
  std::string text;
  for (unsigned c = 0x20; c < 0x110000; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    if (c != '"' && c != '\\') append_utf8(text, c);
    if (c % 4096 == 4095 || c == 0xD7FF) {
      const std::string json = message(text);
      LeadResponse response;
      ASSERT_FALSE(parser.parse(json, response)) << std::hex << c;
      ASSERT_EQ(response.message.raw(), "ab" + text + "yz");
      text.clear();
    }
  }
}

TEST(Utf8, IsCheckedInEveryPlace) {
  EveryWay parser;
  const struct {
    std::string_view before, after;
    ErrorCode code;
  } places[] = {
      {R"({"message":"x","y":")", R"("})", ErrorCode::invalid_utf8},
      {R"({"message":"x","y":[["a",")", R"("]]})", ErrorCode::invalid_utf8},
      {R"({"message":"x",")", R"(":1})", ErrorCode::invalid_utf8},
      {R"({"message":"x","y":{")", R"(":1}})", ErrorCode::invalid_utf8},
      {R"({"partnerLeadOpportunityId":{"x":")", R"("}})", ErrorCode::invalid_utf8},
      {R"({"message":)", R"(})", ErrorCode::expected_value},
      {R"({"message":"x","y":1)", R"(})", ErrorCode::invalid_number},
      {R"({"message":"x")", R"(})", ErrorCode::expected_comma},
      {R"({"message":"x"} )", R"()", ErrorCode::content_after_document},
      {R"( )", R"({"message":"x"})", ErrorCode::expected_value},
  };
  for (const auto& place : places)
    for (const std::string_view bad : {"\xFF", "\x80", "\xC0\xAF", "\xED\xA0\x80"}) {
      const std::string json = std::string(place.before).append(bad).append(place.after);
      const Error error = parse_exact(parser, json).error;
      EXPECT_EQ(error.code, place.code) << json;
      EXPECT_EQ(error.offset, place.before.size()) << json;
    }
}

TEST(ControlCharacters, AreRefusedInStringsEverywhere) {
  EveryWay parser;
  for (unsigned c = 0; c < 0x20; ++c) {
    const std::string one = bytes({c});
    EXPECT_EQ(parse_exact(parser, message(one)).error,
              (Error{ErrorCode::control_character, Field::message, kBefore.size()}))
        << c;
    const std::string name = "{\"message\":\"x\",\"a" + one + "\":1}";
    EXPECT_EQ(parse_exact(parser, name).error,
              (Error{ErrorCode::control_character, Field::document, 17}))
        << c;
    const std::string nested = "{\"message\":\"x\",\"a\":{\"b\":[\"" + one + "\"]}}";
    EXPECT_EQ(parse_exact(parser, nested).error,
              (Error{ErrorCode::control_character, Field::document, 26}))
        << c;
  }
  EXPECT_EQ(parse_exact(parser, message("\x7F")).verdict(), Verdict::message);
}

TEST(ControlCharacters, OnlyFourAreWhiteSpace) {
  EveryWay parser;
  for (unsigned c = 0; c < 0x21; ++c) {
    const std::string one = bytes({c});
    const bool white = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    const std::string places[] = {
        one + R"({"message":"x"})",
        "{" + one + R"("message":"x"})",
        R"({"message")" + one + R"(:"x"})",
        R"({"message":)" + one + R"("x"})",
        R"({"message":"x")" + one + "}",
        R"({"message":"x"})" + one,
        R"({"message":"x",)" + one + R"("y":1})",
        R"({"message":"x","y":1)" + one + "}",
        R"({"message":"x","y":true)" + one + ",\"z\":2}",
        R"({"message":"x","y":[)" + one + "]}",
        R"({"message":"x","y":[1)" + one + ",2]}",
    };
    for (const std::string& json : places) {
      const Outcome outcome = parse_exact(parser, json);
      EXPECT_EQ(outcome.verdict(), white ? Verdict::message : Verdict::malformed)
          << ::testing::PrintToString(json);
      EXPECT_EQ(parse_strictly(json), outcome);
      if (!white) {
        EXPECT_EQ(outcome.error.offset, json.find(one)) << ::testing::PrintToString(json);
      }
    }
  }
}

TEST(Escapes, OnlyEightLettersAndU) {
  EveryWay parser;
  for (unsigned c = 0; c < 0x100; ++c) {
    const std::string json = message("\\" + bytes({c}));
    const Outcome outcome = parse_exact(parser, json);
    if (c != 0 &&
        std::string_view("\"\\/bfnrt").find(static_cast<char>(c)) != std::string_view::npos) {
      EXPECT_EQ(outcome.verdict(), Verdict::message) << c;
      EXPECT_TRUE(outcome.texts[7].escaped) << c;
    } else if (c == 'u') {
      EXPECT_EQ(outcome.error.code, ErrorCode::invalid_escape);  // "yz" are no digits
      EXPECT_EQ(outcome.error.offset, kBefore.size() + 2);
    } else {
      EXPECT_EQ(outcome.error,
                (Error{ErrorCode::invalid_escape, Field::message, kBefore.size() + 1}))
          << c;
    }
  }
}

TEST(Escapes, EveryUnitOfFourDigits) {
  // Upper and lower case; a surrogate alone is an error, everything else is taken and decodes.
  constexpr std::string_view kUpper = "0123456789ABCDEF";
  constexpr std::string_view kLower = "0123456789abcdef";
  EveryWay parser;
  for (unsigned unit = 0; unit < 0x10000; ++unit) {
    const std::string_view digits = unit % 2 == 0 ? kUpper : kLower;
    const std::string escape = {'\\',
                                'u',
                                digits[unit >> 12],
                                digits[unit >> 8 & 15],
                                digits[unit >> 4 & 15],
                                digits[unit & 15]};
    const std::string json = message(escape);
    LeadResponse response;
    const Error error = parser.parse(json, response);
    if (unit >= 0xD800 && unit <= 0xDFFF) {
      ASSERT_EQ(error, (Error{ErrorCode::lone_surrogate, Field::message, kBefore.size()}))
          << escape;
      continue;
    }
    ASSERT_FALSE(error) << escape;
    std::string expected = "ab";
    append_utf8(expected, unit);
    expected += "yz";
    std::array<char, 16> memory;
    ASSERT_EQ(response.message.decode(memory), expected) << escape;
    ASSERT_TRUE(response.message.equals(expected)) << escape;
  }
}

TEST(Escapes, SurrogatePairs) {
  EveryWay parser;
  const auto escape = [](unsigned unit) {
    constexpr std::string_view kDigits = "0123456789aBcDEf";
    return std::string{'\\',
                       'u',
                       kDigits[unit >> 12],
                       kDigits[unit >> 8 & 15],
                       kDigits[unit >> 4 & 15],
                       kDigits[unit & 15]};
  };
  for (unsigned high = 0xD800; high < 0xDC00; high += high % 64 == 62 ? 1 : 31)
    for (unsigned low = 0xDC00; low < 0xE000; low += low % 64 == 62 ? 1 : 31) {
      const std::string json = message(escape(high) + escape(low));
      LeadResponse response;
      ASSERT_FALSE(parser.parse(json, response)) << json;
      std::string expected = "ab";
      append_utf8(expected, 0x10000 + (high - 0xD800) * 0x400 + (low - 0xDC00));
      expected += "yz";
      ASSERT_TRUE(response.message.equals(expected)) << json;
    }
  // Anything else behind a high one, and a low one in front.
  for (const unsigned other : {0x0000u, 0x0041u, 0xD7FFu, 0xD800u, 0xDBFFu, 0xE000u, 0xFFFFu}) {
    EXPECT_EQ(parse_exact(parser, message(escape(0xDBFF) + escape(other))).error,
              (Error{ErrorCode::lone_surrogate, Field::message, kBefore.size()}))
        << other;
    if (other < 0xD800 || other > 0xDBFF) {
      EXPECT_EQ(parse_exact(parser, message(escape(other) + escape(0xDC00))).error,
                (Error{ErrorCode::lone_surrogate, Field::message, kBefore.size() + 6}))
          << other;
    }
  }
}

TEST(Escapes, EveryByteForEachHexDigit) {
  EveryWay parser;
  for (std::size_t place = 0; place < 4; ++place)
    for (unsigned c = 0; c < 0x100; ++c) {
      std::string escape = "\\u0000";
      escape[2 + place] = static_cast<char>(c);
      const std::string json = message(escape);
      const Outcome outcome = parse_exact(parser, json);
      const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      if (digit) {
        EXPECT_EQ(outcome.verdict(), Verdict::message) << json;
      } else {
        EXPECT_EQ(outcome.error,
                  (Error{ErrorCode::invalid_escape, Field::message, kBefore.size() + 2 + place}))
            << json;
      }
    }
}

TEST(Escapes, RunsOfBackslashesAtEveryPlaceOfABlock) {
  // Whether the quote behind them is escaped depends on their number being odd.
  EveryWay parser;
  for (std::size_t space = 0; space < 64; ++space)
    for (std::size_t run = 0; run < 140; run += run < 8 ? 1 : 11) {
      const std::string json =
          std::string(space, ' ') + R"({"message":")" + std::string(run, '\\') + R"("})";
      const Outcome outcome = parse_exact(parser, json);
      if (run % 2 == 0) {
        ASSERT_EQ(outcome.verdict(), Verdict::message) << json;
        ASSERT_EQ(outcome.texts[7].size, run);
      } else {
        ASSERT_EQ(outcome.verdict(), Verdict::truncated) << json;
      }
      ASSERT_EQ(parse_strictly(json), outcome) << json;
    }
}

TEST(Escapes, AtBothEndsOfADocumentThatFillsTheBuffers) {
  // What is known of its first and of its last block is in different places.
  for (const std::size_t capacity : {4096, 8192})
    for (std::size_t size = capacity - 140; size <= capacity; size += kSlow ? 7 : 1) {
      EveryWay parser;
      const std::string_view first = R"({"x":"\u0041\u0042\n\u0043\\u\u0044","message":")";
      for (const std::string_view last : {R"(\\\n\t plain \r\b\f","y":"plain","z":"\u0045\\"})",
                                          R"(plain","y":"plain","z":""})"}) {
        std::string json(first);
        json.append(size - first.size() - last.size(), ' ').append(last);
        const Outcome outcome = parse_exact(parser, json);
        ASSERT_EQ(outcome.verdict(), Verdict::message) << size;
        ASSERT_EQ(outcome.texts[7].escaped, last.front() == '\\') << size;
      }
    }
}

TEST(ByteOrderMark, IsNamedAtTheFrontOnly) {
  EveryWay parser;
  const std::string mark = "\xEF\xBB\xBF";
  EXPECT_EQ(parse_exact(parser, mark + message("")).error,
            (Error{ErrorCode::byte_order_mark, Field::document, 0}));
  EXPECT_EQ(parse_exact(parser, mark).error,
            (Error{ErrorCode::byte_order_mark, Field::document, 0}));
  EXPECT_EQ(parse_exact(parser, mark + mark + message("")).error.code, ErrorCode::byte_order_mark);
  // Half of one begins no JSON object, so that it is malformed and not truncated.
  EXPECT_EQ(parse_exact(parser, "\xEF\xBB").verdict(), Verdict::malformed);
  EXPECT_EQ(parse_exact(parser, "\xEF").verdict(), Verdict::malformed);
  // Inside a string it is a character like any other.
  EXPECT_EQ(parse_exact(parser, message(mark)).verdict(), Verdict::message);
}

}  // namespace
}  // namespace leadscan::testing
