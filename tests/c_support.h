// What tests of the C interface need: a parser in memory of its own, and its answers in the form
// that those of the C++ parser have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>
#include <string_view>

#include "leadscan/c/leadscan.h"
#include "tests/support.h"

namespace leadscan::testing {

// A leadscan_parser in a block of exactly the size that it asks for.
class CParser {
 public:
  explicit CParser(std::size_t largest_document = 1 << 16)
      : size_(leadscan_parser_size(largest_document)),
        memory_(std::aligned_alloc(leadscan_parser_alignment(), size_)),
        parser_(leadscan_parser_init(memory_.get(), size_, largest_document)) {
    if (parser_ == nullptr) std::abort();
  }
  leadscan_parser* get() const { return parser_; }

 private:
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  std::size_t size_;
  std::unique_ptr<void, Free> memory_;
  leadscan_parser* parser_;
};

inline TextShape shape_of(const char* document, const leadscan_text& text) {
  TextShape shape;
  shape.presence = static_cast<Presence>(text.presence);
  shape.escaped = text.escaped != 0;
  shape.is_object = text.is_object != 0;
  // Null where there is nothing: any other address would be an offset that no Text has.
  if (text.data != nullptr) shape.offset = text.data - document;
  shape.size = text.size;
  return shape;
}

// The parser is asked for the violations, as the result does not have them.
inline Outcome outcome_of(const char* document, const leadscan_parser* parser,
                          const leadscan_result& result) {
  Outcome outcome;
  outcome.error = {static_cast<ErrorCode>(result.status), static_cast<Field>(result.error_field),
                   result.error_offset};
  std::size_t position = 0;
  leadscan_violation violation;
  while (leadscan_next_violation(parser, &position, &violation) != 0)
    outcome.violations.push_back({static_cast<ErrorCode>(violation.status),
                                  static_cast<Field>(violation.field),
                                  static_cast<JsonType>(violation.found), violation.offset});
  outcome.family = static_cast<Family>(result.family);
  outcome.error_member = static_cast<Presence>(result.error);
  outcome.has_status_code = result.has_status_code != 0;
  outcome.status_code = result.status_code;
  outcome.has_success = result.has_success != 0;
  outcome.success = result.success != 0;
  const leadscan_text* const texts[] = {&result.partner_id,    &result.ds_id,    &result.action,
                                        &result.timestamp,     &result.trace_id, &result.error_code,
                                        &result.error_message, &result.message};
  static_assert(std::size(texts) == std::size(kTexts));
  for (std::size_t i = 0; i < std::size(texts); ++i)
    outcome.texts[i] = shape_of(document, *texts[i]);
  return outcome;
}

// A result whose bytes are anything, as those of one on the stack are.
inline leadscan_result new_result() {
  leadscan_result result;
  std::memset(&result, 0xA5, sizeof result);
  result.size = sizeof result;
  return result;
}

inline Outcome parse_c(leadscan_parser* parser, std::string_view json) {
  leadscan_result result = new_result();
  leadscan_parse(parser, json.data(), json.size(), &result);
  return outcome_of(json.data(), parser, result);
}

}  // namespace leadscan::testing
