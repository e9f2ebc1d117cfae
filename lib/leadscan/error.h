// Error: what is wrong with a document, in which member, at which byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "leadscan/error_code.h"
#include "leadscan/fields.h"
#include "leadscan/response.h"

namespace leadscan {

// 16 bytes. Truthy when there is an error: `if (Error error = parser.parse(...))`.
struct Error {
  ErrorCode code = ErrorCode::ok;
  Field field = Field::document;  // the innermost member that leadscan reads around the offset
  std::uint64_t offset = 0;       // bytes from the document's first

  constexpr explicit operator bool() const { return code != ErrorCode::ok; }
  friend bool operator==(const Error&, const Error&) = default;
};

// Whether the code is of the last group of a parser's: JSON, but none of the API's responses.
constexpr bool is_violation(ErrorCode code) {
  return code >= ErrorCode::not_an_object && code <= ErrorCode::number_out_of_range;
}
// The rule that it says is broken: "missing", "type", "duplicate" or "range"; a constant text,
// empty if it is no violation.
std::string_view rule_of(ErrorCode code) noexcept;

// One rule of the 201 schema that a document breaks.
struct Violation {
  ErrorCode code = ErrorCode::ok;  // is_violation()
  Field field = Field::document;
  JsonType found = JsonType::none;  // none where there is nothing
  std::uint64_t offset = 0;         // as in Error

  friend bool operator==(const Violation&, const Violation&) = default;
};

// What an auditor files a record under.
enum class Verdict : std::uint8_t {
  created,
  update,
  failure,
  message,
  violation,
  malformed,
  truncated,
  too_large,
};

// The verdict on a document from what Parser::parse gave for it. None for out_of_memory, which says
// nothing of the document: it was not read.
std::optional<Verdict> verdict_of(const Error& error, Family family) noexcept;

// A constant text; never null, never allocated.
std::string_view name_of(Verdict verdict) noexcept;

namespace internal {

inline constexpr Verdict kVerdictOf[] = {Verdict::violation, Verdict::created, Verdict::update,
                                         Verdict::failure, Verdict::message};  // by Family

// Of a document that is valid JSON.
constexpr Verdict verdict_of(Family family) noexcept {
  return kVerdictOf[static_cast<std::size_t>(family)];
}

}  // namespace internal

}  // namespace leadscan
