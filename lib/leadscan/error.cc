#include "leadscan/error.h"

namespace leadscan {

std::optional<Verdict> verdict_of(const Error& error, Family family) noexcept {
  if (is_violation(error.code)) return Verdict::violation;
  switch (error.code) {
    case ErrorCode::ok:
      break;
    case ErrorCode::truncated:
      return Verdict::truncated;
    case ErrorCode::too_large:
      return Verdict::too_large;
    case ErrorCode::out_of_memory:
      return std::nullopt;
    default:
      return Verdict::malformed;
  }
  switch (family) {
    case Family::created:
      return Verdict::created;
    case Family::update:
      return Verdict::update;
    case Family::failure:
      return Verdict::failure;
    case Family::message:
      return Verdict::message;
    case Family::none:
      break;
  }
  return Verdict::violation;
}

std::string_view name_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::ok:
      return "ok";
    case ErrorCode::too_large:
      return "too_large";
    case ErrorCode::too_deep:
      return "too_deep";
    case ErrorCode::out_of_memory:
      return "out_of_memory";
    case ErrorCode::truncated:
      return "truncated";
    case ErrorCode::byte_order_mark:
      return "byte_order_mark";
    case ErrorCode::invalid_utf8:
      return "invalid_utf8";
    case ErrorCode::control_character:
      return "control_character";
    case ErrorCode::invalid_escape:
      return "invalid_escape";
    case ErrorCode::lone_surrogate:
      return "lone_surrogate";
    case ErrorCode::invalid_number:
      return "invalid_number";
    case ErrorCode::invalid_literal:
      return "invalid_literal";
    case ErrorCode::expected_value:
      return "expected_value";
    case ErrorCode::expected_name:
      return "expected_name";
    case ErrorCode::expected_colon:
      return "expected_colon";
    case ErrorCode::expected_comma:
      return "expected_comma";
    case ErrorCode::content_after_document:
      return "content_after_document";
    case ErrorCode::unexpected_end:
      return "unexpected_end";
    case ErrorCode::not_an_object:
      return "not_an_object";
    case ErrorCode::missing_member:
      return "missing_member";
    case ErrorCode::wrong_type:
      return "wrong_type";
    case ErrorCode::duplicate_member:
      return "duplicate_member";
    case ErrorCode::number_out_of_range:
      return "number_out_of_range";
  }
  return "?";
}

std::string_view describe(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::ok:
      return "no error";
    case ErrorCode::too_large:
      return "the document is longer than the parser's limit";
    case ErrorCode::too_deep:
      return "nested deeper than 1024 containers";
    case ErrorCode::out_of_memory:
      return "no memory for the parser's buffers";
    case ErrorCode::truncated:
      return "the document ends early";
    case ErrorCode::byte_order_mark:
      return "a byte order mark stands in front of the document";
    case ErrorCode::invalid_utf8:
      return "not UTF-8";
    case ErrorCode::control_character:
      return "a control character stands unescaped in a string";
    case ErrorCode::invalid_escape:
      return "not an escape that JSON has";
    case ErrorCode::lone_surrogate:
      return "an escaped surrogate without its other half";
    case ErrorCode::invalid_number:
      return "not a JSON number";
    case ErrorCode::invalid_literal:
      return "not true, false or null";
    case ErrorCode::expected_value:
      return "expected a value";
    case ErrorCode::expected_name:
      return "expected a member name";
    case ErrorCode::expected_colon:
      return "expected a colon behind the member name";
    case ErrorCode::expected_comma:
      return "expected a comma or the end of the container";
    case ErrorCode::content_after_document:
      return "something stands behind the document";
    case ErrorCode::unexpected_end:
      return "the text ends inside a value";
    case ErrorCode::not_an_object:
      return "the document is not an object";
    case ErrorCode::missing_member:
      return "a required member is missing from this object";
    case ErrorCode::wrong_type:
      return "a value of the wrong type";
    case ErrorCode::duplicate_member:
      return "this member stands twice";
    case ErrorCode::number_out_of_range:
      return "an integer beyond 64 bits";
  }
  return "?";
}

std::string_view name_of(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::created:
      return "created";
    case Verdict::update:
      return "update";
    case Verdict::failure:
      return "failure";
    case Verdict::message:
      return "message";
    case Verdict::violation:
      return "violation";
    case Verdict::malformed:
      return "malformed";
    case Verdict::truncated:
      return "truncated";
    case Verdict::too_large:
      return "too_large";
  }
  return "?";
}

std::string_view name_of(Family family) noexcept {
  switch (family) {
    case Family::none:
      return "none";
    case Family::created:
      return "created";
    case Family::update:
      return "update";
    case Family::failure:
      return "failure";
    case Family::message:
      return "message";
  }
  return "?";
}

std::string_view name_of(JsonType type) noexcept {
  switch (type) {
    case JsonType::none:
      return "nothing";
    case JsonType::null:
      return "null";
    case JsonType::boolean:
      return "boolean";
    case JsonType::integer:
      return "integer";
    case JsonType::number:
      return "number";
    case JsonType::string:
      return "string";
    case JsonType::array:
      return "array";
    case JsonType::object:
      return "object";
  }
  return "?";
}

std::string_view rule_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::missing_member:
      return "missing";
    case ErrorCode::duplicate_member:
      return "duplicate";
    case ErrorCode::number_out_of_range:
      return "range";
    case ErrorCode::not_an_object:
    case ErrorCode::wrong_type:
      return "type";
    default:
      return "";
  }
}

}  // namespace leadscan
