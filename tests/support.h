// What several tests need: the fixtures, and a parse's whole outcome as one comparable value.
#pragma once

#include <array>
#include <cstddef>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "leadscan/leadscan.h"

namespace leadscan {

// How GoogleTest shows values of these types.
std::ostream& operator<<(std::ostream& out, const Error& error);
std::ostream& operator<<(std::ostream& out, const Violation& violation);
std::ostream& operator<<(std::ostream& out, Verdict verdict);
std::ostream& operator<<(std::ostream& out, Family family);
std::ostream& operator<<(std::ostream& out, Presence presence);
std::ostream& operator<<(std::ostream& out, ErrorCode code);
std::ostream& operator<<(std::ostream& out, JsonType type);

}  // namespace leadscan

namespace leadscan::testing {

// Sanitizers and builds without optimisation cost ten times and more: property tests then take
// fewer steps.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
inline constexpr bool kSlow = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSlow = true;
#else
inline constexpr bool kSlow = false;
#endif
#else
inline constexpr bool kSlow = false;
#endif

// The bytes of a file below the repository's root; the test fails if it cannot be read.
std::string read_file(const std::string& path);

struct Fixture {
  std::string name;    // "created/minimal"
  std::string folder;  // "created": the expected verdict's name
  std::string bytes;

  friend std::ostream& operator<<(std::ostream& out, const Fixture& fixture);
};

// data/fixtures, in the order of their names.
const std::vector<Fixture>& fixtures();
// One of them; aborts the test program if there is none of that name.
const std::string& fixture(std::string_view name);

// A name for TEST_P's instances: letters, digits and underscores only.
std::string test_name(std::string_view text);

// A Text, told relative to the document's first byte so that parses of copies compare equal.
struct TextShape {
  Presence presence = Presence::absent;
  bool escaped = false;
  bool is_object = false;
  std::ptrdiff_t offset = 0;  // 0 unless it has a value
  std::size_t size = 0;

  friend bool operator==(const TextShape&, const TextShape&) = default;
};

// Everything that a parse tells.
struct Outcome {
  Error error;
  std::vector<Violation> violations;
  Family family = Family::none;
  Presence error_member = Presence::absent;
  bool has_status_code = false;
  std::int64_t status_code = 0;
  bool has_success = false;
  bool success = false;
  std::array<TextShape, kTextFields.size()> texts;

  Verdict verdict() const { return verdict_of(error, family).value(); }
  friend bool operator==(const Outcome&, const Outcome&) = default;
};
std::ostream& operator<<(std::ostream& out, const Outcome& outcome);

// The texts of a response, in the order of its members, and their names: written down once more
// here, so that the description is tested against something.
inline constexpr Text LeadResponse::* kTexts[] = {
    &LeadResponse::partner_lead_opportunity_id,
    &LeadResponse::ds_lead_opportunity_id,
    &LeadResponse::action,
    &LeadResponse::timestamp,
    &LeadResponse::trace_id,
    &LeadResponse::error_code,
    &LeadResponse::error_message,
    &LeadResponse::message,
};
inline constexpr std::string_view kTextNames[] = {
    "partner_lead_opportunity_id",
    "ds_lead_opportunity_id",
    "action",
    "timestamp",
    "trace_id",
    "error_code",
    "error_message",
    "message",
};

Outcome outcome_of(const char* document, const Error& error, const LeadResponse& response,
                   std::span<const Violation> violations);
// By the overload that takes exact bytes, and by the one that may read behind them.
Outcome parse_exact(Parser& parser, std::string_view json);
Outcome parse_padded(Parser& parser, PaddedBytes json);
// By the byte-wise reader alone, which the parser otherwise asks only when it refuses.
Outcome parse_strictly(std::string_view json);

// Every path with every instruction set: all of them give the same answers.
struct ParserKind {
  std::string name;
  Parser::Options options;

  friend std::ostream& operator<<(std::ostream& out, const ParserKind& kind);
};
const std::vector<ParserKind>& all_parser_kinds();
// Those of them that this CPU has.
const std::vector<ParserKind>& parser_kinds();

// How many documents were recognised by a learned layout.
std::uint64_t hits(const Parser& parser);
// Whether a document is one of those that are surely learned when they come for the second time.
bool is_learnable(std::string_view json);

// A copy with kPadding bytes of `filling` (repeated) behind it.
class PaddedCopy {
 public:
  explicit PaddedCopy(std::string_view json, std::string_view filling = " ");
  PaddedBytes bytes() const { return {bytes_.data(), bytes_.size() - kPadding, bytes_.size()}; }

 private:
  std::string bytes_;
};

// A document of the 201 schema around the given JSON texts, for tests that vary one of them.
std::string created_with(std::string_view info_members, std::string_view more_members = "");

}  // namespace leadscan::testing
