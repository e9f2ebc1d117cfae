#include "audit/cli/check.h"

#include <charconv>

#include "audit/base/json_output.h"

namespace leadscan::audit {
namespace {

void append_number(std::string& out, std::uint64_t number) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

}  // namespace

void append_position(std::string& out, const Judged& judged) {
  out += "{\"file\":";
  append_json_string(out, judged.member->file);
  out += ",\"member\":";
  if (judged.member->member) {
    append_json_string(out, *judged.member->member);
  } else {
    out += "null";
  }
  out += ",\"line\":";
  append_number(out, judged.record->line);
  out += ",\"offset\":";
  append_number(out, judged.record->offset);
  out += ",\"length\":";
  append_number(out, judged.record->size);
  if (judged.record->parts > 1) {
    out += ",\"parts\":";
    append_number(out, judged.record->parts);
  }
  if (judged.record->elsewhere > 0) {
    out += ",\"continues_in\":";
    append_json_string(out, judged.member->continues_in);
  }
}

void CheckSink::see(const Judged& judged, std::string& memory) const {
  append_position(memory, judged);
  memory += ",\"verdict\":\"";
  memory += name_of(judged.verdict);
  memory += "\",\"violations\":[";
  bool first = true;
  for (const Violation& violation : judged.violations) {
    memory += first ? "{\"path\":\"" : ",{\"path\":\"";
    first = false;
    memory += json_pointer(violation.field);
    memory += "\",\"rule\":\"";
    memory += rule_of(violation.code);
    memory += "\",\"expected\":\"";
    memory += expected_of(violation);
    memory += "\",\"found\":\"";
    memory += found_of(violation);
    memory += "\"}";
  }
  memory += ']';
  if (judged.verdict > Verdict::violation) {
    memory += ",\"error\":{\"code\":\"";
    memory += name_of(judged.error.code);
    memory += "\",\"offset\":";
    append_number(memory, judged.error.offset);
    memory += '}';
  }
  memory += "}\n";
}

}  // namespace leadscan::audit
