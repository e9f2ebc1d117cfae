// Conformance to the JSON grammar: each case of grammar_cases is the value of members that
// leadscan reads, of members that it does not, and nested in them. Whether a text is JSON must not
// depend on where it is, nor on which path of the parser meets it.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/every_way.h"
#include "tests/grammar_cases.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

// Where a value is put. `types`: which of them conform there; the verdict is then `conforming`,
// else `otherwise` (a wrong type is a violation and never malformed).
struct Place {
  std::string_view name;
  std::string_view before;
  std::string_view after;
  TypeSet types;
  Verdict conforming;
  Verdict otherwise;
  Field field;         // that an error inside the value names
  bool array = false;  // the value is an element

  friend std::ostream& operator<<(std::ostream& out, const Place& place) {
    return out << place.before << "..." << place.after;
  }
};

// What is too much as a member's value may be right as an element's.
bool closes_array(std::string_view text) { return text.empty() || text == "]" || text == "[]]"; }

constexpr TypeSet kAll = JsonType::null | JsonType::boolean | JsonType::integer | JsonType::number |
                         JsonType::string | JsonType::array | JsonType::object;
constexpr Verdict kCreated = Verdict::created;
constexpr Verdict kFailure = Verdict::failure;
constexpr Verdict kMessage = Verdict::message;
constexpr Verdict kViolation = Verdict::violation;

constexpr Place kPlaces[] = {
    {"partner_id", R"({"partnerLeadOpportunityId":)",
     R"(,"dsLeadOpportunityId":"D","action":"A","info":{"success":true,"statusCode":201}})",
     JsonType::string | JsonType::object, kCreated, kViolation, Field::partner_lead_opportunity_id},
    {"action_last",
     R"({"partnerLeadOpportunityId":{},"dsLeadOpportunityId":"D","info":{"success":true,"statusCode":201},"action":)",
     "}", JsonType::string, kCreated, kViolation, Field::action},
    {"info", R"({"partnerLeadOpportunityId":"P","info":)",
     R"(,"dsLeadOpportunityId":"D","action":"A"})", TypeSet(), kViolation, kViolation, Field::info},
    {"success",
     R"({"partnerLeadOpportunityId":"P","dsLeadOpportunityId":"D","action":"A","info":{"success":)",
     R"(,"statusCode":201}})", JsonType::boolean, kCreated, kViolation, Field::info_success},
    {"status_code",
     R"({"partnerLeadOpportunityId":"P","dsLeadOpportunityId":"D","action":"A","info":{"success":true,"statusCode":)",
     "}}", JsonType::integer, kCreated, kViolation, Field::info_status_code},
    {"timestamp", R"({"info":{"success":true,"statusCode":201,"timestamp":)",
     R"(,"traceId":null},"partnerLeadOpportunityId":"P","dsLeadOpportunityId":"D","action":"A"})",
     JsonType::string | JsonType::null, kCreated, kViolation, Field::info_timestamp},
    {"error",
     R"({"partnerLeadOpportunityId":"P","dsLeadOpportunityId":"D","action":"A","info":{"success":true,"statusCode":201},"error":)",
     "}", JsonType::object | JsonType::null, kCreated, kViolation, Field::error},
    {"error_code", R"({"error":{"code":)",
     R"(},"partnerLeadOpportunityId":"P","dsLeadOpportunityId":"D","action":"A","info":{"success":true,"statusCode":201}})",
     JsonType::string, kCreated, kViolation, Field::error_code},
    {"message", R"({"message":)", "}", JsonType::string, kMessage, kViolation, Field::message},
    {"data_of_failure", R"({"info":{"success":false,"statusCode":400},"data":)", "}",
     JsonType::object | JsonType::null, kFailure, kViolation, Field::data},
    {"id_in_data", R"({"info":{"success":false},"data":{"dsLeadOpportunityId":)", "}}", kAll,
     kFailure, kFailure, Field::data_ds_lead_opportunity_id},
    {"partner_id_in_data", R"({"data":{"partnerLeadOpportunityId":)",
     R"(},"info":{"success":false}})", kAll, kFailure, kFailure,
     Field::data_partner_lead_opportunity_id},
    {"errors", R"({"info":{"success":false},"data":null,"errors":)", "}", kAll, kFailure, kFailure,
     Field::errors},
    {"unread_in_data", R"({"info":{"success":false},"data":{"offerLines":)", "}}", kAll, kFailure,
     kFailure, Field::data},
    {"unread_at_top", R"({"message":"m","x":)", "}", kAll, kMessage, kMessage, Field::document},
    {"unread_first", R"({"x":)", R"(,"message":"m"})", kAll, kMessage, kMessage, Field::document},
    {"unread_in_info", R"({"info":{"x":)", R"(,"success":false},"data":{}})", kAll, kFailure,
     kFailure, Field::info},
    {"unread_in_error", R"({"message":"m","error":{"x":)", "}}", kAll, kMessage, kMessage,
     Field::error},
    {"in_array", R"({"message":"m","x":[)", "]}", kAll, kMessage, kMessage, Field::document, true},
    {"in_array_between", R"({"message":"m","x":[0,)", ",1]}", kAll, kMessage, kMessage,
     Field::document, true},
    {"three_deep", R"({"x":{"y":[{"z":)", R"(}]},"message":"m"})", kAll, kMessage, kMessage,
     Field::document},
    {"three_deep_in_array", R"({"x":[[1,[)", R"(,2],3]],"message":"m"})", kAll, kMessage, kMessage,
     Field::document, true},
    {"eleven_deep", R"({"message":"m","x":{"a":{"a":{"a":[[[[[[{"a":)", "}]]]]]]}}}}", kAll,
     kMessage, kMessage, Field::document},
    {"in_partner_object", R"({"partnerLeadOpportunityId":{"x":)",
     R"(},"dsLeadOpportunityId":"D","action":"A","info":{"success":true,"statusCode":201}})", kAll,
     kCreated, kCreated, Field::partner_lead_opportunity_id},
    {"in_wrong_array", R"({"message":"m","error":[)", "]}", kAll, kMessage, kMessage, Field::error,
     true},
};

struct Group {
  std::string_view name;
  const std::vector<GrammarCase>& (*cases)();

  friend std::ostream& operator<<(std::ostream& out, const Group& group) {
    return out << group.name;
  }
};
constexpr Group kGroups[] = {
    {"numbers", number_cases},
    {"strings", string_cases},
    {"literals", literal_cases},
    {"structures", structure_cases},
};

class GrammarTest : public ::testing::TestWithParam<std::tuple<Place, Group>> {
 protected:
  const Place& place() const { return std::get<0>(GetParam()); }

  Outcome parse(const std::string& json) { return parser_.outcome(json); }

  void check_valid(const GrammarCase& c, const std::string& json) {
    const Outcome outcome = parse(json);
    const Verdict expected =
        place().types.contains(c.type) ? place().conforming : place().otherwise;
    // An object may hold members that count there; the verdict is then another matter.
    if (c.type == JsonType::object && place().name == "info") {
      EXPECT_EQ(outcome.error.code, ErrorCode::missing_member) << json;
      return;
    }
    EXPECT_EQ(outcome.verdict(), expected) << json << '\n' << outcome;
    if (expected != kViolation || place().field == Field::message || place().field == Field::data)
      return;
    EXPECT_EQ(outcome.error.code, ErrorCode::wrong_type) << json;
    EXPECT_EQ(outcome.error.field, place().field) << json;
    ASSERT_EQ(outcome.violations.size(), 1u) << json;
    EXPECT_EQ(outcome.violations[0].found, c.type) << json;
  }

  void check_invalid(const GrammarCase& c, const std::string& json, std::size_t shift) {
    const Outcome outcome = parse(json);
    EXPECT_EQ(outcome.verdict(), Verdict::malformed) << json;
    EXPECT_EQ(outcome.error.code, c.code) << json;
    EXPECT_EQ(outcome.error.offset, place().before.size() + shift + c.at) << json;
    EXPECT_EQ(outcome.family, Family::none) << json;
  }

  EveryWay parser_;
};

TEST_P(GrammarTest, EveryCase) {
  int valid_cases = 0;
  int invalid_cases = 0;
  for (const GrammarCase& c : std::get<1>(GetParam()).cases()) {
    for (const std::string_view space : {"", " ", "\r\n\t "}) {
      const std::string json = std::string(place().before)
                                   .append(space)
                                   .append(c.text)
                                   .append(space.empty() ? "" : "\n")
                                   .append(place().after);
      if (c.code == ErrorCode::ok) {
        check_valid(c, json);
        ++valid_cases;
        continue;
      }
      // White space behind would be between the text and what makes it invalid.
      const bool open_end = c.at >= c.text.size();
      if (open_end && !space.empty()) continue;
      if (place().array && closes_array(c.text)) continue;
      check_invalid(c, json, space.size());
      ++invalid_cases;
    }
  }
  EXPECT_GT(valid_cases, 2);
  EXPECT_GT(invalid_cases, 20);
}

TEST_P(GrammarTest, EveryCaseCutShort) {
  // The document ends with the text: truncated if it can go on, malformed for the same reason else.
  for (const GrammarCase& c : std::get<1>(GetParam()).cases()) {
    const std::string json = std::string(place().before).append(c.text);
    const Outcome outcome = parse(json);
    if (c.code == ErrorCode::ok || c.at >= c.text.size()) {
      EXPECT_EQ(outcome.error.code, ErrorCode::truncated) << json;
      EXPECT_EQ(outcome.error.offset, json.size()) << json;
    } else if (!(place().array && closes_array(c.text))) {
      EXPECT_EQ(outcome.error.code, c.code) << json;
      EXPECT_EQ(outcome.error.offset, place().before.size() + c.at) << json;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, GrammarTest,
                         ::testing::Combine(::testing::ValuesIn(kPlaces),
                                            ::testing::ValuesIn(kGroups)),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param).name) + "_" +
                                  std::string(std::get<1>(info.param).name);
                         });

TEST(Grammar, EveryCaseAsTheDocument) {
  EveryWay parser;
  for (const Group& group : kGroups)
    for (const GrammarCase& c : group.cases()) {
      const std::string json = std::string(c.text);
      const Outcome outcome = parse_exact(parser, json);
      if (c.code == ErrorCode::ok) {
        EXPECT_EQ(outcome.verdict(), kViolation) << json;
        if (c.type != JsonType::object) {
          ASSERT_EQ(outcome.error.code, ErrorCode::not_an_object) << json;
          EXPECT_EQ(outcome.error.offset, json.find_first_not_of(" \t\r\n")) << json;
          EXPECT_EQ(outcome.violations[0].found, c.type) << json;
        }
      } else if (c.text.empty()) {
        EXPECT_EQ(outcome.verdict(), Verdict::truncated);
      } else if (c.at < c.text.size()) {
        EXPECT_EQ(outcome.verdict(), Verdict::malformed) << json;
        // Behind a whole value, the document is over.
        if (c.code != ErrorCode::expected_comma) {
          EXPECT_EQ(outcome.error.code, c.code) << json;
        }
        EXPECT_EQ(outcome.error.offset, c.at) << json;
      } else {
        EXPECT_EQ(outcome.error.code, ErrorCode::unexpected_end) << json;
      }
    }
}

TEST(Grammar, WholeDocuments) {
  EveryWay parser;
  for (const DocumentCase& c : document_cases()) {
    const std::string json(c.text);
    const Outcome outcome = parse_exact(parser, json);
    EXPECT_EQ(outcome.error.code, c.code) << ::testing::PrintToString(json);
    EXPECT_EQ(outcome.error.offset, c.at) << ::testing::PrintToString(json);
    if (c.code == ErrorCode::ok) {
      EXPECT_EQ(outcome.verdict(), kMessage);
    }
  }
}

TEST(Grammar, NamesTakeEveryString) {
  // A member's name is a string like any other: each string case as the name of a member.
  EveryWay parser;
  for (const auto& [before, after] :
       {std::pair(R"({"message":"m",)", ":1}"), std::pair(R"({"message":"m","x":{)", ":[]}}"),
        std::pair(R"({"message":"m","error":{)", ":{}}}"),
        std::pair(R"({"message":"m","x":[{"y":{"z":0,)", ":0}}]}")})
    for (const GrammarCase& c : string_cases()) {
      const std::string json = std::string(before).append(c.text).append(after);
      const Outcome outcome = parse_exact(parser, json);
      if (c.code == ErrorCode::ok) {
        EXPECT_EQ(outcome.verdict(), kMessage) << json;
      } else if (c.code != ErrorCode::expected_value && c.code != ErrorCode::expected_comma) {
        EXPECT_EQ(outcome.error.code, c.code) << json;
        EXPECT_EQ(outcome.error.offset, std::string_view(before).size() + c.at) << json;
      } else {
        EXPECT_EQ(outcome.verdict(), Verdict::malformed) << json;
      }
    }
}

TEST(Grammar, HasEnoughCases) {
  // So that a table that lost its rows does not pass.
  EXPECT_GT(number_cases().size(), 100u);
  EXPECT_GT(string_cases().size(), 120u);
  EXPECT_GT(literal_cases().size(), 40u);
  EXPECT_GT(structure_cases().size(), 110u);
  EXPECT_GT(document_cases().size(), 60u);
}

}  // namespace
}  // namespace leadscan::testing
