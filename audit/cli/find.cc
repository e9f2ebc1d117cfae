#include "audit/cli/find.h"

#include <algorithm>

#include "audit/cli/check.h"
#include "audit/core/json_output.h"

namespace leadscan::audit {
namespace {

bool any_equals(const Text& text, const std::vector<std::string>& values) {
  return text.has_value() && std::any_of(values.begin(), values.end(),
                                         [&](const auto& value) { return text.equals(value); });
}

bool any_in(std::string_view record, const std::vector<std::string>& values) {
  return std::any_of(values.begin(), values.end(),
                     [&](const std::string& value) { return record.find(value) != record.npos; });
}

bool is_number(const std::string& value) {
  return !value.empty() && value.find_first_not_of("-0123456789") == value.npos;
}

// Whether some statusCode is no plain integer: it has a point, an exponent or a zero in front.
bool has_spelled_out_code(std::string_view record) {
  constexpr std::string_view kName = "\"statusCode\"";
  for (std::size_t at = record.find(kName); at != record.npos; at = record.find(kName, at)) {
    at += kName.size();
    while (at < record.size() &&
           std::string_view(" \t\r\n:").find(record[at]) != std::string_view::npos)
      ++at;
    const std::size_t end = std::min(record.find_first_not_of("-0123456789", at), record.size());
    if (end < record.size() && (record[end] == '.' || record[end] == 'e' || record[end] == 'E'))
      return true;
  }
  return false;
}

}  // namespace

bool FindSink::may_match(std::string_view record) const {
  if (any_in(record, options_.trace_ids) || any_in(record, options_.ds_ids) ||
      any_in(record, options_.partner_ids) || any_in(record, options_.codes))
    return true;
  if (record.find('\\') != record.npos) return true;
  // A statusCode may be spelled otherwise: 2.01e2.
  return std::any_of(options_.codes.begin(), options_.codes.end(), is_number) &&
         has_spelled_out_code(record);
}

void FindSink::see(const Judged& judged, std::string& memory) const {
  const LeadResponse& response = judged.response;
  const bool code_matches =
      any_equals(response.error_code, options_.codes) ||
      (response.has_status_code &&
       std::find(options_.codes.begin(), options_.codes.end(),
                 std::to_string(response.status_code)) != options_.codes.end());
  if (!code_matches && !any_equals(response.trace_id, options_.trace_ids) &&
      !any_equals(response.ds_lead_opportunity_id, options_.ds_ids) &&
      !any_equals(response.partner_lead_opportunity_id, options_.partner_ids))
    return;
  append_position(memory, judged);
  memory += ",\"verdict\":\"";
  memory += name_of(judged.verdict);
  memory += "\",\"record\":";
  append_json_string(memory,
                     judged.record->data == nullptr ? std::string_view() : judged.record->bytes());
  memory += "}\n";
}

}  // namespace leadscan::audit
