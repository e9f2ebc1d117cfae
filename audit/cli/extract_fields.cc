#include "audit/cli/extract_fields.h"

#include <algorithm>
#include <array>

namespace leadscan::audit {
namespace {

using Value = ExtractValue;

Value number(std::uint64_t value) { return {Value::integer, std::to_string(value)}; }
Value number(bool has, std::int64_t value) {
  return has ? Value{Value::integer, std::to_string(value)} : Value{};
}
Value text(std::string_view value) { return {Value::text, std::string(value)}; }

// A value of a type that the member should not have is told as absent: there is none to give.
Value text(const Text& text) {
  if (text.presence() == Presence::null) return {Value::null, {}};
  if (!text.has_value()) return {};
  std::string memory(text.escaped() ? text.raw().size() : 0, '\0');
  return {Value::text, std::string(*text.decode(memory))};
}

// clang-format off
constexpr std::array kFields = {
    ExtractField{"file", Value::text, false, [](const Judged& j) { return text(j.member->file); }},
    ExtractField{"member", Value::text, false, [](const Judged& j) { return j.member->member ? text(*j.member->member) : Value{Value::null, {}}; }},
    ExtractField{"line", Value::integer, false, [](const Judged& j) { return number(j.record->line); }},
    ExtractField{"offset", Value::integer, false, [](const Judged& j) { return number(j.record->offset); }},
    ExtractField{"length", Value::integer, false, [](const Judged& j) { return number(j.record->size); }},
    ExtractField{"verdict", Value::text, false, [](const Judged& j) { return text(name_of(j.verdict)); }},
    ExtractField{"httpStatus", Value::integer, false, [](const Judged& j) { return number(j.http_status.has_value(), j.http_status.value_or(0)); }},
    ExtractField{"partnerLeadOpportunityId", Value::text, true, [](const Judged& j) { return text(j.response.partner_lead_opportunity_id); }},
    ExtractField{"dsLeadOpportunityId", Value::text, true, [](const Judged& j) { return text(j.response.ds_lead_opportunity_id); }},
    ExtractField{"action", Value::text, true, [](const Judged& j) { return text(j.response.action); }},
    ExtractField{"success", Value::boolean, false, [](const Judged& j) { return j.response.has_success ? Value{Value::boolean, j.response.success ? "true" : "false"} : Value{}; }},
    ExtractField{"statusCode", Value::integer, false, [](const Judged& j) { return number(j.response.has_status_code, j.response.status_code); }},
    ExtractField{"timestamp", Value::text, true, [](const Judged& j) { return text(j.response.timestamp); }},
    ExtractField{"traceId", Value::text, true, [](const Judged& j) { return text(j.response.trace_id); }},
    ExtractField{"error.code", Value::text, true, [](const Judged& j) { return text(j.response.error_code); }},
    ExtractField{"error.message", Value::text, true, [](const Judged& j) { return text(j.response.error_message); }},
    ExtractField{"message", Value::text, false, [](const Judged& j) { return text(j.response.message); }},
};
// clang-format on

}  // namespace

std::span<const ExtractField> extract_fields() { return kFields; }

const ExtractField* find_extract_field(std::string_view name) {
  const auto found = std::find_if(kFields.begin(), kFields.end(),
                                  [&](const ExtractField& field) { return field.name == name; });
  return found == kFields.end() ? nullptr : &*found;
}

}  // namespace leadscan::audit
