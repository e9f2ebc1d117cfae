// Errors as people see them: under each document is the picture that render() must draw.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/every_way.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

// `picture` begins with a line break, so that it looks in the test as on a terminal.
void expect_picture(std::string_view json, std::string_view picture) {
  EveryWay parser;
  LeadResponse response;
  const Error error = parser.parse(json, response);
  EXPECT_TRUE(error);
  EXPECT_EQ("\n" + render(json, error), picture) << error;
}

TEST(Errors, WrongType) {
  expect_picture(R"({"action":12})", R"(
line 1, column 1, byte 0: a required member is missing from this object (/partnerLeadOpportunityId)
  {"action":12}
  ^
)");
  expect_picture(R"({"partnerLeadOpportunityId":null,"dsLeadOpportunityId":"D"})", R"(
line 1, column 29, byte 28: a value of the wrong type (/partnerLeadOpportunityId); expected string or object
  {"partnerLeadOpportunityId":null,"dsLeadOpportunityId":"D"}
                              ^
)");
}

TEST(Errors, LinesAndColumns) {
  expect_picture(R"({
  "partnerLeadOpportunityId": "ACME-1",
  "dsLeadOpportunityId": "AB12-CD34EF",
  "action": "create",
  "info": {
    "success": true,
    "statusCode": "201"
  }
})",
                 R"(
line 7, column 19, byte 155: a value of the wrong type (/info/statusCode); expected integer
      "statusCode": "201"
                    ^
)");
}

TEST(Errors, MissingPointsAtTheBraceOfItsObject) {
  expect_picture(R"({"partnerLeadOpportunityId":"P","dsLeadOpportunityId":"D","action":"A",
 "info": {"success":true}})",
                 R"(
line 2, column 10, byte 81: a required member is missing from this object (/info/statusCode)
   "info": {"success":true}}
           ^
)");
}

TEST(Errors, DuplicatePointsAtTheSecondName) {
  expect_picture(R"({"message":"a","mess\u0061ge":"b"})", R"(
line 1, column 16, byte 15: this member appears twice (/message)
  {"message":"a","mess\u0061ge":"b"}
                 ^
)");
}

TEST(Errors, RangePointsAtTheNumber) {
  expect_picture(
      R"({"partnerLeadOpportunityId":"P","dsLeadOpportunityId":"D","action":"A",
"info":{"success":true,"statusCode":9223372036854775808}})",
      R"(
line 2, column 37, byte 108: an integer beyond 64 bits (/info/statusCode)
  "info":{"success":true,"statusCode":9223372036854775808}}
                                      ^
)");
}

TEST(Errors, RootThatIsNoObject) {
  expect_picture(R"(  [{"message":"x"}])", R"(
line 1, column 3, byte 2: the document is not an object
    [{"message":"x"}]
    ^
)");
}

TEST(Errors, Truncated) {
  expect_picture(R"({"message":"Too ma)", R"(
line 1, column 19, byte 18: the document ends early (/message)
  {"message":"Too ma
                    ^
)");
  expect_picture("", R"(
line 1, column 1, byte 0: the document ends early
  
  ^
)");
  expect_picture("{\n", R"(
line 2, column 1, byte 2: the document ends early
  
  ^
)");
}

TEST(Errors, GrammarOfStructure) {
  expect_picture(R"({"action":"create",})", R"(
line 1, column 20, byte 19: expected a member name
  {"action":"create",}
                     ^
)");
  expect_picture(R"({"action" "create"})", R"(
line 1, column 11, byte 10: expected a colon behind the member name
  {"action" "create"}
            ^
)");
  expect_picture(R"({"action":})", R"(
line 1, column 11, byte 10: expected a value (/action)
  {"action":}
            ^
)");
  expect_picture(R"({"action":"create" "info":{}})", R"(
line 1, column 20, byte 19: expected a comma or the end of the container
  {"action":"create" "info":{}}
                     ^
)");
  expect_picture(R"({"x":[1,2}})", R"(
line 1, column 10, byte 9: expected a comma or the end of the container
  {"x":[1,2}}
           ^
)");
  expect_picture(R"({} {})", R"(
line 1, column 4, byte 3: something follows the document
  {} {}
     ^
)");
}

TEST(Errors, GrammarOfScalars) {
  expect_picture(R"({"info":{"statusCode":0201}})", R"(
line 1, column 24, byte 23: not a JSON number (/info/statusCode)
  {"info":{"statusCode":0201}}
                         ^
)");
  expect_picture(R"({"info":{"success":tru}})", R"(
line 1, column 23, byte 22: not true, false or null (/info/success)
  {"info":{"success":tru}}
                        ^
)");
  expect_picture(R"({"info":{"success":True}})", R"(
line 1, column 20, byte 19: expected a value (/info/success)
  {"info":{"success":True}}
                     ^
)");
  expect_picture(R"({"x":"\x41"})", R"(
line 1, column 8, byte 7: not an escape that JSON has
  {"x":"\x41"}
         ^
)");
  expect_picture(R"({"action":"a\ud83d!"})", R"(
line 1, column 13, byte 12: an escaped surrogate without its other half (/action)
  {"action":"a\ud83d!"}
              ^
)");
}

TEST(Errors, ControlCharactersShowAsQuestionMarks) {
  expect_picture("{\"action\":\"a\tb\"}", R"(
line 1, column 13, byte 12: a control character appears unescaped in a string (/action)
  {"action":"a?b"}
              ^
)");
  // A line break is where the line ends.
  expect_picture("{\"action\":\"ab\ncd\"}", R"(
line 1, column 14, byte 13: a control character appears unescaped in a string (/action)
  {"action":"ab
               ^
)");
  expect_picture("{\"action\":\"a\x7f\",\r\n\t'", R"(
line 2, column 2, byte 18: expected a member name
  ?'
   ^
)");
}

TEST(Errors, ByteOrderMark) {
  expect_picture("\xEF\xBB\xBF{}",
                 "\nline 1, column 1, byte 0: a byte order mark precedes the document\n"
                 "  \xEF\xBB\xBF{}\n"
                 "  ^\n");
}

TEST(Errors, ColumnsCountCharacters) {
  expect_picture(R"({"größe":"10 €","action":x})", R"(
line 1, column 26, byte 29: expected a value (/action)
  {"größe":"10 €","action":x}
                           ^
)");
}

TEST(Errors, InvalidUtf8PointsAtTheSequence) {
  expect_picture("{\"action\":\"caf\xC3\xA9 \xE2\x82!\"}",
                 "\nline 1, column 17, byte 17: not UTF-8 (/action)\n"
                 "  {\"action\":\"caf\xC3\xA9 \xE2\x82!\"}\n"
                 "                  ^\n");
}

TEST(Errors, AnyByteAtAnyPlaceOfAString) {
  Parser parser(Parser::Options{.path = Path::strict});
  LeadResponse response;
  for (std::size_t before = 0; before < 20; ++before) {
    for (std::size_t behind = 0; behind < 12; ++behind) {
      for (unsigned byte = 0; byte < 256; ++byte) {
        if (byte == '"') continue;
        std::string json = "{\"message\":\"" + std::string(before, '~');
        const std::size_t at = json.size();
        json += static_cast<char>(byte);
        json += std::string(behind, ' ') + "!\"}";
        const Error error = parser.parse(json, response);
        const auto context = [&] { return json + ": " + std::to_string(byte); };
        if (byte < 0x20) {
          EXPECT_EQ(error.code, ErrorCode::control_character) << context();
          EXPECT_EQ(error.offset, at) << context();
        } else if (byte == '\\') {
          EXPECT_EQ(error.code, ErrorCode::invalid_escape) << context();
          EXPECT_EQ(error.offset, at + 1) << context();
        } else if (byte >= 0x80) {
          EXPECT_EQ(error.code, ErrorCode::invalid_utf8) << context();
          EXPECT_EQ(error.offset, at) << context();
        } else {
          EXPECT_EQ(error.code, ErrorCode::ok) << context();
        }
      }
    }
  }
}

TEST(Errors, LongLinesAreCutAroundTheByte) {
  const std::string before = R"({"x":")" + std::string(100, 'a') + R"(","action":)";
  const std::string after = R"(?,"y":")" + std::string(100, 'b') + R"("})";
  expect_picture(before + after, R"(
line 1, column 118, byte 117: expected a value (/action)
  ...aaaaaaaaaaaaaaaaaaaaaaaaaaaaa","action":?,"y":"bbbbbbbbbbbbbbbbbbbbbbbbb...
                                             ^
)");
  // Not in the middle of a character, whatever the byte.
  for (std::size_t length = 60; length < 70; ++length) {
    std::string json = R"({"x":")" + std::string(length, 'a');
    for (int i = 0; i < 30; ++i) json += "\xE2\x82\xAC";
    json += "\",?";
    EveryWay parser;
    LeadResponse response;
    const std::string text = render(json, parser.parse(json, response));
    const std::string line = text.substr(text.find('\n') + 1);
    ASSERT_TRUE(line.starts_with("  ...")) << line;
    EXPECT_TRUE(line[5] == '\xE2' || line[5] == 'a') << line;
    EXPECT_EQ(parse_strictly("\"" + line.substr(5, line.find('"') - 5) + "\"").error.code,
              ErrorCode::not_an_object)
        << line;
  }
  for (std::size_t length = 60; length < 70; ++length) {
    std::string json = "{?" + std::string(length, 'a');
    for (int i = 0; i < 30; ++i) json += "\xE2\x82\xAC";
    EveryWay parser;
    LeadResponse response;
    const std::string text = render(json, parser.parse(json, response));
    const std::size_t begin = text.find('\n') + 3;
    const std::string line = text.substr(begin, text.find("...\n", begin) - begin);
    ASSERT_GE(line.size(), 72u) << text;
    EXPECT_EQ(parse_strictly("\"" + line + "\"").error.code, ErrorCode::not_an_object) << line;
  }
}

TEST(Errors, TooDeep) {
  const std::string json = R"({"x":)" + std::string(1024, '[');
  EveryWay parser;
  LeadResponse response;
  const std::string text = render(json, parser.parse(json, response));
  EXPECT_TRUE(text.starts_with("line 1, column 1029, byte 1028: nested deeper than 1024")) << text;
  EXPECT_TRUE(text.ends_with("[\n" + std::string(2 + 3 + 40, ' ') + "^\n")) << text;
}

TEST(Errors, OfALineTheEndIsNotShown) {
  for (const std::string_view end : {"\n", "\r\n"}) {
    const std::string json = "{" + std::string(end) + "  \"action\":?" + std::string(end) + "}";
    expect_picture(json, "\nline 2, column 12, byte " + std::to_string(12 + end.size()) +
                             ": expected a value (/action)\n"
                             "    \"action\":?\n"
                             "             ^\n");
    // The end itself is what is wrong: the caret is behind the line, under nothing.
    expect_picture("{\"action\":\"a" + std::string(end) + "\"}", R"(
line 1, column 13, byte 12: a control character appears unescaped in a string (/action)
  {"action":"a
              ^
)");
  }
  // The LF of a CRLF is a column further; a CR that ends no line is shown as what it is.
  EXPECT_EQ(render("{}\r\n", {ErrorCode::content_after_document, Field::document, 3}),
            "line 1, column 4, byte 3: something follows the document\n  {}\n     ^\n");
  EXPECT_EQ(render("{\r}\n", {ErrorCode::expected_name, Field::document, 1}),
            "line 1, column 2, byte 1: expected a member name\n  {?}\n   ^\n");
  EXPECT_EQ(render("{}\r", {ErrorCode::expected_name, Field::document, 0}),
            "line 1, column 1, byte 0: expected a member name\n  {}\n  ^\n");
}

TEST(Errors, RenderTakesAnyOffset) {
  for (const std::string_view json : {"", "\n", "{}", "\x80\x80\x80", "\r\n\xFF\n"})
    for (std::uint64_t offset = 0; offset < 8; ++offset) {
      const std::string text = render(json, {ErrorCode::invalid_utf8, Field::action, offset});
      EXPECT_TRUE(text.ends_with("^\n")) << text;
      EXPECT_NE(text.find("byte " + std::to_string(offset)), text.npos) << text;
    }
}

TEST(Errors, EveryFixtureHasItsCaretUnderTheByte) {
  for (const Fixture& fixture : fixtures()) {
    EveryWay parser;
    LeadResponse response;
    const Error error = parser.parse(fixture.bytes, response);
    if (!error || error.offset >= fixture.bytes.size()) continue;
    const char byte = fixture.bytes[error.offset];
    if (static_cast<unsigned char>(byte) >= 0x7F || byte < ' ') continue;
    const std::string text = render(fixture.bytes, error);
    const std::size_t line = text.find('\n') + 1;
    const std::size_t caret = text.find('\n', line) + 1;
    const std::size_t column = text.find('^', caret) - caret;
    // In bytes, the shown line may be longer than its columns.
    std::size_t at = line;
    for (std::size_t i = 0; i < column; ++i) do
        ++at;
      while ((static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
    EXPECT_EQ(text[at], byte) << fixture.name << '\n' << text;
  }
}

TEST(Errors, PositionOf) {
  constexpr std::string_view kText = "ab\n\xC3\xA9x\r\n\nz";
  const struct {
    std::size_t offset, line, column;
  } cases[] = {{0, 1, 1}, {1, 1, 2}, {2, 1, 3}, {3, 2, 1},  {5, 2, 2}, {6, 2, 3},
               {7, 2, 4}, {8, 3, 1}, {9, 4, 1}, {10, 4, 2}, {99, 4, 2}};
  for (const auto& c : cases) {
    const Position position = position_of(kText, c.offset);
    EXPECT_EQ(position.line, c.line) << c.offset;
    EXPECT_EQ(position.column, c.column) << c.offset;
  }
}

TEST(Errors, EveryCodeHasANameAndASentenceOfItsOwn) {
  std::set<std::string_view> names;
  std::set<std::string_view> sentences;
  int count = 0;
  for (int i = 0; i <= static_cast<int>(ErrorCode::number_out_of_range); ++i, ++count) {
    const auto code = static_cast<ErrorCode>(i);
    names.insert(name_of(code));
    sentences.insert(describe(code));
    EXPECT_FALSE(name_of(code).empty() || name_of(code) == "?") << i;
    EXPECT_FALSE(describe(code).empty() || describe(code).ends_with('.')) << code;
    EXPECT_EQ(rule_of(code).empty(), !is_violation(code)) << code;
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(count));
  EXPECT_EQ(sentences.size(), static_cast<std::size_t>(count));
  EXPECT_EQ(rule_of(ErrorCode::missing_member), "missing");
  EXPECT_EQ(rule_of(ErrorCode::wrong_type), "type");
  EXPECT_EQ(rule_of(ErrorCode::not_an_object), "type");
  EXPECT_EQ(rule_of(ErrorCode::duplicate_member), "duplicate");
  EXPECT_EQ(rule_of(ErrorCode::number_out_of_range), "range");
}

TEST(Errors, TypesAsText) {
  EXPECT_EQ(to_string(TypeSet()), "");
  EXPECT_EQ(to_string(JsonType::integer), "integer");
  EXPECT_EQ(to_string(JsonType::string | JsonType::null), "string or null");
  EXPECT_EQ(to_string(JsonType::object | JsonType::string), "string or object");
}

TEST(Errors, ViolationsTellWhatWasFound) {
  struct Found {
    std::string_view value;
    JsonType type;
  };
  for (const Found& found : {Found{"null", JsonType::null}, Found{"true", JsonType::boolean},
                             Found{"false", JsonType::boolean}, Found{"-1", JsonType::integer},
                             Found{"1.0", JsonType::integer}, Found{"1e99", JsonType::integer},
                             Found{"0.5", JsonType::number}, Found{"[{}]", JsonType::array},
                             Found{"{}", JsonType::object}, Found{"\"s\"", JsonType::string}}) {
    std::string json = R"({"dsLeadOpportunityId":)";
    json.append(found.value).append("}");
    const Outcome outcome = parse_strictly(json);
    for (const Violation& v : outcome.violations) {
      EXPECT_EQ(v.found, v.field == Field::ds_lead_opportunity_id ? found.type : JsonType::none);
    }
    const Outcome root = parse_strictly(found.value);
    if (found.type != JsonType::object) {
      ASSERT_EQ(root.violations.size(), 1u) << root;
      EXPECT_EQ(root.violations[0].found, found.type) << root;
    }
    EXPECT_EQ(outcome.violations.size(), found.type == JsonType::string ? 3u : 4u);
  }
}

TEST(Errors, DuplicatesStandBesideEveryOtherRule) {
  // As many violations as a document can have: each member twice, first with a wrong type.
  constexpr std::string_view kTexts = R"("code":1,"message":2,"code":"c","message":"m")";
  std::string json =
      R"({"partnerLeadOpportunityId":1,"dsLeadOpportunityId":2,"action":3,"info":{)"
      R"("success":0,"statusCode":1e99,"timestamp":1,"traceId":2,"timeStamp":3,)"
      R"("success":true,"statusCode":201,"timestamp":"","traceId":"","timeStamp":""},)";
  json.append(R"("error":{)").append(kTexts).append(R"(},"errors":{)").append(kTexts);
  json += R"(},"data":{"partnerLeadOpportunityId":1,"dsLeadOpportunityId":2,"action":3,)"
          R"("partnerLeadOpportunityId":"","dsLeadOpportunityId":"","action":""},"message":5,)";
  const std::size_t second = json.size();
  json += R"("partnerLeadOpportunityId":"p","dsLeadOpportunityId":"d","action":"a","info":{},)"
          R"("error":{},"errors":{},"data":null,"message":"m"})";
  EveryWay parser;
  const Outcome outcome = parse_exact(parser, json);
  ASSERT_EQ(outcome.violations.size(), 29u) << outcome;
  EXPECT_EQ(outcome.error.code, ErrorCode::duplicate_member);
  EXPECT_EQ(outcome.error.field, Field::info_success);
  std::uint64_t before = 0;
  std::set<Field> twice;
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    const Violation& violation = outcome.violations[i];
    EXPECT_EQ(violation.code, ErrorCode::duplicate_member) << violation;
    EXPECT_GT(violation.offset, before) << violation;
    EXPECT_EQ(violation.offset >= second, info_of(violation.field).parent == Field::document);
    before = violation.offset;
    twice.insert(violation.field);
  }
  EXPECT_EQ(twice.size(), kFieldCount);
  // Those of the schema, in its order; info and error are objects, as they should be.
  std::vector<Field> wrong;
  for (const FieldInfo& info : kFields)
    if (info.in_schema && !has_members(info.field)) wrong.push_back(info.field);
  ASSERT_EQ(wrong.size(), 9u);
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    const Violation& violation = outcome.violations[kFieldCount + i];
    EXPECT_EQ(violation.code, wrong[i] == Field::info_status_code ? ErrorCode::number_out_of_range
                                                                  : ErrorCode::wrong_type);
    EXPECT_EQ(violation.field, wrong[i]);
    EXPECT_LT(violation.offset, second);
  }
}

TEST(Errors, OfADuplicateInASiblingStandAlone) {
  // But for the duplicate it would be one, from which the schema asks nothing.
  EveryWay parser;
  for (const std::string_view json :
       {R"({"message":"m","message":1})", R"({"info":{"success":true},"data":{},"data":1})",
        R"({"info":{"success":false,"success":1},"data":null})"}) {
    const Outcome outcome = parse_exact(parser, json);
    ASSERT_EQ(outcome.violations.size(), 1u) << outcome;
    EXPECT_EQ(outcome.error.code, ErrorCode::duplicate_member);
    EXPECT_EQ(outcome.family, Family::none);
  }
}

TEST(Errors, OffsetIsTheFirstByteThatCannotStand) {
  // By definition of the malformed codes: what is in front of the offset can be completed, what
  // ends with the byte there cannot. (UTF-8 and surrogates point at the whole sequence instead.)
  for (const Fixture& fixture : fixtures()) {
    if (fixture.folder != "malformed") continue;
    const std::string_view json = fixture.bytes;
    const Error error = parse_strictly(json).error;
    if (error.code == ErrorCode::unexpected_end) continue;
    const Verdict before = parse_strictly(json.substr(0, error.offset)).verdict();
    EXPECT_TRUE(before != Verdict::malformed || json[0] != '{') << fixture.name;
    std::size_t needed = error.offset + 1;
    if (error.code == ErrorCode::invalid_utf8 || error.code == ErrorCode::lone_surrogate ||
        error.code == ErrorCode::byte_order_mark)
      while (needed < json.size() &&
             parse_strictly(json.substr(0, needed)).verdict() == Verdict::truncated)
        ++needed;
    if (error.code == ErrorCode::byte_order_mark) needed = 3;
    EXPECT_EQ(parse_strictly(json.substr(0, needed)).error, error) << fixture.name;
  }
}

}  // namespace
}  // namespace leadscan::testing
