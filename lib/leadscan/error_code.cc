#include "leadscan/error_code.h"

namespace leadscan {

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
    case ErrorCode::nul_bytes:
      return "nul_bytes";
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
      return "a byte order mark precedes the document";
    case ErrorCode::invalid_utf8:
      return "not UTF-8";
    case ErrorCode::control_character:
      return "a control character appears unescaped in a string";
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
      return "something follows the document";
    case ErrorCode::unexpected_end:
      return "the text ends inside a value";
    case ErrorCode::not_an_object:
      return "the document is not an object";
    case ErrorCode::missing_member:
      return "a required member is missing from this object";
    case ErrorCode::wrong_type:
      return "a value of the wrong type";
    case ErrorCode::duplicate_member:
      return "this member appears twice";
    case ErrorCode::number_out_of_range:
      return "an integer beyond 64 bits";
    case ErrorCode::nul_bytes:
      return "NUL bytes instead of a document";
  }
  return "?";
}

}  // namespace leadscan
