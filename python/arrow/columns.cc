#include "python/arrow/columns.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "audit/base/utf8.h"
#include "audit/judge/kept_fields.h"
#include "leadscan/fields.h"

namespace leadscan::arrow {
namespace {

using audit::Judged;

void append_null_text(Row& row) { row.put(Values::kNull); }

// Of characters that are known to be UTF-8.
void append_text(Row& row, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  row.reserve(sizeof size + text.size());
  std::memcpy(row.end(), &size, sizeof size);
  copy_bytes(row.end() + sizeof size, text.data(), text.size());
  row.add(sizeof size + text.size());
}

// Of bytes from outside: a name of a file, or what could be read of a record that is no JSON.
void append_any_text(Row& row, std::string_view text) {
  if (audit::is_plain_ascii(text)) return append_text(row, text);
  append_text(row, audit::to_utf8(text));
}

template <typename T>
void append_integer(Row& row, const std::optional<T>& value) {
  row.put(value.has_value());
  if (value) row.put(static_cast<std::int64_t>(*value));
}

constexpr Word word_of(std::string_view text) {
  Word word;
  for (const char c : text) word.text[word.size++] = c;
  return word;
}

// By Verdict.
std::span<const Word> verdict_words() {
  static const auto kWords = [] {
    std::array<Word, audit::kVerdictCount> words;
    for (std::size_t i = 0; i < words.size(); ++i)
      words[i] = word_of(name_of(static_cast<Verdict>(i)));
    return words;
  }();
  return kWords;
}

// By Presence. A value of a type that the member should not have is told as absent, as `extract`
// does it.
constexpr std::array kPresenceWords = {word_of("absent"), word_of("is_null"), word_of("value")};
static_assert(static_cast<int>(Presence::absent) == 0 && static_cast<int>(Presence::null) == 1 &&
              static_cast<int>(Presence::value) == 2);

// Only of a valid document it is known that its texts are UTF-8.
bool is_json(const Judged& judged) { return judged.verdict <= Verdict::violation; }

void append_value(Row& row, const Judged& judged, const Text& text) {
  if (!text.has_value()) return append_null_text(row);
  if (!text.escaped() && is_json(judged)) return append_text(row, text.raw());
  std::string memory(text.escaped() ? text.raw().size() : 0, '\0');
  const std::string_view decoded = *text.decode(memory);
  is_json(judged) ? append_text(row, decoded) : append_any_text(row, decoded);
}

template <Field kField>
void append_member(const Judged& judged, Row& row) {
  constexpr const Slot& kSlot = info_of(kField).slot;
  if constexpr (kSlot.kind == Slot::Kind::text) {
    append_value(row, judged, judged.response.*kSlot.text);
  } else if constexpr (kSlot.kind == Slot::Kind::integer) {
    append_integer(row, audit::integer_of(judged.response, kSlot));
  } else {
    const std::optional<bool> value = audit::boolean_of(judged.response, kSlot);
    row.put(value.has_value());
    if (value) row.put(*value);
  }
}

template <Field kField>
void append_presence(const Judged& judged, Row& row) {
  const Presence presence = audit::presence_of(judged.response, info_of(kField).slot);
  row.put(presence == Presence::other ? Presence::absent : presence);
}

void append_violations(const Judged& judged, Row& row) {
  row.put(static_cast<std::uint32_t>(judged.violations.size()));
  for (const Violation& violation : judged.violations) {
    std::string text(json_pointer(violation.field));
    text += ": ";
    text += rule_of(violation.code);
    text += ": expected ";
    text += audit::expected_of(violation);
    text += ", found ";
    text += audit::found_of(violation);
    append_text(row, text);
  }
}

bool has_error(const Judged& judged) { return judged.verdict > Verdict::violation; }

void add_columns_of_records(std::vector<Column>& all) {
  const auto text = ColumnType::text;
  const auto integer = ColumnType::integer;
  all.push_back({"file", text, false, "The file as it was named, or found in a directory",
                 [](const Judged& j, Row& row) { append_any_text(row, j.member->file); }});
  all.push_back({"member", text, true, "The member of an archive; null where the file is none",
                 [](const Judged& j, Row& row) {
                   if (!j.member->member) return append_null_text(row);
                   append_any_text(row, *j.member->member);
                 }});
  all.push_back({"line", integer, true, "The line on which the record begins, from 1",
                 [](const Judged& j, Row& row) {
                   const std::uint64_t line = j.record->line;
                   append_integer(row, line == 0 ? std::nullopt : std::optional(line));
                 }});
  all.push_back(
      {"offset", integer, false, "Bytes in front of the record, in the decompressed text",
       [](const Judged& j, Row& row) { append_integer(row, std::optional(j.record->offset)); }});
  all.push_back({"length", integer, false, "Bytes of the record", [](const Judged& j, Row& row) {
                   append_integer(row, std::optional(j.record->size));
                 }});
  all.push_back({"verdict", ColumnType::word, false,
                 "Which response it is, or what is wrong with the record",
                 [](const Judged& j, Row& row) { row.put(j.verdict); }, verdict_words()});
  all.push_back({"error_code", text, true,
                 "Why a record is malformed, truncated or too_large; not a member of the response, "
                 "which is error.code",
                 [](const Judged& j, Row& row) {
                   if (!has_error(j)) return append_null_text(row);
                   append_text(row, name_of(j.error.code));
                 }});
  all.push_back({"error_offset", integer, true,
                 "Where that is, in bytes from the first of the response",
                 [](const Judged& j, Row& row) {
                   append_integer(row, has_error(j) ? std::optional(j.error.offset) : std::nullopt);
                 }});
  all.push_back({"violations", ColumnType::texts, false,
                 "The rules of the schema that a violation breaks; else an empty list",
                 append_violations});
  all.push_back({"httpStatus", integer, true, "The status that a log has beside the response",
                 [](const Judged& j, Row& row) { append_integer(row, j.http_status); }});
}

template <Field kField>
void add_columns_of(std::vector<Column>& all) {
  constexpr Slot::Kind kKind = info_of(kField).slot.kind;
  const std::string label(audit::label_of(kField));
  const std::string pointer(info_of(kField).pointer);
  if constexpr (kKind != Slot::Kind::presence)  // which has no value
    all.push_back({label,
                   kKind == Slot::Kind::text      ? ColumnType::text
                   : kKind == Slot::Kind::integer ? ColumnType::integer
                                                  : ColumnType::boolean,
                   true, "The response's " + pointer, append_member<kField>});
  if constexpr (audit::may_be_null(kField))
    all.push_back({label + "_presence", ColumnType::word, false,
                   "Whether " + pointer + " is there: value, is_null or absent",
                   append_presence<kField>, kPresenceWords});
}

std::vector<Column> make_columns() {
  std::vector<Column> all;
  add_columns_of_records(all);
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (add_columns_of<kKeptFields[I]>(all), ...);
  }(std::make_index_sequence<kKeptFields.size()>());
  return all;
}

}  // namespace

bool Column::has_few_texts() const {
  return type == ColumnType::word || name == "file" || name == "member" || name == "error_code";
}

std::span<const Column> columns() {
  // For ever: the process may end while a scan goes on.
  static const std::vector<Column>& kColumns = *new std::vector<Column>(make_columns());
  return kColumns;
}

std::size_t find_column(std::string_view name) {
  const std::span<const Column> all = columns();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Column& c) { return c.name == name; });
  return static_cast<std::size_t>(found - all.begin());
}

}  // namespace leadscan::arrow
