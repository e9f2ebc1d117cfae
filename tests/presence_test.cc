// Absent, null and value are three things, for every member that may be all of them.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/every_way.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

struct Case {
  std::string_view name;
  std::string json;
  Presence expected;
  Presence (*presence)(const LeadResponse&);
  friend std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.json; }
};

Presence timestamp(const LeadResponse& r) { return r.timestamp.presence(); }
Presence trace_id(const LeadResponse& r) { return r.trace_id.presence(); }
Presence error(const LeadResponse& r) { return r.error; }
Presence error_code(const LeadResponse& r) { return r.error_code.presence(); }
Presence error_message(const LeadResponse& r) { return r.error_message.presence(); }
Presence partner_id(const LeadResponse& r) { return r.partner_lead_opportunity_id.presence(); }
Presence ds_id(const LeadResponse& r) { return r.ds_lead_opportunity_id.presence(); }
Presence action(const LeadResponse& r) { return r.action.presence(); }

std::string in_info(std::string_view more) {
  return created_with(R"("success":true,"statusCode":201)" + std::string(more));
}
std::string at_top(std::string_view more) {
  return created_with(R"("success":true,"statusCode":201)", more);
}
std::string in_data(std::string_view members) {
  return R"({"info":{"success":true},"data":{)" + std::string(members) + "}}";
}

constexpr Presence kAbsent = Presence::absent;
constexpr Presence kNull = Presence::null;
constexpr Presence kValue = Presence::value;

class PresenceTest : public ::testing::TestWithParam<Case> {};

TEST_P(PresenceTest, IsTold) {
  EveryWay parser;
  LeadResponse response;
  ASSERT_FALSE(parser.parse(GetParam().json, response));
  EXPECT_EQ(GetParam().presence(response), GetParam().expected);
  // An earlier value must not shine through.
  ASSERT_FALSE(parser.parse(fixture("created/error_code_and_message"), response));
  ASSERT_FALSE(parser.parse(GetParam().json, response));
  EXPECT_EQ(GetParam().presence(response), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    All, PresenceTest,
    ::testing::Values(
        Case{"timestamp_absent", in_info(""), kAbsent, timestamp},
        Case{"timestamp_null", in_info(R"(,"timestamp":null)"), kNull, timestamp},
        Case{"timestamp_value", in_info(R"(,"timestamp":"t")"), kValue, timestamp},
        Case{"timestamp_empty", in_info(R"(,"timestamp":"")"), kValue, timestamp},
        Case{"time_stamp_null", in_info(R"(,"timeStamp":null)"), kNull, timestamp},
        Case{"time_stamp_value", in_info(R"(,"timeStamp":"t")"), kValue, timestamp},
        Case{"trace_id_absent", in_info(""), kAbsent, trace_id},
        Case{"trace_id_null", in_info(R"(,"traceId":null)"), kNull, trace_id},
        Case{"trace_id_value", in_info(R"(,"traceId":"i")"), kValue, trace_id},
        Case{"trace_id_empty", in_info(R"(,"traceId":"")"), kValue, trace_id},
        Case{"error_absent", at_top(""), kAbsent, error},
        Case{"error_null", at_top(R"(,"error":null)"), kNull, error},
        Case{"error_value", at_top(R"(,"error":{"code":"c"})"), kValue, error},
        Case{"error_empty", at_top(R"(,"error":{})"), kValue, error},
        Case{"errors_null", at_top(R"(,"errors":null)"), kNull, error},
        Case{"errors_value", at_top(R"(,"errors":{})"), kValue, error},
        Case{"code_without_error", at_top(""), kAbsent, error_code},
        Case{"code_in_error_null", at_top(R"(,"error":null)"), kAbsent, error_code},
        Case{"code_absent", at_top(R"(,"error":{"message":"m"})"), kAbsent, error_code},
        Case{"code_value", at_top(R"(,"error":{"code":"c"})"), kValue, error_code},
        Case{"error_message_absent", at_top(R"(,"error":{"code":"c"})"), kAbsent, error_message},
        Case{"error_message_value", at_top(R"(,"error":{"message":""})"), kValue, error_message},
        Case{"data_partner_absent", in_data(""), kAbsent, partner_id},
        Case{"data_partner_null", in_data(R"("partnerLeadOpportunityId":null)"), kNull, partner_id},
        Case{"data_partner_value", in_data(R"("partnerLeadOpportunityId":"p")"), kValue,
             partner_id},
        Case{"data_partner_object", in_data(R"("partnerLeadOpportunityId":{})"), kValue,
             partner_id},
        Case{"data_ds_absent", in_data(""), kAbsent, ds_id},
        Case{"data_ds_null", in_data(R"("dsLeadOpportunityId":null)"), kNull, ds_id},
        Case{"data_ds_value", in_data(R"("dsLeadOpportunityId":"d")"), kValue, ds_id},
        Case{"data_action_absent", in_data(""), kAbsent, action},
        Case{"data_action_null", in_data(R"("action":null)"), kNull, action},
        Case{"data_action_value", in_data(R"("action":"a")"), kValue, action}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Presence, OfNumbersAndBooleansIsInHasMembers) {
  EveryWay parser;
  LeadResponse response;
  ASSERT_FALSE(
      parser.parse(std::string_view(R"({"info":{"success":false},"data":null})"), response));
  EXPECT_TRUE(response.has_success);
  EXPECT_FALSE(response.success);
  EXPECT_FALSE(response.has_status_code);
  ASSERT_FALSE(parser.parse(
      std::string_view(R"({"info":{"success":true,"statusCode":0},"data":null})"), response));
  EXPECT_TRUE(response.success);
  EXPECT_TRUE(response.has_status_code);
  ASSERT_FALSE(parser.parse(std::string_view(R"({"message":"m"})"), response));
  EXPECT_FALSE(response.has_success);
  EXPECT_FALSE(response.has_status_code);
}

TEST(Presence, OfATextWithoutValueShowsNothing) {
  for (const Text& text : {Text(), Text::null(), Text::other()}) {
    EXPECT_FALSE(text.has_value());
    EXPECT_TRUE(text.raw().empty());
    EXPECT_FALSE(text.equals(""));
  }
  EXPECT_NE(Text(), Text::null());
  EXPECT_NE(Text(), Text::string("", false));
  EXPECT_NE(Text::null(), Text::other());
  EXPECT_TRUE(Text::string("", false).equals(""));
}

}  // namespace
}  // namespace leadscan::testing
