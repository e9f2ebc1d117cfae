// StrictReader: reads a document with JsonScanner, byte by byte, and says exactly what is wrong.
//
// A complete parser by itself, independent of simdjson. The fast readers leave every document to
// it that they do not accept, so that errors and their offsets come from one place.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "leadscan/error.h"
#include "leadscan/json/scanner.h"
#include "leadscan/lifetime.h"
#include "leadscan/read/reading.h"

namespace leadscan::internal {

class StrictReader {
 public:
  // Reads `json` into `response`, as Parser::parse documents.
  Error read(std::string_view json, Reading& reading, LeadResponse& response) noexcept;

  // Of the last document read.
  std::span<const Violation> violations() const noexcept LEADSCAN_LIFETIMEBOUND {
    return {violations_.data(), violation_count_};
  }

 private:
  struct Sighting {
    std::size_t offset;
    JsonType type;
    bool out_of_range;
  };

  bool read_document() noexcept;
  template <Field Parent>
  bool read_members() noexcept;
  bool read_members_of(Field parent) noexcept;
  bool read_value(Field field, Token token) noexcept;
  void read_number(Field field) noexcept;
  bool skip_value(Token token) noexcept;
  void add(ErrorCode code, Field field, JsonType found, std::size_t offset) noexcept;
  void collect_violations() noexcept;

  JsonScanner scanner_{nullptr, 0};
  Reading* reading_ = nullptr;
  Field current_ = Field::document;                  // around the scanner's position
  std::array<Sighting, kFieldCount + 1> sightings_;  // of the root too; valid where seen
  FieldSet duplicated_;
  // A field is a duplicate at most once; and of the schema, missing, of a wrong type or out of
  // range at most once. A root that is no object breaks no other rule.
  static constexpr std::size_t kMostViolations = kFieldCount + kSchemaFields.size();
  std::array<Violation, kMostViolations> violations_;
  std::size_t violation_count_ = 0;
};

}  // namespace leadscan::internal
