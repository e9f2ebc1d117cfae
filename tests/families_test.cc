// Which family a document belongs to (docs/families.md): the rules in their order, and the corner
// cases where two of them meet.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "tests/every_way.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

struct Case {
  std::string_view name;
  Verdict expected;
  std::string_view json;
  friend std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.json; }
};

constexpr Verdict kCreated = Verdict::created;
constexpr Verdict kUpdate = Verdict::update;
constexpr Verdict kFailure = Verdict::failure;
constexpr Verdict kMessage = Verdict::message;
constexpr Verdict kViolation = Verdict::violation;

#define IDS R"("partnerLeadOpportunityId":"P","dsLeadOpportunityId":"D","action":"A")"
#define GOOD R"("info":{"success":true,"statusCode":201})"
#define FAILED R"("info":{"success":false,"statusCode":400})"

constexpr Case kCases[] = {
    // 1: a duplicate of a member that leadscan reads, whatever else the document is.
    {"duplicate_in_created", kViolation, "{" IDS "," GOOD R"(,"action":"A"})"},
    {"duplicate_in_update", kViolation, "{" GOOD R"(,"data":null,"data":null})"},
    {"duplicate_in_failure", kViolation, R"({"info":{"success":false,"success":false},"data":{}})"},
    {"duplicate_in_message", kViolation, R"({"message":"m","message":"m"})"},
    {"duplicate_escaped", kViolation, R"({"message":"m","messag\u0065":"m"})"},
    {"duplicate_in_data", kViolation, "{" GOOD R"(,"data":{"action":1,"action":1}})"},
    {"duplicate_in_errors", kViolation, "{" FAILED R"(,"data":{},"errors":{"code":"","code":""}})"},
    {"duplicate_time_stamp", kViolation,
     R"({"info":{"success":true,"timeStamp":1,"timeStamp":2},"data":{}})"},
    {"duplicate_unread", kCreated, "{" IDS "," GOOD R"(,"x":1,"x":2})"},
    {"duplicate_unread_in_info", kUpdate, R"({"info":{"success":true,"x":1,"x":2},"data":{}})"},
    {"duplicate_within_unread", kMessage, R"({"message":"m","x":{"message":1,"message":2}})"},
    {"duplicate_within_partner_object", kCreated,
     R"({"partnerLeadOpportunityId":{"action":1,"action":2},"dsLeadOpportunityId":"D","action":"A",)" GOOD
     "}"},
    {"duplicate_within_data_member", kUpdate,
     "{" GOOD R"(,"data":{"partnerLeadOpportunityId":{"id":1,"id":2}}})"},
    {"both_time_stamps_are_no_duplicate", kCreated,
     "{" IDS R"(,"info":{"success":true,"statusCode":1,"timestamp":null,"timeStamp":null}})"},
    {"error_and_errors_are_no_duplicate", kFailure,
     "{" FAILED R"(,"data":{},"error":{},"errors":{}})"},
    {"same_name_in_two_objects_is_no_duplicate", kFailure,
     "{" FAILED R"(,"action":"a","data":{"action":"b"},"error":{"message":"c"},"message":"d"})"},

    // 2: the 201 schema, before everything below.
    {"created", kCreated, "{" IDS "," GOOD "}"},
    {"created_without_success", kCreated, "{" IDS "," FAILED "}"},
    {"created_with_data", kCreated, "{" IDS "," GOOD R"(,"data":{"action":"B"}})"},
    {"created_with_data_null", kCreated, "{" IDS "," FAILED R"(,"data":null})"},
    {"created_with_data_number", kCreated, "{" IDS "," GOOD R"(,"data":1})"},
    {"created_with_message", kCreated, "{" IDS "," GOOD R"(,"message":"m"})"},
    {"created_with_message_number", kCreated, "{" IDS "," GOOD R"(,"message":1})"},
    {"created_with_errors_number", kCreated, "{" IDS "," GOOD R"(,"errors":1})"},
    {"created_with_time_stamp_number", kCreated,
     "{" IDS R"(,"info":{"success":true,"statusCode":201,"timeStamp":1}})"},
    {"created_with_partner_object", kCreated,
     R"({"partnerLeadOpportunityId":{},"dsLeadOpportunityId":"","action":"",)" GOOD "}"},

    // 3: info.success is a boolean, data is an object or null.
    {"update", kUpdate, "{" GOOD R"(,"data":{}})"},
    {"failure", kFailure, "{" FAILED R"(,"data":{}})"},
    {"update_data_null", kUpdate, "{" GOOD R"(,"data":null})"},
    {"failure_data_null", kFailure, "{" FAILED R"(,"data":null})"},
    {"update_data_first", kUpdate, R"({"data":null,)" GOOD "}"},
    {"update_without_status_code", kUpdate, R"({"info":{"success":true},"data":{}})"},
    {"update_status_code_string", kUpdate,
     R"({"info":{"success":true,"statusCode":"1"},"data":{}})"},
    {"failure_status_code_fraction", kFailure,
     R"({"info":{"success":false,"statusCode":1.5},"data":{}})"},
    {"failure_status_code_beyond_64_bits", kFailure,
     R"({"info":{"success":false,"statusCode":1e99},"data":{}})"},
    {"update_although_ids_at_top_break_the_schema", kUpdate,
     R"({"partnerLeadOpportunityId":1,"dsLeadOpportunityId":2,"action":3,"data":{},)" GOOD "}"},
    {"update_although_error_breaks_the_schema", kUpdate,
     "{" IDS "," GOOD R"(,"error":1,"data":{}})"},
    {"failure_although_timestamp_breaks_the_schema", kFailure,
     "{" IDS R"(,"info":{"success":false,"statusCode":1,"timestamp":1},"data":{}})"},
    {"failure_with_request_echo", kFailure,
     "{" FAILED R"(,"error":{},"data":{"leadOpportunity":{"name":"n"},"offerLines":[{}]}})"},
    {"failure_of_patch", kFailure, "{" FAILED R"(,"errors":{},"data":{"customerContact":[]}})"},
    {"failure_with_message", kFailure, "{" FAILED R"(,"message":"m","data":null})"},
    {"data_missing", kViolation, "{" GOOD "}"},
    {"data_missing_in_failure", kViolation, "{" FAILED R"(,"error":{"code":"ERR801"}})"},
    {"data_array", kViolation, "{" FAILED R"(,"data":[]})"},
    {"data_string", kViolation, "{" FAILED R"(,"data":""})"},
    {"data_false", kViolation, "{" FAILED R"(,"data":false})"},
    {"data_number", kViolation, "{" FAILED R"(,"data":0})"},
    {"success_missing", kViolation, R"({"info":{"statusCode":400},"data":{}})"},
    {"success_null", kViolation, R"({"info":{"success":null},"data":{}})"},
    {"success_string", kViolation, R"({"info":{"success":"true"},"data":{}})"},
    {"success_number", kViolation, R"({"info":{"success":1},"data":{}})"},
    {"success_object", kViolation, R"({"info":{"success":{}},"data":{}})"},
    {"info_missing", kViolation, R"({"success":true,"data":{}})"},
    {"info_null", kViolation, R"({"info":null,"data":{}})"},
    {"info_array", kViolation, R"({"info":[{"success":true}],"data":{}})"},
    {"success_one_level_too_deep", kViolation, R"({"info":{"info":{"success":true}},"data":{}})"},

    // 4: message is a string, none of the four required members at the top.
    {"message", kMessage, R"({"message":"m"})"},
    {"message_empty", kMessage, R"({"message":""})"},
    {"message_with_error", kMessage, R"({"message":"m","error":{"code":"c"}})"},
    {"message_with_error_number", kMessage, R"({"message":"m","error":5})"},
    {"message_with_errors", kMessage, R"({"errors":[],"message":"m"})"},
    {"message_with_data", kMessage, R"({"message":"m","data":{"action":"a"}})"},
    {"message_with_data_number", kMessage, R"({"message":"m","data":5})"},
    {"message_with_unread", kMessage, R"({"success":true,"statusCode":1,"message":"m"})"},
    {"message_null", kViolation, R"({"message":null})"},
    {"message_number", kViolation, R"({"message":1})"},
    {"message_object", kViolation, R"({"message":{"message":"m"}})"},
    {"message_array", kViolation, R"({"message":["m"]})"},
    {"message_false", kViolation, R"({"message":false})"},
    {"message_within_unread", kViolation, R"({"x":{"message":"m"}})"},
    {"message_and_partner_id", kViolation, R"({"message":"m","partnerLeadOpportunityId":"P"})"},
    {"message_and_ds_id", kViolation, R"({"message":"m","dsLeadOpportunityId":"D"})"},
    {"message_and_action", kViolation, R"({"message":"m","action":"A"})"},
    {"message_and_info", kViolation, R"({"message":"m",)" FAILED "}"},
    {"message_and_action_null", kViolation, R"({"message":"m","action":null})"},
    {"message_and_info_number", kViolation, R"({"info":0,"message":"m"})"},
    {"message_and_escaped_action", kViolation, R"({"message":"m","\u0061ction":"A"})"},

    // 5: everything else that is JSON.
    {"empty_object", kViolation, "{}"},
    {"empty_array", kViolation, "[]"},
    {"number", kViolation, "0"},
    {"string", kViolation, R"("")"},
    {"literal", kViolation, "null"},
    {"array_of_a_created", kViolation, "[{" IDS "," GOOD "}]"},
    {"only_unread_members", kViolation, R"({"a":{},"b":[]})"},
};

#undef IDS
#undef GOOD
#undef FAILED

class FamiliesTest : public ::testing::TestWithParam<Case> {};

TEST_P(FamiliesTest, Verdict) {
  EveryWay parser;
  const Outcome outcome = parse_exact(parser, GetParam().json);
  EXPECT_EQ(outcome.verdict(), GetParam().expected) << outcome;
  EXPECT_EQ(outcome.violations.empty(), GetParam().expected != kViolation);
  EXPECT_EQ(parse_strictly(GetParam().json), outcome);
}

INSTANTIATE_TEST_SUITE_P(All, FamiliesTest, ::testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Families, VerdictOfEveryCode) {
  EXPECT_EQ(verdict_of({}, Family::created), kCreated);
  EXPECT_EQ(verdict_of({}, Family::update), kUpdate);
  EXPECT_EQ(verdict_of({}, Family::failure), kFailure);
  EXPECT_EQ(verdict_of({}, Family::message), kMessage);
  for (int i = 1; i <= static_cast<int>(ErrorCode::number_out_of_range); ++i) {
    const auto code = static_cast<ErrorCode>(i);
    std::optional<Verdict> expected = Verdict::malformed;
    if (code == ErrorCode::out_of_memory) expected = std::nullopt;
    if (code == ErrorCode::too_large) expected = Verdict::too_large;
    if (code == ErrorCode::truncated) expected = Verdict::truncated;
    if (code >= ErrorCode::not_an_object) expected = kViolation;
    EXPECT_EQ(is_violation(code), expected == kViolation) << code;
    for (const Family family : {Family::none, Family::created})
      EXPECT_EQ(verdict_of({code, Field::document, 0}, family), expected) << code;
  }
}

TEST(Families, NamesAreTheVerdicts) {
  for (const auto& [family, verdict] :
       {std::pair(Family::created, kCreated), std::pair(Family::update, kUpdate),
        std::pair(Family::failure, kFailure), std::pair(Family::message, kMessage)})
    EXPECT_EQ(name_of(family), name_of(verdict));
  EXPECT_EQ(name_of(Family::none), "none");
}

}  // namespace
}  // namespace leadscan::testing
