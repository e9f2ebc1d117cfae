// What leadscan.h promises to programs that are compiled already: its numbers and places, against
// those of C++. They never change; //tests:c_header_test writes this file, and only appends.
#pragma once

#include <cstddef>

#include "leadscan/c/layout.h"
#include "leadscan/c/leadscan.h"
#include "leadscan/error.h"
#include "leadscan/error_code.h"
#include "leadscan/fields.h"
#include "leadscan/json/type.h"
#include "leadscan/response.h"

namespace leadscan::c {

// If these fail, describe the new members in the header, too:
// tools/bazel run //tests:c_header_test -- --update
static_assert(kFieldCount == 20);

// The statuses.
static_assert(LEADSCAN_STATUS_OK == static_cast<int>(ErrorCode::ok));
static_assert(LEADSCAN_STATUS_TOO_LARGE == static_cast<int>(ErrorCode::too_large));
static_assert(LEADSCAN_STATUS_TOO_DEEP == static_cast<int>(ErrorCode::too_deep));
static_assert(LEADSCAN_STATUS_OUT_OF_MEMORY == static_cast<int>(ErrorCode::out_of_memory));
static_assert(LEADSCAN_STATUS_TRUNCATED == static_cast<int>(ErrorCode::truncated));
static_assert(LEADSCAN_STATUS_BYTE_ORDER_MARK == static_cast<int>(ErrorCode::byte_order_mark));
static_assert(LEADSCAN_STATUS_INVALID_UTF8 == static_cast<int>(ErrorCode::invalid_utf8));
static_assert(LEADSCAN_STATUS_CONTROL_CHARACTER == static_cast<int>(ErrorCode::control_character));
static_assert(LEADSCAN_STATUS_INVALID_ESCAPE == static_cast<int>(ErrorCode::invalid_escape));
static_assert(LEADSCAN_STATUS_LONE_SURROGATE == static_cast<int>(ErrorCode::lone_surrogate));
static_assert(LEADSCAN_STATUS_INVALID_NUMBER == static_cast<int>(ErrorCode::invalid_number));
static_assert(LEADSCAN_STATUS_INVALID_LITERAL == static_cast<int>(ErrorCode::invalid_literal));
static_assert(LEADSCAN_STATUS_EXPECTED_VALUE == static_cast<int>(ErrorCode::expected_value));
static_assert(LEADSCAN_STATUS_EXPECTED_NAME == static_cast<int>(ErrorCode::expected_name));
static_assert(LEADSCAN_STATUS_EXPECTED_COLON == static_cast<int>(ErrorCode::expected_colon));
static_assert(LEADSCAN_STATUS_EXPECTED_COMMA == static_cast<int>(ErrorCode::expected_comma));
static_assert(LEADSCAN_STATUS_CONTENT_AFTER_DOCUMENT ==
              static_cast<int>(ErrorCode::content_after_document));
static_assert(LEADSCAN_STATUS_UNEXPECTED_END == static_cast<int>(ErrorCode::unexpected_end));
static_assert(LEADSCAN_STATUS_NOT_AN_OBJECT == static_cast<int>(ErrorCode::not_an_object));
static_assert(LEADSCAN_STATUS_MISSING_MEMBER == static_cast<int>(ErrorCode::missing_member));
static_assert(LEADSCAN_STATUS_WRONG_TYPE == static_cast<int>(ErrorCode::wrong_type));
static_assert(LEADSCAN_STATUS_DUPLICATE_MEMBER == static_cast<int>(ErrorCode::duplicate_member));
static_assert(LEADSCAN_STATUS_NUMBER_OUT_OF_RANGE ==
              static_cast<int>(ErrorCode::number_out_of_range));
static_assert(LEADSCAN_STATUS_NUL_BYTES == static_cast<int>(ErrorCode::nul_bytes));

// The families.
static_assert(LEADSCAN_FAMILY_NONE == static_cast<int>(Family::none));
static_assert(LEADSCAN_FAMILY_CREATED == static_cast<int>(Family::created));
static_assert(LEADSCAN_FAMILY_UPDATE == static_cast<int>(Family::update));
static_assert(LEADSCAN_FAMILY_FAILURE == static_cast<int>(Family::failure));
static_assert(LEADSCAN_FAMILY_MESSAGE == static_cast<int>(Family::message));

// The verdicts.
static_assert(LEADSCAN_VERDICT_CREATED == static_cast<int>(Verdict::created) + 1);
static_assert(LEADSCAN_VERDICT_UPDATE == static_cast<int>(Verdict::update) + 1);
static_assert(LEADSCAN_VERDICT_FAILURE == static_cast<int>(Verdict::failure) + 1);
static_assert(LEADSCAN_VERDICT_MESSAGE == static_cast<int>(Verdict::message) + 1);
static_assert(LEADSCAN_VERDICT_VIOLATION == static_cast<int>(Verdict::violation) + 1);
static_assert(LEADSCAN_VERDICT_MALFORMED == static_cast<int>(Verdict::malformed) + 1);
static_assert(LEADSCAN_VERDICT_TRUNCATED == static_cast<int>(Verdict::truncated) + 1);
static_assert(LEADSCAN_VERDICT_TOO_LARGE == static_cast<int>(Verdict::too_large) + 1);

// The presences.
static_assert(LEADSCAN_PRESENCE_ABSENT == static_cast<int>(Presence::absent));
static_assert(LEADSCAN_PRESENCE_NULL == static_cast<int>(Presence::null));
static_assert(LEADSCAN_PRESENCE_VALUE == static_cast<int>(Presence::value));
static_assert(LEADSCAN_PRESENCE_OTHER == static_cast<int>(Presence::other));

// The types.
static_assert(LEADSCAN_TYPE_NOTHING == static_cast<int>(JsonType::none));
static_assert(LEADSCAN_TYPE_NULL == static_cast<int>(JsonType::null));
static_assert(LEADSCAN_TYPE_BOOLEAN == static_cast<int>(JsonType::boolean));
static_assert(LEADSCAN_TYPE_INTEGER == static_cast<int>(JsonType::integer));
static_assert(LEADSCAN_TYPE_NUMBER == static_cast<int>(JsonType::number));
static_assert(LEADSCAN_TYPE_STRING == static_cast<int>(JsonType::string));
static_assert(LEADSCAN_TYPE_ARRAY == static_cast<int>(JsonType::array));
static_assert(LEADSCAN_TYPE_OBJECT == static_cast<int>(JsonType::object));

// The fields.
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_PARTNER_LEAD_OPPORTUNITY_ID)) ==
              "/partnerLeadOpportunityId");
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_DS_LEAD_OPPORTUNITY_ID)) ==
              "/dsLeadOpportunityId");
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_ACTION)) == "/action");
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_INFO)) == "/info");
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_INFO_SUCCESS)) == "/info/success");
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_INFO_STATUS_CODE)) ==
              "/info/statusCode");
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_INFO_TIMESTAMP)) == "/info/timestamp");
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_INFO_TRACE_ID)) == "/info/traceId");
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_ERROR)) == "/error");
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_ERROR_CODE)) == "/error/code");
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_ERROR_MESSAGE)) == "/error/message");
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_INFO_TIME_STAMP)) ==
              "/info/timeStamp");
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_DATA)) == "/data");
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_DATA_PARTNER_LEAD_OPPORTUNITY_ID)) ==
              "/data/partnerLeadOpportunityId");
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_DATA_DS_LEAD_OPPORTUNITY_ID)) ==
              "/data/dsLeadOpportunityId");
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_DATA_ACTION)) == "/data/action");
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_ERRORS)) == "/errors");
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_ERRORS_CODE)) == "/errors/code");
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_ERRORS_MESSAGE)) == "/errors/message");
static_assert(json_pointer(static_cast<Field>(LEADSCAN_FIELD_MESSAGE)) == "/message");

// The members.
static_assert(place_of(offsetof(leadscan_result, partner_id)) == kFields[0].slot.offset);
static_assert(place_of(offsetof(leadscan_result, ds_id)) == kFields[1].slot.offset);
static_assert(place_of(offsetof(leadscan_result, action)) == kFields[2].slot.offset);
static_assert(place_of(offsetof(leadscan_result, timestamp)) == kFields[6].slot.offset);
static_assert(place_of(offsetof(leadscan_result, trace_id)) == kFields[7].slot.offset);
static_assert(place_of(offsetof(leadscan_result, error_code)) == kFields[9].slot.offset);
static_assert(place_of(offsetof(leadscan_result, error_message)) == kFields[10].slot.offset);
static_assert(place_of(offsetof(leadscan_result, message)) == kFields[19].slot.offset);
static_assert(place_of(offsetof(leadscan_result, status_code)) == kFields[5].slot.offset);
static_assert(place_of(offsetof(leadscan_result, has_status_code)) == kFields[5].slot.has_offset);
static_assert(place_of(offsetof(leadscan_result, has_success)) == kFields[4].slot.has_offset);
static_assert(place_of(offsetof(leadscan_result, success)) == kFields[4].slot.offset);
static_assert(place_of(offsetof(leadscan_result, error)) == kFields[8].slot.offset);
static_assert(place_of(offsetof(leadscan_result, family)) == offsetof(LeadResponse, family));

}  // namespace leadscan::c
