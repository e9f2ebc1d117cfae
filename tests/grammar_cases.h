// Every form of a JSON value (RFC 8259), valid and almost valid: the cases of grammar_test.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "leadscan/error.h"
#include "leadscan/fields.h"

namespace leadscan::testing {

struct GrammarCase {
  std::string_view text;
  JsonType type = JsonType::none;  // none: not a value
  ErrorCode code = ErrorCode::ok;  // of what is none
  std::size_t at = 0;              // which byte of `text`, or the one behind it, is wrong
};

// A valid value of some type.
constexpr GrammarCase valid(JsonType type, std::string_view text) { return {text, type}; }
// Not a value: `at` is the offset of the byte that the error names.
constexpr GrammarCase invalid(ErrorCode code, std::size_t at, std::string_view text) {
  return {text, JsonType::none, code, at};
}

const std::vector<GrammarCase>& number_cases();
const std::vector<GrammarCase>& string_cases();
const std::vector<GrammarCase>& literal_cases();
const std::vector<GrammarCase>& structure_cases();

// Whole documents: what may be around an object and inside it.
struct DocumentCase {
  std::string_view text;
  ErrorCode code = ErrorCode::ok;
  std::size_t at = 0;
};
const std::vector<DocumentCase>& document_cases();

}  // namespace leadscan::testing
