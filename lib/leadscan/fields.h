// The one description of the response: readers, conformance, learned layouts, messages, exporters
// and reports derive from kFields.
//
// To read one more member: an enumerator in front of Field::document, and a row at the end of
// kFields. To keep its value, too: a member at the end of LeadResponse (response.h), named in the
// row. Nothing else. Enumerators, rows and members keep their places, so that interfaces to other
// languages can rely on them: new ones are appended.
//
// Source: schema "201 Post Leads Opportunities" (data/schema/), and the shapes of the sibling
// responses that are logged beside it (docs/families.md).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "leadscan/json/type.h"
#include "leadscan/response.h"

namespace leadscan {

// Every member that leadscan reads. `document` is the root itself.
enum class Field : std::uint8_t {
  partner_lead_opportunity_id,
  ds_lead_opportunity_id,
  action,
  info,
  info_success,
  info_status_code,
  info_timestamp,
  info_trace_id,
  error,
  error_code,
  error_message,
  info_time_stamp,
  data,
  data_partner_lead_opportunity_id,
  data_ds_lead_opportunity_id,
  data_action,
  errors,
  errors_code,
  errors_message,
  message,
  document = 255,
};

// Where LeadResponse keeps a member's value.
struct Slot {
  enum class Kind : std::uint8_t { none, text, integer, boolean, presence };
  Kind kind = Kind::none;
  std::uint16_t offset = 0;  // of the value in LeadResponse
  Text LeadResponse::* text = nullptr;
  std::int64_t LeadResponse::* integer = nullptr;
  bool LeadResponse::* boolean = nullptr;
  std::uint16_t has_offset = 0;        // of integer and boolean: of `has` in LeadResponse
  bool LeadResponse::* has = nullptr;  // of integer and boolean: whether there is a value
  Presence LeadResponse::* presence = nullptr;
};

// When a member's value is the response's in place of another member's.
enum class StandIn : std::uint8_t {
  never,
  in_siblings,  // in the families update and failure
  where_absent  // where the other member is absent; of members of an object that stands in for
                // another object: where that is absent
};

struct FieldInfo {
  Field field;
  Field parent;              // the object that holds the member; Field::document at the top
  std::string_view name;     // decoded member name
  std::string_view pointer;  // JSON Pointer (RFC 6901)
  std::string_view column;   // how tables call its value; empty if it is not kept, or elsewhere
  TypeSet types;             // what the schema, or for siblings the reader, takes
  bool in_schema;            // a property of the 201 schema; else a sibling's member
  bool required;             // by the 201 schema, in its parent
  Slot slot = {};            // empty: its value is not kept, or in another member's slot
  StandIn stand_in = StandIn::never;
  Field stands_in_for = Field::document;
};

// In the order of the schema's properties: violations are reported in this order.
// The schema's $ref for partnerLeadOpportunityId dangles; string and object are both taken
// (data/schema/README.md).
// clang-format off
#define LEADSCAN_TEXT(m) Slot{.kind = Slot::Kind::text, .offset = offsetof(LeadResponse, m), .text = &LeadResponse::m}
#define LEADSCAN_INTEGER(m) Slot{.kind = Slot::Kind::integer, .offset = offsetof(LeadResponse, m), .integer = &LeadResponse::m, .has_offset = offsetof(LeadResponse, has_##m), .has = &LeadResponse::has_##m}
#define LEADSCAN_BOOLEAN(m) Slot{.kind = Slot::Kind::boolean, .offset = offsetof(LeadResponse, m), .boolean = &LeadResponse::m, .has_offset = offsetof(LeadResponse, has_##m), .has = &LeadResponse::has_##m}
#define LEADSCAN_PRESENCE(m) Slot{.kind = Slot::Kind::presence, .offset = offsetof(LeadResponse, m), .presence = &LeadResponse::m}
inline constexpr auto kFields = [] {
  using enum JsonType;
  using enum StandIn;
  using F = Field;
  constexpr F kTop = F::document;
  return std::to_array<FieldInfo>({
      {F::partner_lead_opportunity_id, kTop, "partnerLeadOpportunityId", "/partnerLeadOpportunityId", "partner_id", string | object, true, true, LEADSCAN_TEXT(partner_lead_opportunity_id)},
      {F::ds_lead_opportunity_id, kTop, "dsLeadOpportunityId", "/dsLeadOpportunityId", "ds_id", string, true, true, LEADSCAN_TEXT(ds_lead_opportunity_id)},
      {F::action, kTop, "action", "/action", "action", string, true, true, LEADSCAN_TEXT(action)},
      {F::info, kTop, "info", "/info", "", object, true, true},
      {F::info_success, F::info, "success", "/info/success", "success", boolean, true, true, LEADSCAN_BOOLEAN(success)},
      {F::info_status_code, F::info, "statusCode", "/info/statusCode", "status_code", integer, true, true, LEADSCAN_INTEGER(status_code)},
      {F::info_timestamp, F::info, "timestamp", "/info/timestamp", "timestamp", string | null, true, false, LEADSCAN_TEXT(timestamp)},
      {F::info_trace_id, F::info, "traceId", "/info/traceId", "trace_id", string | null, true, false, LEADSCAN_TEXT(trace_id)},
      {F::error, kTop, "error", "/error", "error", object | null, true, false, LEADSCAN_PRESENCE(error)},
      {F::error_code, F::error, "code", "/error/code", "error_code", string, true, false, LEADSCAN_TEXT(error_code)},
      {F::error_message, F::error, "message", "/error/message", "error_message", string, true, false, LEADSCAN_TEXT(error_message)},
      {F::info_time_stamp, F::info, "timeStamp", "/info/timeStamp", "", string | null, false, false, {}, where_absent, F::info_timestamp},
      {F::data, kTop, "data", "/data", "", object | null, false, false},
      {F::data_partner_lead_opportunity_id, F::data, "partnerLeadOpportunityId", "/data/partnerLeadOpportunityId", "", TypeSet(string) | object | null, false, false, {}, in_siblings, F::partner_lead_opportunity_id},
      {F::data_ds_lead_opportunity_id, F::data, "dsLeadOpportunityId", "/data/dsLeadOpportunityId", "", string | null, false, false, {}, in_siblings, F::ds_lead_opportunity_id},
      {F::data_action, F::data, "action", "/data/action", "", string | null, false, false, {}, in_siblings, F::action},
      {F::errors, kTop, "errors", "/errors", "", object | null, false, false, {}, where_absent, F::error},
      {F::errors_code, F::errors, "code", "/errors/code", "", string, false, false, {}, where_absent, F::error_code},
      {F::errors_message, F::errors, "message", "/errors/message", "", string, false, false, {}, where_absent, F::error_message},
      {F::message, kTop, "message", "/message", "message", string, false, false, LEADSCAN_TEXT(message)},
  });
}();
#undef LEADSCAN_TEXT
#undef LEADSCAN_INTEGER
#undef LEADSCAN_BOOLEAN
#undef LEADSCAN_PRESENCE
// clang-format on
inline constexpr std::size_t kFieldCount = kFields.size();

constexpr const FieldInfo& info_of(Field field) { return kFields[static_cast<std::size_t>(field)]; }

// JSON Pointer (RFC 6901) of a field; the empty string, which is the whole document, for
// Field::document.
constexpr std::string_view json_pointer(Field field) {
  return field == Field::document ? std::string_view() : info_of(field).pointer;
}

// Where a field's value is kept; that of a stand-in where the other member's is.
constexpr const Slot& slot_of(Field field) {
  const FieldInfo& info = info_of(field);
  return (info.stand_in == StandIn::never ? info : info_of(info.stands_in_for)).slot;
}

// Whether leadscan reads members of this field's value.
constexpr bool has_members(Field field) {
  for (const FieldInfo& info : kFields)
    if (info.parent == field) return true;
  return false;
}

static_assert(
    [] {
      for (std::size_t i = 0; i < kFieldCount; ++i)
        if (static_cast<std::size_t>(kFields[i].field) != i) return false;
      return true;
    }(),
    "kFields is in the order of Field");

// The fields that have a slot of their own, as `kChosen` says of the slot's kind.
template <auto kChosen>
inline constexpr auto kFieldsWith = [] {
  constexpr std::size_t kCount = [] {
    std::size_t count = 0;
    for (const FieldInfo& info : kFields) count += kChosen(info.slot.kind);
    return count;
  }();
  std::array<Field, kCount> fields{};
  std::size_t count = 0;
  for (const FieldInfo& info : kFields)
    if (kChosen(info.slot.kind)) fields[count++] = info.field;
  return fields;
}();
// Those whose value LeadResponse keeps; and as a Text.
inline constexpr auto kKeptFields = kFieldsWith<[](Slot::Kind k) { return k != Slot::Kind::none; }>;
inline constexpr auto kTextFields = kFieldsWith<[](Slot::Kind k) { return k == Slot::Kind::text; }>;

}  // namespace leadscan
