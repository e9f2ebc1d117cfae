// The fields of a record that extract can write.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/judge/judge.h"

namespace leadscan::audit {

// A field of one record.
struct ExtractValue {
  enum Kind : std::uint8_t { absent, null, text, integer, boolean } kind = absent;
  std::string content;  // as JSON has it; of a text: its characters
};

// For Reader (serialize.h).
constexpr bool is_enumerator(ExtractValue::Kind kind) { return kind <= ExtractValue::boolean; }

struct ExtractField {
  std::string_view name;
  ExtractValue::Kind kind;  // text, integer or boolean
  // Whether a response may have null here, which is something else than having nothing.
  bool nullable;
  ExtractValue (*get)(const Judged&);
};

// file, member, line, offset, length, verdict, httpStatus, and the members of a response.
std::span<const ExtractField> extract_fields();
// The response's, by which records are in a range of time.
const ExtractField& timestamp_field();
// Null if there is none of that name.
const ExtractField* find_extract_field(std::string_view name);

}  // namespace leadscan::audit
