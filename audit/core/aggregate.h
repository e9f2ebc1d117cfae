// Aggregate: everything an audit counts, of a chunk, of a file, or of all files.
//
// Chunks are counted on any thread and merged in the order of the input; what comes out does not
// depend on where chunks were cut or on how many threads there were.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/core/counts.h"
#include "audit/core/layouts.h"
#include "audit/core/position.h"

namespace leadscan::audit {

enum class FindingKind : std::uint8_t {
  success_contradicts_code,
  http_status_differs,
  ds_id_created_twice,
  partner_id_with_several_ds_ids,
  trace_id_reused,
  timestamp_not_rfc3339,
  timestamp_in_future,
  timestamp_before_range,
  duplicate_member,
};
inline constexpr std::size_t kFindingKinds =
    static_cast<std::size_t>(FindingKind::duplicate_member) + 1;
constexpr std::size_t index_of(FindingKind kind) { return static_cast<std::size_t>(kind); }
std::string_view name_of(FindingKind kind) noexcept;  // as options and JSON spell it
std::string_view describe(FindingKind kind) noexcept;

struct Finding {
  FindingKind kind = FindingKind::success_contradicts_code;
  Position at;
  std::string detail;
  std::optional<Position> other;  // the record that it clashes with

  template <typename Archive>
  void archive(Archive& a) {
    a(kind, at, detail, other);
  }
};

// A record whose verdict is bad.
struct BadRecord {
  Verdict verdict = Verdict::malformed;
  Position at;
  std::string detail;  // what is wrong, in words

  template <typename Archive>
  void archive(Archive& a) {
    a(verdict, at, detail);
  }
};

// Bytes and records; the part that is counted in every mode.
struct Totals {
  std::array<std::uint64_t, kVerdictCount> verdicts{};
  std::uint64_t records = 0;
  std::uint64_t record_bytes = 0;
  std::uint64_t separator_bytes = 0;  // white space, brackets of arrays, prefixes: in no record
  std::uint64_t passed_over = 0;      // entries of HTTP archives that are not the API's

  std::uint64_t bad() const {
    std::uint64_t sum = 0;
    for (std::size_t i = index_of(Verdict::violation); i < kVerdictCount; ++i) sum += verdicts[i];
    return sum;
  }
  void merge(const Totals& later);
  template <typename Archive>
  void archive(Archive& a) {
    a(verdicts, records, record_bytes, separator_bytes, passed_over);
  }
};

// Members that a response may lack, and in which states they were seen, by family.
enum class OptionalMember : std::uint8_t {
  timestamp,
  trace_id,
  error,
  error_code,
  error_message,
  partner_lead_opportunity_id,
  ds_lead_opportunity_id,
  action,
  status_code,
};
inline constexpr std::size_t kOptionalMembers =
    static_cast<std::size_t>(OptionalMember::status_code) + 1;
std::string_view name_of(OptionalMember member) noexcept;
inline constexpr std::size_t kFamilies = static_cast<std::size_t>(Family::message) + 1;
inline constexpr std::size_t kPresences = static_cast<std::size_t>(Presence::other) + 1;

struct AggregateOptions {
  std::int64_t now = 0;  // seconds since 1970; later timestamps are in the future
  // The archive's range begins here; without it the report finds out.
  std::optional<std::int64_t> since;
  std::size_t limit_findings = 100;  // kept of each kind; all are counted
  bool unique_keys = true;           // write down ids for KeyStore
};

struct Aggregate {
  Totals totals;

  // Of responses that are one (no bad record).
  std::uint64_t success_true = 0;
  std::uint64_t success_false = 0;
  Counts<std::string> actions;
  Counts<std::int64_t> status_codes;
  Counts<std::string> error_codes;
  Counts<std::string> messages;       // error.message, and what gateways write
  Counts<std::string> http_and_body;  // "201 200": the envelope's status and the body's code
  std::uint64_t partner_id_strings = 0;
  std::uint64_t partner_id_objects = 0;
  std::array<std::array<std::array<std::uint64_t, kPresences>, kOptionalMembers>, kFamilies>
      presence{};

  // By hour, in hours since 1970; records without a timestamp apart.
  std::map<std::int64_t, std::array<std::uint64_t, kVerdictCount>> timeline;
  static constexpr std::size_t kMostHours = 100000;
  std::array<std::uint64_t, kVerdictCount> other_hours{};  // beyond kMostHours
  std::array<std::uint64_t, kVerdictCount> without_timestamp{};

  Layouts layouts;

  // Bad records: broken rules as "pointer\trule\texpected\tfound", JSON errors by name.
  Counts<std::string> violations;
  Counts<std::string> json_errors;
  std::vector<BadRecord> bad_records;  // the first limit_findings

  std::array<std::uint64_t, kFindingKinds> finding_counts{};
  std::array<std::vector<Finding>, kFindingKinds> findings;  // the first of each kind
  // The earliest timestamps, for the archive's range, which is known at the end only.
  std::vector<std::pair<std::int64_t, Position>> earliest;

  void merge(const Aggregate& later, std::size_t limit);

  template <typename Archive>
  void archive(Archive& a) {
    a(totals, success_true, success_false, actions, status_codes, error_codes, messages,
      http_and_body, partner_id_strings, partner_id_objects, presence, timeline, other_hours,
      without_timestamp, layouts, violations, json_errors, bad_records, finding_counts, findings,
      earliest);
  }
};

struct KeyBatch;

// Counts the records of one chunk. One thread at a time.
class Counter {
 public:
  explicit Counter(const AggregateOptions& options) : options_(options) {}

  void start(Aggregate& aggregate, KeyBatch& keys);
  void add(const Judged& judged);
  void finish();

 private:
  struct Early {
    std::int64_t seconds;
    Position at;
  };
  void add_response(const Judged& judged);
  void add_timestamp(const Judged& judged);
  void add_layout(const Judged& judged, std::optional<std::int64_t> seconds);
  void add_keys(const Judged& judged);
  void add_bad(const Judged& judged);
  void add_finding(FindingKind kind, const Judged& judged, std::string detail);
  std::string_view decoded(const Text& text);

  AggregateOptions options_;
  Aggregate* out_ = nullptr;
  KeyBatch* keys_ = nullptr;
  std::string memory_;
  std::string layout_;
  Layouts known_layouts_;  // of all chunks
  std::optional<std::int64_t> seconds_;
  std::int64_t hour_ = 0;
  std::array<std::uint64_t, kVerdictCount>* hour_counts_ = nullptr;
};

}  // namespace leadscan::audit
