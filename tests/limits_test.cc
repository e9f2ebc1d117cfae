// Limits: depth, document size, 64-bit numbers and exact decimals.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <type_traits>

#include "leadscan/json/number.h"
#include "tests/every_way.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

std::string times(std::size_t count, std::string_view text) {
  std::string result;
  while (count-- > 0) result += text;
  return result;
}

// `levels` containers inside one another.
std::string arrays(std::size_t levels) { return times(levels, "[") + times(levels, "]"); }
std::string objects(std::size_t levels) {
  return times(levels - 1, R"({"a":)") + "{}" + times(levels - 1, "}");
}
std::string mixture(std::size_t levels) {
  std::string result;
  for (std::size_t i = 0; i < levels; ++i) result += i % 3 == 0 ? R"({"x":1,"b" : )" : "[ 0,";
  result += "null";
  for (std::size_t i = levels; i-- > 0;) result += i % 3 == 0 ? " }" : ", {} ]";
  return result;
}

// What holds a value at some depth: `outer` containers are around it already.
struct Place {
  std::string_view before;
  std::string_view after;
  unsigned outer;
  Verdict verdict;
  Field field;
};
constexpr Place kPlaces[] = {
    {R"({"message":"m","x":)", "}", 1, Verdict::message, Field::document},
    {R"({"message":"m","data":)", "}", 1, Verdict::message, Field::data},
    {R"({"info":{"success":true,"x":)", R"(},"data":null})", 2, Verdict::update, Field::info},
    {R"({"info":{"success":true,"traceId":)", R"(},"data":null})", 2, Verdict::update,
     Field::info_trace_id},
    {R"({"info":{"success":true},"data":{"x":)", "}}", 2, Verdict::update, Field::data},
    {R"({"info":{"success":false},"data":{"partnerLeadOpportunityId":)", "}}", 2, Verdict::failure,
     Field::data_partner_lead_opportunity_id},
    {R"({"info":{"success":false},"data":null,"error":{"x":)", "}}", 2, Verdict::failure,
     Field::error},
    {R"({"info":{"success":false},"data":null,"errors":{"code":)", "}}", 2, Verdict::failure,
     Field::errors_code},
    {R"({"dsLeadOpportunityId":"","action":"","info":{"success":true,"statusCode":1},"partnerLeadOpportunityId":)",
     "}", 1, Verdict::violation, Field::partner_lead_opportunity_id},
    {"", "", 0, Verdict::violation, Field::document},
};

TEST(Depth, Of1024IsTakenAnd1025IsNot) {
  static_assert(kMaxDepth == 1024);
  EveryWay parser;
  for (const Place& place : kPlaces)
    for (std::string (*nest)(std::size_t) : {arrays, objects, mixture}) {
      const unsigned room = kMaxDepth - place.outer;
      // The mixture ends its arrays with an empty object, one level deeper than itself.
      const unsigned deepest = nest == mixture ? room - 1 : room;
      const auto json = [&](std::size_t levels) {
        return std::string(place.before).append(nest(levels)).append(place.after);
      };
      Outcome outcome = parse_exact(parser, json(deepest));
      EXPECT_NE(outcome.verdict(), Verdict::malformed) << place.before << outcome;
      if (nest == arrays) {
        EXPECT_EQ(outcome.verdict(), place.verdict) << place.before << outcome;
        outcome = parse_exact(parser, json(deepest + 1));
        EXPECT_EQ(outcome.error,
                  (Error{ErrorCode::too_deep, place.field, place.before.size() + room}));
      }
      for (std::size_t more = 1; more < 4; ++more) {
        outcome = parse_exact(parser, json(room + more));
        EXPECT_EQ(outcome.error.code, ErrorCode::too_deep) << place.before << more;
        EXPECT_EQ(outcome.error.field, place.field) << place.before;
        EXPECT_EQ(outcome.verdict(), Verdict::malformed);
        EXPECT_EQ(parse_strictly(json(room + more)), outcome);
      }
    }
}

TEST(Depth, EveryLevelIsClosedAsItWasOpened) {
  // An object or an array at random, level by level; then one bracket of the other kind.
  EveryWay parser;
  std::mt19937_64 random(64);
  for (int i = 0; i < (kSlow ? 100 : 1000); ++i) {
    const std::size_t levels = 1 + random() % (i % 2 == 0 ? 140 : kMaxDepth - 1);
    std::string opening;
    std::string closing;
    for (std::size_t level = 0; level < levels; ++level) {
      const bool object = random() % 2 == 0;
      opening += object ? R"({"a":)" : "[";
      closing += object ? '}' : ']';
    }
    std::reverse(closing.begin(), closing.end());
    std::string json = R"({"message":"m","x":)" + opening + "1" + closing + "}";
    EXPECT_EQ(parse_exact(parser, json).verdict(), Verdict::message) << json;
    const std::size_t at = json.size() - 2 - random() % levels;
    json[at] = json[at] == '}' ? ']' : '}';
    EXPECT_EQ(parse_exact(parser, json).error,
              (Error{ErrorCode::expected_comma, Field::document, at}))
        << json;
  }
}

TEST(Depth, PartnerObjectOf1024IsAValue) {
  const std::string json =
      R"({"dsLeadOpportunityId":"","action":"","info":{"success":true,"statusCode":1},"partnerLeadOpportunityId":)";
  EveryWay parser;
  EXPECT_EQ(parse_exact(parser, json + objects(1023) + "}").verdict(), Verdict::created);
  EXPECT_EQ(parse_exact(parser, json + objects(1024) + "}").error.code, ErrorCode::too_deep);
}

TEST(Depth, CountsNestingNotBrackets) {
  EveryWay parser;
  const std::string many = R"({"message":"m","x":[)" + times(3000, "[],{},") + "0]}";
  EXPECT_EQ(parse_exact(parser, many).verdict(), Verdict::message);
  const std::string in_string = R"({"message":")" + times(3000, "[{") + "\"}";
  EXPECT_EQ(parse_exact(parser, in_string).verdict(), Verdict::message);
}

TEST(Depth, OfMegabytesIsNoRecursion) {
  EveryWay parser;
  const std::string deep = R"({"x":)" + times(4'000'000, "[");
  EXPECT_EQ(parse_exact(parser, deep).error.code, ErrorCode::too_deep);
  EXPECT_EQ(parse_exact(parser, R"({"x":)" + times(2'000'000, "{\"\":")).error.code,
            ErrorCode::too_deep);
}

TEST(Size, DocumentsBeyondTheOptionAreRefusedUnread) {
  constexpr std::string_view kJson = R"({"message":"m"})";
  for (const std::size_t limit : {std::size_t{0}, std::size_t{1}, kJson.size() - 1}) {
    Parser parser(Parser::Options{.max_document_bytes = limit});
    LeadResponse response;
    EXPECT_EQ(parser.parse(kJson, response), (Error{ErrorCode::too_large, Field::document, limit}));
    EXPECT_EQ(response, LeadResponse());
    EXPECT_EQ(verdict_of(parser.parse(kJson, response), response.family), Verdict::too_large);
    EXPECT_TRUE(parser.violations().empty());
    // The same for the other overload; what a refused document holds is not looked at.
    EXPECT_EQ(parser.parse(PaddedBytes{kJson.data(), kJson.size(), kJson.size()}, response).code,
              ErrorCode::too_large);
  }
  Parser parser(Parser::Options{.max_document_bytes = kJson.size()});
  EXPECT_EQ(parse_exact(parser, kJson).verdict(), Verdict::message);
  EXPECT_EQ(parse_exact(parser, std::string(kJson) + " ").verdict(), Verdict::too_large);
}

TEST(Size, DefaultIs16MiB) {
  std::string json = R"({"message":"m"})";
  json.resize(std::size_t{16} << 20, ' ');
  Parser parser;
  EXPECT_EQ(parse_exact(parser, json).verdict(), Verdict::message);
  json += ' ';
  EXPECT_EQ(parse_exact(parser, json).error,
            (Error{ErrorCode::too_large, Field::document, std::size_t{16} << 20}));
}

TEST(Size, NoOptionGoesBeyond4GiB) {
  // Nothing is read of so long a document, so that its bytes need not be there.
  Parser parser(Parser::Options{.max_document_bytes = SIZE_MAX});
  LeadResponse response;
  const Error error = parser.parse(PaddedBytes{"", std::size_t{1} << 32, SIZE_MAX}, response);
  EXPECT_EQ(error.code, ErrorCode::too_large);
  EXPECT_EQ(error.offset, (std::uint64_t{1} << 32) - 1024);
}

using internal::IntegerKind;
using internal::to_integer;

struct Number {
  std::string text;
  IntegerKind kind;
  std::int64_t value = 0;
};

void check_number(const Number& number) {
  std::int64_t value = 99;
  ASSERT_EQ(to_integer(number.text, value), number.kind) << number.text.substr(0, 80);
  ASSERT_EQ(value, number.value) << number.text.substr(0, 80);
  // And through the parser, as a statusCode.
  const std::string json = created_with(R"("success":true,"statusCode":)" + number.text);
  EveryWay parser;
  LeadResponse response;
  const Error error = parser.parse(json, response);
  const std::uint64_t offset = json.find(R"(Code":)") + 6;
  switch (number.kind) {
    case IntegerKind::integer:
      ASSERT_FALSE(error) << number.text;
      ASSERT_EQ(response.status_code, number.value);
      break;
    case IntegerKind::fraction:
      ASSERT_EQ(error, (Error{ErrorCode::wrong_type, Field::info_status_code, offset}));
      ASSERT_EQ(parser.violations()[0].found, JsonType::number);
      break;
    case IntegerKind::out_of_range:
      ASSERT_EQ(error, (Error{ErrorCode::number_out_of_range, Field::info_status_code, offset}));
      ASSERT_EQ(parser.violations()[0].found, JsonType::integer);
      break;
  }
}

TEST(Numbers, Integers) {
  constexpr auto kInteger = IntegerKind::integer;
  for (const Number& number : {
           Number{"0", kInteger, 0},
           Number{"-0", kInteger, 0},
           Number{"0.0", kInteger, 0},
           Number{"-0.00e-5", kInteger, 0},
           Number{"0e999999999999999999999999", kInteger, 0},
           Number{"0e-999999999999999999999999", kInteger, 0},
           Number{"0.000e+18446744073709551616", kInteger, 0},
           Number{"1", kInteger, 1},
           Number{"-1", kInteger, -1},
           Number{"10", kInteger, 10},
           Number{"201", kInteger, 201},
           Number{"201.0", kInteger, 201},
           Number{"201.000000", kInteger, 201},
           Number{"2.01e2", kInteger, 201},
           Number{"2.01E+2", kInteger, 201},
           Number{"2.01e0000000000000000000002", kInteger, 201},
           Number{"2.01000e2", kInteger, 201},
           Number{"0.201e3", kInteger, 201},
           Number{"0.000201e6", kInteger, 201},
           Number{"20100e-2", kInteger, 201},
           Number{"-20100e-2", kInteger, -201},
           Number{"20100.00e-2", kInteger, 201},
           Number{"1e0", kInteger, 1},
           Number{"1e-0", kInteger, 1},
           Number{"1E18", kInteger, 1'000'000'000'000'000'000},
           Number{"9e18", kInteger, 9'000'000'000'000'000'000},
           Number{"9223372036854775807", kInteger, INT64_MAX},
           Number{"9223372036854775806", kInteger, INT64_MAX - 1},
           Number{"-9223372036854775808", kInteger, INT64_MIN},
           Number{"-9223372036854775807", kInteger, -INT64_MAX},
           Number{"9223372036854775807.0", kInteger, INT64_MAX},
           Number{"9.223372036854775807e18", kInteger, INT64_MAX},
           Number{"9.223372036854775807000e18", kInteger, INT64_MAX},
           Number{"-9.223372036854775808e18", kInteger, INT64_MIN},
           Number{"92233720368547758070e-1", kInteger, INT64_MAX},
           Number{"0.9223372036854775807e19", kInteger, INT64_MAX},
           Number{"1" + std::string(1000, '0') + "e-1000", kInteger, 1},
           Number{"0." + std::string(1000, '0') + "7e1001", kInteger, 7},
           Number{"5." + std::string(1000, '0'), kInteger, 5},
       })
    check_number(number);
}

// The one pass over short numbers against the exact conversion.
TEST(Numbers, BothConversionsAgree) {
  std::mt19937_64 random(5);
  const auto below = [&](std::uint64_t limit) { return random() % limit; };
  const auto digits = [&](std::size_t most) {
    std::string text;
    for (std::size_t size = 1 + below(most); text.size() < size;)
      text += below(3) == 0 ? '0' : static_cast<char>('0' + below(10));
    return text;
  };
  std::array<int, 3> seen{};
  for (int i = 0; i < 300'000; ++i) {
    std::string number = below(3) == 0 ? "-" : "";
    std::string whole = digits(below(8) == 0 ? 20 : 6);
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
    number += whole;
    if (below(2) == 0) number += "." + digits(below(8) == 0 ? 20 : 5);
    if (below(2) == 0) {
      constexpr std::string_view kMarks[] = {"e", "E", "e+", "e-", "E-"};
      number += kMarks[below(std::size(kMarks))];
      number += below(2) == 0 ? digits(1) : digits(3);
    }
    std::int64_t fast = 1;
    std::int64_t exact = 2;
    const IntegerKind kind = to_integer(number, fast);
    ASSERT_EQ(kind, internal::to_integer_exactly(number, exact)) << number;
    ASSERT_EQ(fast, exact) << number;
    ++seen[static_cast<std::size_t>(kind)];
  }
  for (const int count : seen) EXPECT_GT(count, 3000);
}

TEST(Numbers, Fractions) {
  for (const char* text :
       {"0.5", "-0.5", "1.5", "201.1", "1e-1", "201e-1", "2010e-2", "2.011e2", "1e-400", "-1e-400",
        "1e-999999999999999999999999", "0.1e0", "0.01e1", "9223372036854775807.5",
        "-9223372036854775808.1", "99999999999999999999999.5", "123456789012345678901234567890.1e0",
        "1.00000000000000000000000000000000000001"})
    check_number({text, IntegerKind::fraction});
  check_number({"201." + std::string(5000, '0') + "1", IntegerKind::fraction});
  check_number({"1" + std::string(1000, '0') + "e-1001", IntegerKind::fraction});
  check_number({std::string(1000, '9') + "." + std::string(1000, '9'), IntegerKind::fraction});
}

TEST(Numbers, OutOfRange) {
  for (const char* text : {"9223372036854775808",
                           "-9223372036854775809",
                           "9223372036854775808.0",
                           "1e19",
                           "-1e19",
                           "9.223372036854775808e18",
                           "-9.223372036854775809e18",
                           "10000000000000000000",
                           "18446744073709551615",
                           "18446744073709551616",
                           "18446744073709551817",
                           "100000000000000000000",
                           "1e20",
                           "1e400",
                           "-1e400",
                           "1e99999999999999999999999",
                           "1.5e99999999999999999999999",
                           "9999999999999999999",
                           "0.1e400",
                           "1e2147483648",
                           "1e9223372036854775807",
                           "1e9223372036854775808",
                           "1e18446744073709551616"})
    check_number({text, IntegerKind::out_of_range});
  check_number({"1" + std::string(5000, '0'), IntegerKind::out_of_range});
  // 2^64 + 201, which wraps around to 201.
  check_number({"18446744073709551817.000", IntegerKind::out_of_range});
}

TEST(Numbers, EveryPowerOfTenInEverySpelling) {
  std::int64_t power = 1;
  for (int exponent = 0; exponent <= 18; ++exponent, power *= exponent <= 18 ? 10 : 1) {
    const std::string zeros(static_cast<std::size_t>(exponent), '0');
    const std::string e = std::to_string(exponent);
    for (const std::string& text : {"1" + zeros, "1" + zeros + ".0", "1e" + e, "1.0e" + e,
                                    "0.1e" + std::to_string(exponent + 1), "1" + zeros + "00e-2"}) {
      check_number({text, IntegerKind::integer, power});
      check_number({"-" + text, IntegerKind::integer, -power});
    }
    check_number({"1" + zeros + "e-" + std::to_string(exponent + 1), IntegerKind::fraction});
  }
}

TEST(Numbers, UnreadOnesAreNeverConverted) {
  EveryWay parser;
  for (const char* number :
       {"1e999", "-1e999", "1e-999", "1e99999999999999999999", "0.1e-99999999"}) {
    const std::string json =
        R"({"message":"m","x":)" + std::string(number) + R"(,"y":[)" + number + "]}";
    EXPECT_EQ(parse_exact(parser, json).verdict(), Verdict::message) << number;
  }
  const std::string digits = R"({"message":"m","x":)" + std::string(100'000, '9') + "}";
  EXPECT_EQ(parse_exact(parser, digits).verdict(), Verdict::message);
}

}  // namespace
}  // namespace leadscan::testing
