#include "leadscan/read/strict_reader.h"

#include "leadscan/json/number.h"
#include "leadscan/read/member_names.h"

namespace leadscan::internal {
namespace {

// The root comes behind the members.
constexpr std::size_t place_of(Field field) {
  return field == Field::document ? kFieldCount : index_of(field);
}

}  // namespace

Error StrictReader::read(std::string_view json, Reading& reading, LeadResponse& response) noexcept {
  scanner_ = JsonScanner(json.data(), json.size());
  reading_ = &reading;
  reading.start(response);
  current_ = Field::document;
  duplicated_ = FieldSet();
  violation_count_ = 0;

  if (!read_document()) {
    violation_count_ = 0;
    reading.finish(Family::none);
    return {scanner_.code(), current_, scanner_.error_offset()};
  }
  const bool is_object = sightings_[place_of(Field::document)].type == JsonType::object;
  const Family family = reading.family();
  // Duplicates come first. The other rules are those of a document without them.
  if (is_object && family == Family::none) collect_violations();
  reading.finish(violation_count_ == 0 ? family : Family::none);
  if (violation_count_ == 0) return {};
  return {violations_[0].code, violations_[0].field, violations_[0].offset};
}

bool StrictReader::read_document() noexcept {
  const Token token = scanner_.next();
  Sighting& root = sightings_[place_of(Field::document)];
  root = {scanner_.begin(), type_of(token), false};
  if (token == Token::begin_object) {
    if (!read_members<Field::document>()) return false;
  } else {
    if (token == Token::string) --root.offset;  // its quote
    std::int64_t ignored = 0;
    if (token == Token::number && to_integer(scanner_.text(), ignored) != IntegerKind::fraction)
      root.type = JsonType::integer;
    if (!skip_value(token)) return false;
    add(ErrorCode::not_an_object, Field::document, root.type, root.offset);
  }
  return scanner_.next() == Token::end;
}

// Behind the opening brace of `Parent`, until behind the closing one.
template <Field Parent>
bool StrictReader::read_members() noexcept {
  for (;;) {
    const Token token = scanner_.next();
    if (token == Token::end_object) return true;
    if (token != Token::name) return false;
    const Field field = scanner_.escaped() ? find_escaped_member<Parent>(scanner_.text())
                                           : find_member<Parent>(scanner_.text());
    const std::size_t name_offset = scanner_.begin() - 1;

    const bool known = field != Field::document;
    if (known) current_ = field;
    const Token value = scanner_.next();
    if (!known || reading_->seen(field)) {
      if (known && !duplicated_.contains(field)) {
        duplicated_.add(field);
        add(ErrorCode::duplicate_member, field, JsonType::none, name_offset);
      }
      if (!skip_value(value)) return false;
    } else if (!read_value(field, value)) {
      return false;
    }
    current_ = Parent;
  }
}

bool StrictReader::read_members_of(Field parent) noexcept {
  bool good = false;
  for_each_field([&](auto field) {
    if constexpr (has_members(field()))
      if (parent == field()) good = read_members<field()>();
  });
  return good;
}

bool StrictReader::read_value(Field field, Token token) noexcept {
  Sighting& sighting = sightings_[place_of(field)];
  sighting = {scanner_.begin(), type_of(token), false};
  switch (token) {
    case Token::string:
      --sighting.offset;  // its quote
      reading_->see_string(field, scanner_.text(), scanner_.escaped());
      return true;
    case Token::begin_object:
      if (has_members(field)) {
        reading_->see_object(field);
        return read_members_of(field);
      }
      if (!skip_value(token)) return false;
      reading_->see_object(
          field, scanner_.source().substr(sighting.offset, scanner_.end() - sighting.offset));
      return true;
    case Token::number:
      read_number(field);
      return true;
    case Token::true_literal:
    case Token::false_literal:
      reading_->see_boolean(field, token == Token::true_literal);
      return true;
    default:
      if (!skip_value(token)) return false;
      reading_->see(field, type_of(token));
      return true;
  }
}

void StrictReader::read_number(Field field) noexcept {
  std::int64_t value = 0;
  const IntegerKind kind = to_integer(scanner_.text(), value);
  Sighting& sighting = sightings_[place_of(field)];
  if (kind != IntegerKind::fraction) sighting.type = JsonType::integer;
  sighting.out_of_range = kind == IntegerKind::out_of_range;
  reading_->see_number(field, kind, value);
}

// The rest of the value that begins with `token`.
bool StrictReader::skip_value(Token token) noexcept {
  for (std::size_t depth = 0;; token = scanner_.next()) {
    switch (token) {
      case Token::begin_object:
      case Token::begin_array:
        ++depth;
        break;
      case Token::end_object:
      case Token::end_array:
        --depth;
        break;
      case Token::error:
      case Token::end:
        return false;
      default:
        break;
    }
    if (depth == 0) return true;
  }
}

void StrictReader::add(ErrorCode code, Field field, JsonType found, std::size_t offset) noexcept {
  violations_[violation_count_++] = {code, field, found, offset};
}

void StrictReader::collect_violations() noexcept {
  for (const FieldInfo& info : kFields) {
    if (!info.in_schema) continue;
    const Sighting& sighting = sightings_[place_of(info.field)];
    if (reading_->seen(info.field)) {
      if (reading_->conforms(info.field)) continue;
      add(sighting.out_of_range && info.types.contains(JsonType::integer)
              ? ErrorCode::number_out_of_range
              : ErrorCode::wrong_type,
          info.field, sighting.type, sighting.offset);
    } else if (info.required) {
      // Required in its parent, if that is an object: otherwise the parent's type is the violation.
      const Sighting& parent = sightings_[place_of(info.parent)];
      const bool has_parent = info.parent == Field::document || reading_->seen(info.parent);
      if (has_parent && parent.type == JsonType::object)
        add(ErrorCode::missing_member, info.field, JsonType::none, parent.offset);
    }
  }
}

}  // namespace leadscan::internal
