// What can be wrong with a document: the limits of a parser, RFC 8259, and the rules of a schema.
// Which schema, and which members it has, nothing here knows.
#pragma once

#include <cstdint>
#include <string_view>

namespace leadscan {

enum class ErrorCode : std::uint8_t {
  ok,

  // Limits of the parser.
  too_large,      // longer than the parser's max_document_bytes; offset: that limit
  too_deep,       // nested deeper than kMaxDepth; offset: the bracket that is one too many
  out_of_memory,  // no memory for the parser's buffers

  // A proper prefix of some JSON object; offset: the document's length.
  truncated,

  // Not JSON (RFC 8259); offset: the first byte that no valid text could have there. For
  // invalid_utf8 and lone_surrogate: the first byte of the sequence or escape.
  byte_order_mark,         // U+FEFF in front (RFC 8259, section 8.1: must not be added)
  invalid_utf8,            // RFC 3629
  control_character,       // U+0000 to U+001F inside a string
  invalid_escape,          // a backslash and something else than RFC 8259 section 7 names
  lone_surrogate,          // half of a \u surrogate pair: decodes to no character
  invalid_number,          //
  invalid_literal,         // almost true, false or null
  expected_value,          //
  expected_name,           // a member name, or the object's end if it may end there
  expected_colon,          //
  expected_comma,          // or the end of the object or array
  content_after_document,  // something else than white space
  unexpected_end,          // ends early, and is no prefix of an object either

  // JSON, but not what the reader's schema asks for.
  not_an_object,        // the root; offset: of the value
  missing_member,       // offset: the brace that opens the object without it
  wrong_type,           // offset: of the value
  duplicate_member,     // a member of the schema appears twice; offset: the second name
  number_out_of_range,  // an integer beyond 64 bits (two's complement); offset: of the value

  // Of logs, not of documents: no parser gives it.
  nul_bytes,  // several NULs where a document could be, as a disk or a log that was cut leaves them
};

// Containers inside containers; the root is at depth 1.
inline constexpr unsigned kMaxDepth = 1024;

// Constant texts; never null, never allocated.
std::string_view name_of(ErrorCode code) noexcept;   // the enumerator's name
std::string_view describe(ErrorCode code) noexcept;  // a sentence without full stop

}  // namespace leadscan
