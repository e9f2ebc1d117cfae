#include "audit/cli/find.h"

#include <algorithm>

#include "audit/base/json_output.h"
#include "audit/cli/check.h"
#include "leadscan/fields.h"
#include "leadscan/json/characters.h"

namespace leadscan::audit {
namespace {

using leadscan::internal::is_white_space;

bool equals(const Text& text, std::string_view value) {
  return text.has_value() && text.equals(value);
}

bool has_text(const LeadResponse& response, Field field, std::string_view value) {
  return equals(response.*slot_of(field).text, value);
}

bool has_code(const LeadResponse& response, const std::string& code) {
  return equals(response.error_code, code) ||
         (response.has_status_code && std::to_string(response.status_code) == code);
}

bool is_number(const std::string& value) {
  return !value.empty() && value.find_first_not_of("-0123456789") == value.npos;
}

// Whether some statusCode is no plain integer: it has a point, an exponent or a zero in front.
bool has_spelled_out_code(std::string_view record) {
  constexpr std::string_view kName = info_of(Field::info_status_code).name;
  for (std::size_t at = record.find(kName); at != record.npos; at = record.find(kName, at)) {
    at += kName.size() + 1;  // and its quote
    while (at < record.size() &&
           (record[at] == ':' || is_white_space(static_cast<unsigned char>(record[at]))))
      ++at;
    const std::size_t end = std::min(record.find_first_not_of("-0123456789", at), record.size());
    if (end < record.size() && (record[end] == '.' || record[end] == 'e' || record[end] == 'E'))
      return true;
  }
  return false;
}

}  // namespace

bool FindSink::may_match(std::string_view record) const {
  const auto is_in = [&](std::string_view value) { return record.find(value) != record.npos; };
  const auto& values = options_.values;
  if (std::any_of(values.begin(), values.end(), [&](auto& v) { return is_in(v.second); }) ||
      std::any_of(options_.codes.begin(), options_.codes.end(), is_in))
    return true;
  // Escaped, or in UTF-16.
  if (record.find('\\') != record.npos || record.find('\0') != record.npos) return true;
  // A statusCode may be spelled otherwise: 2.01e2.
  return std::any_of(options_.codes.begin(), options_.codes.end(), is_number) &&
         has_spelled_out_code(record);
}

void FindSink::see(const Judged& judged, std::string& memory) const {
  const LeadResponse& response = judged.response;
  const auto& values = options_.values;
  const auto& codes = options_.codes;
  if (!std::any_of(values.begin(), values.end(),
                   [&](const auto& v) { return has_text(response, v.first, v.second); }) &&
      !std::any_of(codes.begin(), codes.end(), [&](auto& c) { return has_code(response, c); }))
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
