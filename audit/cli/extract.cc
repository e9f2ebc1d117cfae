#include "audit/cli/extract.h"

#include <algorithm>
#include <array>
#include <optional>

#include "audit/core/json_output.h"

namespace leadscan::audit {
namespace {

// A field of one record.
struct Value {
  enum Kind { absent, null, text, bare } kind = absent;
  std::string content;
};

Value number(std::uint64_t value) { return {Value::bare, std::to_string(value)}; }
Value text(std::string_view value) { return {Value::text, std::string(value)}; }

// A value of a type that the member should not have is told as absent: there is none to give.
Value text(const Text& text) {
  if (text.presence() == Presence::null) return {Value::null, {}};
  if (!text.has_value()) return {};
  std::string memory(text.escaped() ? text.raw().size() : 0, '\0');
  return {Value::text, std::string(*text.decode(memory))};
}

struct Field {
  std::string_view name;
  Value (*get)(const Judged&);
};

constexpr std::array kFieldsToExtract = {
    Field{"file", [](const Judged& j) { return text(j.member->file); }},
    Field{"member",
          [](const Judged& j) {
            return j.member->member ? text(*j.member->member) : Value{Value::null, {}};
          }},
    Field{"line", [](const Judged& j) { return number(j.record->line); }},
    Field{"offset", [](const Judged& j) { return number(j.record->offset); }},
    Field{"length", [](const Judged& j) { return number(j.record->size); }},
    Field{"verdict", [](const Judged& j) { return text(name_of(j.verdict)); }},
    Field{"httpStatus",
          [](const Judged& j) {
            return j.http_status ? Value{Value::bare, std::to_string(*j.http_status)} : Value{};
          }},
    Field{"partnerLeadOpportunityId",
          [](const Judged& j) { return text(j.response.partner_lead_opportunity_id); }},
    Field{"dsLeadOpportunityId",
          [](const Judged& j) { return text(j.response.ds_lead_opportunity_id); }},
    Field{"action", [](const Judged& j) { return text(j.response.action); }},
    Field{"success",
          [](const Judged& j) {
            return j.response.has_success
                       ? Value{Value::bare, j.response.success ? "true" : "false"}
                       : Value{};
          }},
    Field{"statusCode",
          [](const Judged& j) {
            return j.response.has_status_code
                       ? Value{Value::bare, std::to_string(j.response.status_code)}
                       : Value{};
          }},
    Field{"timestamp", [](const Judged& j) { return text(j.response.timestamp); }},
    Field{"traceId", [](const Judged& j) { return text(j.response.trace_id); }},
    Field{"error.code", [](const Judged& j) { return text(j.response.error_code); }},
    Field{"error.message", [](const Judged& j) { return text(j.response.error_message); }},
    Field{"message", [](const Judged& j) { return text(j.response.message); }},
};

void append_csv(std::string& out, const Value& value) {
  switch (value.kind) {
    case Value::absent:
      break;
    case Value::null:
      out += "null";
      break;
    case Value::bare:
      out += value.content;
      break;
    case Value::text:
      out += '"';
      for (const char c : value.content) {
        if (c == '"') out += '"';
        out += c;
      }
      out += '"';
  }
}

}  // namespace

bool is_extract_field(std::string_view name) {
  return std::any_of(kFieldsToExtract.begin(), kFieldsToExtract.end(),
                     [&](const Field& field) { return field.name == name; });
}

std::vector<std::string> all_extract_fields() {
  std::vector<std::string> names;
  for (const Field& field : kFieldsToExtract) names.emplace_back(field.name);
  return names;
}

ExtractSink::ExtractSink(OutputFile& out, std::vector<std::string> fields, ExtractFormat format)
    : out_(out), names_(std::move(fields)), format_(format) {
  for (const std::string& name : names_)
    for (std::size_t i = 0; i < kFieldsToExtract.size(); ++i)
      if (kFieldsToExtract[i].name == name) fields_.push_back(i);
}

void ExtractSink::write_header() {
  if (format_ != ExtractFormat::csv) return;
  std::string line;
  for (const std::string& name : names_) {
    if (!line.empty()) line += ',';
    line += name;
  }
  out_.write(line + "\r\n");
}

void ExtractSink::see(const Judged& judged, std::string& memory) const {
  bool first = true;
  if (format_ == ExtractFormat::csv) {
    for (const std::size_t field : fields_) {
      if (!first) memory += ',';
      first = false;
      append_csv(memory, kFieldsToExtract[field].get(judged));
    }
    memory += "\r\n";
    return;
  }
  memory += '{';
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const Value value = kFieldsToExtract[fields_[i]].get(judged);
    if (value.kind == Value::absent) continue;
    if (!first) memory += ',';
    first = false;
    append_json_string(memory, names_[i]);
    memory += ':';
    if (value.kind == Value::text) {
      append_json_string(memory, value.content);
    } else {
      memory += value.kind == Value::null ? "null" : value.content;
    }
  }
  memory += "}\n";
}

}  // namespace leadscan::audit
