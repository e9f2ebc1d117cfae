#include "audit/cli/extract_fields.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "audit/judge/kept_fields.h"

namespace leadscan::audit {
namespace {

using Value = ExtractValue;

Value number(std::uint64_t value) { return {Value::integer, std::to_string(value)}; }
Value number(std::optional<std::int64_t> value) {
  return value ? Value{Value::integer, std::to_string(*value)} : Value{};
}
Value text(std::string_view value) { return {Value::text, std::string(value)}; }

// A value of a type that the member should not have is told as absent: there is none to give.
Value text(const Text& text) {
  if (text.presence() == Presence::null) return {Value::null, {}};
  if (!text.has_value()) return {};
  std::string memory(text.escaped() ? text.raw().size() : 0, '\0');
  return {Value::text, std::string(*text.decode(memory))};
}

// Of the record, and where it is.
constexpr auto kOfRecord = std::to_array<ExtractField>({
    {"file", Value::text, false, [](const Judged& j) { return text(j.member->file); }},
    {"member", Value::text, false,
     [](const Judged& j) {
       return j.member->member ? text(*j.member->member) : Value{Value::null, {}};
     }},
    {"line", Value::integer, false, [](const Judged& j) { return number(j.record->line); }},
    {"offset", Value::integer, false, [](const Judged& j) { return number(j.record->offset); }},
    {"length", Value::integer, false, [](const Judged& j) { return number(j.record->size); }},
    {"verdict", Value::text, false, [](const Judged& j) { return text(name_of(j.verdict)); }},
    {"httpStatus", Value::integer, false, [](const Judged& j) { return number(j.http_status); }},
});

// A member of the response.
template <Field kField>
Value value_of(const Judged& judged) {
  constexpr const Slot& kSlot = info_of(kField).slot;
  if constexpr (kSlot.kind == Slot::Kind::text) {
    return text(judged.response.*kSlot.text);
  } else if constexpr (kSlot.kind == Slot::Kind::integer) {
    return number(integer_of(judged.response, kSlot));
  } else {
    const std::optional<bool> value = boolean_of(judged.response, kSlot);
    return value ? Value{Value::boolean, *value ? "true" : "false"} : Value{};
  }
}

template <Field kField>
void add_field(std::vector<ExtractField>& fields) {
  constexpr Slot::Kind kKind = info_of(kField).slot.kind;
  if constexpr (kKind != Slot::Kind::presence)  // which has no value
    fields.push_back({label_of(kField),
                      kKind == Slot::Kind::text      ? Value::text
                      : kKind == Slot::Kind::integer ? Value::integer
                                                     : Value::boolean,
                      may_be_null(kField), value_of<kField>});
}

std::vector<ExtractField> make_fields() {
  std::vector<ExtractField> fields(kOfRecord.begin(), kOfRecord.end());
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (add_field<kKeptFields[I]>(fields), ...);
  }(std::make_index_sequence<kKeptFields.size()>());
  return fields;
}

}  // namespace

std::span<const ExtractField> extract_fields() {
  static const std::vector<ExtractField> kFields = make_fields();
  return kFields;
}

const ExtractField& timestamp_field() {
  static const ExtractField& kField = *find_extract_field(label_of(Field::info_timestamp));
  return kField;
}

const ExtractField* find_extract_field(std::string_view name) {
  const std::span<const ExtractField> fields = extract_fields();
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const ExtractField& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

}  // namespace leadscan::audit
