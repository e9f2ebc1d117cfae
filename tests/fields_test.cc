// Each member's value arrives in its field, whatever the order, the white space and the spelling.
#include "leadscan/fields.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "tests/every_way.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

LeadResponse parse(std::string_view json) {
  EveryWay parser;
  LeadResponse response;
  const Error error = parser.parse(json, response);
  EXPECT_FALSE(error) << error << " in " << json;
  return response;
}

std::string decoded(const Text& text) {
  std::string memory(text.raw().size(), '\0');
  const auto characters = text.decode(memory);
  EXPECT_TRUE(characters.has_value());
  return std::string(characters.value_or("(none)"));
}

// support.h writes them down once more.
TEST(Fields, TestsKnowEveryText) {
  EXPECT_EQ(std::size(kTexts), kTextFields.size()) << "a text in support.h for each one kept";
  EXPECT_EQ(std::size(kTextNames), kTextFields.size());
  for (const Field field : kTextFields)
    EXPECT_NE(std::find(std::begin(kTexts), std::end(kTexts), slot_of(field).text),
              std::end(kTexts))
        << json_pointer(field);
}

TEST(Fields, Created) {
  const LeadResponse response = parse(fixture("created/typical"));
  EXPECT_EQ(response.family, Family::created);
  EXPECT_EQ(response.partner_lead_opportunity_id.raw(), "ACME-000117");
  EXPECT_FALSE(response.partner_lead_opportunity_id.is_object());
  EXPECT_EQ(response.ds_lead_opportunity_id.raw(), "Q7ZK-1M2N3P");
  EXPECT_EQ(response.action.raw(), "create");
  EXPECT_TRUE(response.has_success);
  EXPECT_TRUE(response.success);
  EXPECT_TRUE(response.has_status_code);
  EXPECT_EQ(response.status_code, 201);
  EXPECT_EQ(response.timestamp.raw(), "2025-03-14T09:26:53.589Z");
  EXPECT_EQ(response.trace_id.raw(), "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(response.error, Presence::null);
  EXPECT_EQ(response.error_code, Text());
  EXPECT_EQ(response.error_message, Text());
  EXPECT_EQ(response.message, Text());
}

TEST(Fields, Update) {
  const LeadResponse response = parse(fixture("update/time_stamp_value"));
  EXPECT_EQ(response.family, Family::update);
  EXPECT_EQ(response.partner_lead_opportunity_id.raw(), "ACME-000201");
  EXPECT_EQ(response.ds_lead_opportunity_id.raw(), "H3JK-5L6M7N");
  EXPECT_EQ(response.action.raw(), "update");
  EXPECT_TRUE(response.success);
  EXPECT_EQ(response.status_code, 200);
  EXPECT_EQ(response.timestamp.raw(), "2025-03-15T10:00:00.000Z");
  EXPECT_EQ(response.trace_id.raw(), "fedcba9876543210fedcba9876543210");
  EXPECT_EQ(response.error, Presence::absent);
}

TEST(Fields, Failure) {
  const LeadResponse response = parse(fixture("failure/already_exists"));
  EXPECT_EQ(response.family, Family::failure);
  EXPECT_EQ(response.partner_lead_opportunity_id, Text::null());
  EXPECT_EQ(response.ds_lead_opportunity_id, Text::null());
  EXPECT_EQ(response.action, Text::null());
  EXPECT_TRUE(response.has_success);
  EXPECT_FALSE(response.success);
  EXPECT_EQ(response.status_code, 400);
  EXPECT_EQ(response.timestamp.raw(), "2025-03-16T11:22:33.444Z");
  EXPECT_EQ(response.trace_id.raw(), "00112233445566778899aabbccddeeff");
  EXPECT_EQ(response.error, Presence::value);
  EXPECT_EQ(response.error_code.raw(), "ERR801");
  EXPECT_EQ(response.error_message.raw(), "A lead with this partner id exists already.");
}

TEST(Fields, Message) {
  const LeadResponse response = parse(fixture("message/unauthorized"));
  EXPECT_EQ(response.family, Family::message);
  EXPECT_EQ(response.message.raw(), "No API key found");
  EXPECT_FALSE(response.has_success);
  EXPECT_FALSE(response.has_status_code);
  EXPECT_EQ(response.status_code, 0);
  EXPECT_EQ(response.error, Presence::absent);
}

TEST(Fields, EveryOrderOfTheTopMembers) {
  std::array<std::string_view, 5> members = {
      R"("action":"create")",
      R"("dsLeadOpportunityId":"D")",
      R"("error":{"code":"C","message":"M"})",
      R"("info":{"success":false,"statusCode":7,"timestamp":"T","traceId":"I"})",
      R"("partnerLeadOpportunityId":"P")",
  };
  std::sort(members.begin(), members.end());
  int orders = 0;
  do {
    std::string json = "{";
    for (const std::string_view member : members) json.append(member).append(",");
    json.back() = '}';
    const LeadResponse response = parse(json);
    ++orders;
    ASSERT_EQ(response.family, Family::created) << json;
    ASSERT_EQ(response.partner_lead_opportunity_id.raw(), "P") << json;
    ASSERT_EQ(response.ds_lead_opportunity_id.raw(), "D") << json;
    ASSERT_EQ(response.action.raw(), "create") << json;
    ASSERT_EQ(response.status_code, 7) << json;
    ASSERT_TRUE(response.has_success && !response.success) << json;
    ASSERT_EQ(response.timestamp.raw(), "T") << json;
    ASSERT_EQ(response.trace_id.raw(), "I") << json;
    ASSERT_EQ(response.error_code.raw(), "C") << json;
    ASSERT_EQ(response.error_message.raw(), "M") << json;
  } while (std::next_permutation(members.begin(), members.end()));
  EXPECT_EQ(orders, 120);
}

TEST(Fields, EveryOrderOfTheInfoMembers) {
  std::array<std::string_view, 5> members = {
      R"("statusCode":-12)", R"("success":true)", R"("timeStamp":"S")",
      R"("timestamp":"T")",  R"("traceId":"I")",
  };
  std::sort(members.begin(), members.end());
  do {
    std::string info;
    for (const std::string_view member : members) info.append(member).append(",");
    info.pop_back();
    const std::string json = created_with(info);
    const LeadResponse response = parse(json);
    ASSERT_TRUE(response.success) << json;
    ASSERT_EQ(response.status_code, -12) << json;
    ASSERT_EQ(response.timestamp.raw(), "T") << json;
    ASSERT_EQ(response.trace_id.raw(), "I") << json;
  } while (std::next_permutation(members.begin(), members.end()));
}

TEST(Fields, PartnerIdAsObjectIsItsRawJson) {
  for (const std::string_view object :
       {"{}", "{ }", R"({"id":"X-1"})", R"({ "a" : [ {} , "}" ] })", "{\n\t\"k\":null\r\n}"}) {
    for (const std::string_view behind : {"", " ", " \n\t\r "}) {
      std::string json = R"({"partnerLeadOpportunityId":)";
      json.append(object).append(behind);
      json += R"(,"dsLeadOpportunityId":"D","action":"A","info":{"success":true,"statusCode":1}})";
      const LeadResponse response = parse(json);
      EXPECT_EQ(response.partner_lead_opportunity_id.raw(), object);
      EXPECT_TRUE(response.partner_lead_opportunity_id.is_object());
      EXPECT_FALSE(response.partner_lead_opportunity_id.escaped());
    }
  }
}

TEST(Fields, PartnerIdAsObjectKeepsItsEscapesRaw) {
  const LeadResponse response = parse(fixture("created/partner_id_object_with_escapes"));
  const Text& id = response.partner_lead_opportunity_id;
  EXPECT_EQ(id.raw(), R"({"\u0069d":"\"}\\"})");
  EXPECT_TRUE(id.is_object());
  EXPECT_EQ(decoded(id), id.raw());  // raw JSON: its escapes belong to it
}

TEST(Fields, PartnerIdInDataMayBeAnObjectToo) {
  const LeadResponse response = parse(fixture("update/partner_id_object"));
  EXPECT_EQ(response.partner_lead_opportunity_id.raw(), R"({"id":"ACME-000202"})");
  EXPECT_TRUE(response.partner_lead_opportunity_id.is_object());
}

TEST(Fields, EscapedSpellingsOfEveryName) {
  // Each member's name with each single character escaped, and with all of them.
  const std::string_view json =
      R"({"partnerLeadOpportunityId":"P","dsLeadOpportunityId":"D","action":"A",)"
      R"("info":{"success":true,"statusCode":201,"timestamp":"T","traceId":"I"},)"
      R"("error":{"code":"C","message":"M"}})";
  const LeadResponse plain = parse(json);
  const auto escape = [](char c) {
    constexpr std::string_view kHex = "0123456789aBcDeF";
    const auto byte = static_cast<unsigned char>(c);
    return std::string("\\u00") + kHex[byte >> 4] + kHex[byte & 15];
  };
  int spellings = 0;
  for (const FieldInfo& field : kFields) {
    if (!field.in_schema) continue;
    const std::string quoted = "\"" + std::string(field.name) + "\":";
    const std::size_t at = json.find(quoted);
    ASSERT_NE(at, json.npos) << field.name;
    std::vector<std::string> names(field.name.size() + 1);
    for (std::size_t i = 0; i < names.size(); ++i)
      for (std::size_t k = 0; k < field.name.size(); ++k)
        names[i] += k == i || i == field.name.size() ? escape(field.name[k])
                                                     : std::string(1, field.name[k]);
    for (const std::string& name : names) {
      std::string spelled(json);
      spelled.replace(at + 1, field.name.size(), name);
      const LeadResponse response = parse(spelled);
      ++spellings;
      ASSERT_EQ(response.family, Family::created) << spelled;
      for (const auto text : kTexts)
        ASSERT_EQ((response.*text).raw(), (plain.*text).raw()) << spelled;
      ASSERT_EQ(response.status_code, 201) << spelled;
      ASSERT_TRUE(response.success) << spelled;
    }
  }
  EXPECT_GT(spellings, 90);
}

TEST(Fields, NamesAreComparedWhole) {
  // Prefixes, extensions, other cases and other escapes of a name are other members.
  for (const FieldInfo& field : kFields) {
    if (!field.required || field.parent != Field::document) continue;
    const std::string quoted = "\"" + std::string(field.name) + "\":";
    std::string other = quoted;
    std::vector<std::string> names;
    names.push_back("\"" + std::string(field.name.substr(1)) + "\":");
    names.push_back("\"" + std::string(field.name.substr(0, field.name.size() - 1)) + "\":");
    names.push_back("\"" + std::string(field.name) + " \":");
    names.push_back("\"" + std::string(field.name) + R"(\u0000":)");
    names.push_back("\"" + std::string(field.name) + R"(\"":)");
    other[1] = static_cast<char>(other[1] - 'a' + 'A');
    names.push_back(other);
    for (const std::string& name : names) {
      std::string json = created_with(R"("success":true,"statusCode":201)");
      json.replace(json.find(quoted), quoted.size(), name);
      const Outcome outcome = parse_strictly(json);
      EXPECT_EQ(outcome.error, (Error{ErrorCode::missing_member, field.field, 0})) << json;
      EveryWay parser;
      EXPECT_EQ(parse_exact(parser, json), outcome) << json;
    }
  }
}

TEST(Fields, OfOtherLevelsAreNotTaken) {
  const LeadResponse response = parse(fixture("created/names_of_other_levels"));
  EXPECT_EQ(response.action.raw(), "create");
  EXPECT_TRUE(response.success);
  EXPECT_EQ(response.status_code, 201);
  EXPECT_EQ(response.timestamp, Text());
  EXPECT_EQ(response.error, Presence::absent);
  EXPECT_EQ(response.message, Text());
}

TEST(Fields, ErrorIsTakenFromErrorsWhereThereIsNoError) {
  LeadResponse response = parse(fixture("failure/errors_with_code"));
  EXPECT_EQ(response.error, Presence::value);
  EXPECT_EQ(response.error_code.raw(), "ERR805");
  EXPECT_EQ(response.error_message.raw(), "spelled errors");
  response = parse(fixture("failure/errors_beside_error"));
  EXPECT_EQ(response.error_code.raw(), "ERR801");
  EXPECT_EQ(response.error_message, Text());
  response = parse(fixture("failure/errors_beside_error_null"));
  EXPECT_EQ(response.error, Presence::null);
  EXPECT_EQ(response.error_code, Text());
  response = parse(fixture("failure/request_echo_patch_errors"));
  EXPECT_EQ(response.error, Presence::value);
  response = parse(fixture("failure/errors_null"));
  EXPECT_EQ(response.error, Presence::null);
  response = parse(fixture("failure/errors_of_unchecked_type"));
  EXPECT_EQ(response.error, Presence::other);
}

TEST(Fields, IdsComeFromDataInUpdateAndFailureOnly) {
  LeadResponse response = parse(fixture("update/ids_at_top_and_in_data"));
  EXPECT_EQ(response.partner_lead_opportunity_id.raw(), "ACME-000201");
  EXPECT_EQ(response.action.raw(), "update");
  response = parse(fixture("failure/ids_at_top_incomplete"));
  EXPECT_EQ(response.partner_lead_opportunity_id, Text());  // data is null: it has no ids
  response = parse(fixture("created/data_at_top_too"));
  EXPECT_EQ(response.partner_lead_opportunity_id.raw(), "ACME-000117");
  EXPECT_EQ(response.action.raw(), "create");
}

TEST(Fields, TimestampInEitherSpelling) {
  EXPECT_EQ(parse(fixture("created/time_stamp_spelled_with_capital")).timestamp.raw(),
            "2025-03-14T09:26:53.589Z");
  EXPECT_EQ(parse(fixture("created/time_stamp_in_both_spellings")).timestamp.raw(),
            "2025-03-14T09:26:53.589Z");
  EXPECT_EQ(parse(fixture("created/time_stamp_null_beside_timestamp")).timestamp, Text::null());
  EXPECT_EQ(parse(fixture("created/time_stamp_of_unchecked_type")).timestamp, Text::other());
}

TEST(Fields, StatusCodes) {
  const struct {
    std::string_view fixture;
    std::int64_t value;
  } cases[] = {
      {"200", 200},
      {"negative", -5},
      {"zero", 0},
      {"minus_zero", 0},
      {"with_zero_fraction", 201},
      {"with_many_zeros_in_fraction", 201},
      {"with_exponent", 201},
      {"with_capital_exponent_and_sign", 201},
      {"with_negative_exponent", 201},
      {"zero_with_huge_exponent", 0},
      {"minus_zero_fraction_exponent", 0},
      {"largest", INT64_MAX},
      {"smallest", INT64_MIN},
      {"largest_with_exponent", INT64_MAX},
      {"smallest_with_fraction", INT64_MIN},
      {"longer_than_64_bits_of_digits", 201},
  };
  for (const auto& c : cases) {
    const LeadResponse response = parse(fixture("created/status_code_" + std::string(c.fixture)));
    EXPECT_TRUE(response.has_status_code) << c.fixture;
    EXPECT_EQ(response.status_code, c.value) << c.fixture;
  }
}

TEST(Fields, OfTheWrongTypeAreKeptAsOtherWhereNoSchemaForbidsThem) {
  const LeadResponse response = parse(fixture("update/ids_of_unchecked_type"));
  EXPECT_EQ(response.partner_lead_opportunity_id, Text::other());
  EXPECT_EQ(response.ds_lead_opportunity_id, Text::other());
  EXPECT_EQ(response.action, Text::other());
  const LeadResponse status = parse(fixture("update/status_code_of_unchecked_type"));
  EXPECT_FALSE(status.has_status_code);
  EXPECT_EQ(status.trace_id, Text::other());
  EXPECT_EQ(status.timestamp, Text::other());
  const LeadResponse huge = parse(fixture("update/status_code_beyond_64_bits"));
  EXPECT_FALSE(huge.has_status_code);
  EXPECT_EQ(huge.status_code, 0);
  const LeadResponse error = parse(fixture("failure/error_members_of_unchecked_type"));
  EXPECT_EQ(error.error, Presence::value);
  EXPECT_EQ(error.error_code, Text::other());
  EXPECT_EQ(error.error_message, Text::null());
}

}  // namespace
}  // namespace leadscan::testing
