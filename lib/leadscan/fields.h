// The one description of the response. Parser, conformance, messages and exporters derive from
// kFields. A member that leadscan is to read needs a Field and a line of kFields here; if its value
// is to be kept, a member of LeadResponse (response.h) and a slot (internal/reading.h) as well.
//
// Source: schema "201 Post Leads Opportunities" (data/schema/), and the shapes of the sibling
// responses that stand beside it in logs (docs/families.md).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace leadscan {

// RFC 8259 types, with `integer` for numbers whose mathematical value is one (JSON Schema 2020-12,
// section 6.1.1: 201.0 and 2.01e2 are integers). Values are bits, so that they form sets.
enum class JsonType : std::uint8_t {
  none = 0,
  null = 1 << 0,
  boolean = 1 << 1,
  integer = 1 << 2,
  number = 1 << 3,  // a number that is no integer
  string = 1 << 4,
  array = 1 << 5,
  object = 1 << 6,
};

// A set of JSON types.
class TypeSet {
 public:
  constexpr TypeSet() = default;
  constexpr TypeSet(JsonType type) : bits_(static_cast<std::uint8_t>(type)) {}  // NOLINT
  constexpr TypeSet operator|(TypeSet other) const { return TypeSet(bits_ | other.bits_); }
  constexpr bool contains(JsonType type) const {
    return (bits_ & static_cast<std::uint8_t>(type)) != 0;
  }
  constexpr bool operator==(const TypeSet&) const = default;

 private:
  constexpr explicit TypeSet(int bits) : bits_(static_cast<std::uint8_t>(bits)) {}
  std::uint8_t bits_ = 0;
};
constexpr TypeSet operator|(JsonType a, JsonType b) { return TypeSet(a) | TypeSet(b); }

// Every member that leadscan reads. `document` stands for the root itself.
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
  document,
};
inline constexpr std::size_t kFieldCount = static_cast<std::size_t>(Field::document);

struct FieldInfo {
  Field field;
  Field parent;              // the object that holds the member; Field::document at the top
  std::string_view name;     // decoded member name
  std::string_view pointer;  // JSON Pointer (RFC 6901)
  TypeSet types;             // what the schema, or for siblings the reader, takes
  bool in_schema;            // a property of the 201 schema; else a sibling's member
  bool required;             // by the 201 schema, in its parent
};

// In the order of the schema's properties: violations are reported in this order.
// The schema's $ref for partnerLeadOpportunityId dangles; string and object are both taken
// (data/schema/README.md).
inline constexpr std::array<FieldInfo, kFieldCount> kFields = [] {
  using enum JsonType;
  constexpr Field kTop = Field::document;
  return std::array<FieldInfo, kFieldCount>{{
      // clang-format off
      {Field::partner_lead_opportunity_id, kTop, "partnerLeadOpportunityId", "/partnerLeadOpportunityId", string | object, true, true},
      {Field::ds_lead_opportunity_id, kTop, "dsLeadOpportunityId", "/dsLeadOpportunityId", string, true, true},
      {Field::action, kTop, "action", "/action", string, true, true},
      {Field::info, kTop, "info", "/info", object, true, true},
      {Field::info_success, Field::info, "success", "/info/success", boolean, true, true},
      {Field::info_status_code, Field::info, "statusCode", "/info/statusCode", integer, true, true},
      {Field::info_timestamp, Field::info, "timestamp", "/info/timestamp", string | null, true, false},
      {Field::info_trace_id, Field::info, "traceId", "/info/traceId", string | null, true, false},
      {Field::error, kTop, "error", "/error", object | null, true, false},
      {Field::error_code, Field::error, "code", "/error/code", string, true, false},
      {Field::error_message, Field::error, "message", "/error/message", string, true, false},
      {Field::info_time_stamp, Field::info, "timeStamp", "/info/timeStamp", string | null, false, false},
      {Field::data, kTop, "data", "/data", object | null, false, false},
      {Field::data_partner_lead_opportunity_id, Field::data, "partnerLeadOpportunityId", "/data/partnerLeadOpportunityId", TypeSet(string) | object | null, false, false},
      {Field::data_ds_lead_opportunity_id, Field::data, "dsLeadOpportunityId", "/data/dsLeadOpportunityId", string | null, false, false},
      {Field::data_action, Field::data, "action", "/data/action", string | null, false, false},
      {Field::errors, kTop, "errors", "/errors", object | null, false, false},
      {Field::errors_code, Field::errors, "code", "/errors/code", string, false, false},
      {Field::errors_message, Field::errors, "message", "/errors/message", string, false, false},
      {Field::message, kTop, "message", "/message", string, false, false},
      // clang-format on
  }};
}();

constexpr const FieldInfo& info_of(Field field) { return kFields[static_cast<std::size_t>(field)]; }

// JSON Pointer (RFC 6901) of a field; the empty string, which is the whole document, for
// Field::document.
constexpr std::string_view json_pointer(Field field) {
  return field == Field::document ? std::string_view() : info_of(field).pointer;
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
    "kFields stands in the order of Field");

}  // namespace leadscan
