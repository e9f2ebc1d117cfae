// Aggregate: everything an audit counts, of a chunk, of a file, or of all files.
//
// Chunks are counted on any thread and merged in the order of the input; what comes out does not
// depend on where chunks were cut or on how many threads there were.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/base/keyed_hash.h"
#include "audit/count/counts.h"
#include "audit/count/layouts.h"
#include "audit/count/timeline.h"
#include "audit/judge/position.h"
#include "audit/judge/responses_inside.h"
#include "leadscan/fields.h"

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
// For Reader (serialize.h).
constexpr bool is_enumerator(FindingKind kind) { return index_of(kind) < kFindingKinds; }
std::string_view name_of(FindingKind kind) noexcept;  // as options and JSON spell it
std::string_view describe(FindingKind kind) noexcept;

struct Finding {
  FindingKind kind = FindingKind::success_contradicts_code;
  Position at;
  std::string detail;             // short
  std::optional<Position> other;  // the record that it clashes with

  template <typename Archive>
  void archive(Archive& a) {
    a(kind, at, detail, other);
  }
};

// Some of a response's bytes, as they are.
struct Excerpt {
  std::string bytes;
  std::uint64_t offset = 0;  // of the first of them in the response
  std::uint64_t fault = 0;  // where it is wrong: in them, or behind the last one if that is its end

  template <typename Archive>
  void archive(Archive& a) {
    a(bytes, offset, fault);
    if constexpr (Archive::kReads) fault = std::min<std::uint64_t>(fault, bytes.size());
  }
};
// About `most` bytes around the one at `fault`; characters are not cut.
Excerpt excerpt_of(std::string_view text, std::uint64_t fault, std::size_t most = 200);

// A record whose verdict is bad.
struct BadRecord {
  Verdict verdict = Verdict::malformed;
  Position at;
  std::string detail;              // what is wrong, in words
  std::optional<Excerpt> excerpt;  // none of what was too long to keep

  template <typename Archive>
  void archive(Archive& a) {
    a(verdict, at, detail, excerpt);
  }
};

// Bytes and records; the part that is counted in every mode.
struct Totals {
  std::array<std::uint64_t, kVerdictCount> verdicts{};
  std::uint64_t records = 0;
  std::uint64_t record_bytes = 0;
  std::uint64_t separator_bytes = 0;  // white space, brackets of arrays, prefixes: in no record
  PassedOverCounts passed_over{};
  FormatCounts formats{};  // of log_presets(): records found in envelopes of that kind

  std::uint64_t bad() const {
    std::uint64_t sum = 0;
    for (std::size_t i = index_of(Verdict::violation); i < kVerdictCount; ++i) sum += verdicts[i];
    return sum;
  }
  std::uint64_t all_passed_over() const {
    return std::accumulate(passed_over.begin(), passed_over.end(), std::uint64_t{0});
  }
  // A mistyped option must not look clean.
  bool nothing_judged() const { return records == 0 && all_passed_over() > 0; }
  std::uint64_t elsewhere() const {
    return passed_over[static_cast<std::size_t>(PassedOver::response_elsewhere)];
  }
  // Nothing was judged of what there was, or there are responses that were not.
  bool unjudged() const { return nothing_judged() || elsewhere() > 0; }
  void merge(const Totals& later);
  template <typename Archive>
  void archive(Archive& a) {
    a(verdicts, records, record_bytes, separator_bytes, passed_over, formats);
  }
};

inline constexpr std::size_t kFamilies = static_cast<std::size_t>(Family::message) + 1;
inline constexpr std::size_t kPresences = static_cast<std::size_t>(Presence::other) + 1;

struct AggregateOptions {
  std::int64_t now = 0;  // seconds since 1970; later timestamps are in the future
  // The archive's range begins here; without it the report finds out.
  std::optional<std::int64_t> since;
  std::size_t limit_findings = 100;  // kept of each kind; all are counted
  bool unique_keys = true;           // write down ids for KeyStore
  // For the hashes of ids; of a run that is gone on with, the one it began with.
  HashKey hash_key;
};

// Its tables are bounded in bytes, and so are the texts in it, whatever the input is; what is
// longer was cut by bounded_text().
struct Aggregate {
  Totals totals;

  // Of responses that are one (no bad record).
  std::uint64_t success_true = 0;
  std::uint64_t success_false = 0;
  Counts<std::string> actions;
  Counts<std::int64_t> status_codes;
  Counts<std::string> error_codes;
  Counts<std::string> messages;          // error.message, and what gateways write
  Counts<std::string> http_and_body;     // "201 200": the envelope's status and the body's code
  std::uint64_t partner_id_strings = 0;  // that are not empty
  std::uint64_t partner_id_objects = 0;
  // In which states members were seen, by family and place in kKeptFields.
  std::array<std::array<std::array<std::uint64_t, kPresences>, kKeptFields.size()>, kFamilies>
      presence{};

  // Good records by their timestamp. Of the others, with an unreadable timestamp or none, and of
  // bad records, there are only so many.
  Timeline timeline;
  VerdictCounts without_timestamp{};
  // Violations that have a readable timestamp: when a producer was broken. Part of those above.
  Timeline violations_timeline;

  Layouts layouts;  // of documents that are JSON, with violations or without

  // Bad records: broken rules as "pointer\trule\texpected\tfound", JSON errors by name.
  Counts<std::string> violations;
  Counts<std::string> json_errors;
  std::vector<BadRecord> bad_records;  // the first limit_findings

  // Where responses are in the first records that are bad or have none where it is looked for.
  static constexpr std::size_t kMostInsides = 64;
  std::vector<std::vector<InsidePlace>> insides;
  std::vector<std::vector<InsidePlace>> elsewhere;  // in the first that have one elsewhere

  std::array<std::uint64_t, kFindingKinds> finding_counts{};
  std::uint64_t records_with_duplicates = 0;                 // with findings duplicate_member
  std::array<std::vector<Finding>, kFindingKinds> findings;  // the first of each kind
  // The earliest timestamps, for the archive's range, which is known at the end only.
  std::vector<std::pair<std::int64_t, Position>> earliest;

  void merge(const Aggregate& later, std::size_t limit);
  // Bytes that it takes, about. For those who have to hold several back.
  std::size_t memory() const;

  template <typename Archive>
  void archive(Archive& a) {
    a(totals, success_true, success_false, actions, status_codes, error_codes, messages,
      http_and_body, partner_id_strings, partner_id_objects, presence, timeline, without_timestamp,
      violations_timeline, layouts, violations, json_errors, bad_records, insides, elsewhere,
      finding_counts, records_with_duplicates, findings, earliest);
  }
};

struct KeyBatch;

// Counts the records of one chunk. One thread at a time.
class Counter {
 public:
  explicit Counter(const AggregateOptions& options) : options_(options) {}

  void start(Aggregate& aggregate, KeyBatch& keys);
  // `shape`: LineResult::shape of the parser whose results these are, always the same one; or 0.
  // What documents of a shape share is looked up, and counted, once a chunk.
  void add(const Judged& judged, std::uint32_t shape);
  void finish();

 private:
  // A shape that was seen in the chunk, and its good records since then, which wait to be counted.
  struct Shape {
    std::uint32_t number = 0;
    std::uint32_t layout = 0;  // its place in the aggregate's layouts
    Family family{};
    bool repeats = false;  // names
    std::array<Presence, kKeptFields.size()> presence{};
    std::uint64_t count = 0;
    // If there are any, where the last one is, and the record's number:
    const MemberInfo* member = nullptr;
    std::uint64_t record = 0;
    std::uint64_t line = 0;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::int64_t first_time = INT64_MAX;
    std::int64_t last_time = INT64_MIN;
  };

  void add_known(const Judged& judged, Shape& shape);
  void count_known(const Shape& shape);
  void add_good(const Judged& judged);
  void add_presence(Family family, const std::array<Presence, kKeptFields.size()>& presence,
                    std::uint64_t count);
  void add_timestamp(const Judged& judged);
  void add_response(const Judged& judged);
  void add_keys(const Judged& judged);
  void add_bad(const Judged& judged);
  void add_violation_time(const Judged& judged);
  void add_layout(const Judged& judged, std::uint32_t shape);
  void add_sighting(const Judged& judged, std::size_t layout);
  void add_duplicates(const Judged& judged, std::string_view layout, std::uint64_t count);
  void add_finding(FindingKind kind, const Judged& judged, std::string_view detail);
  void keep_finding(FindingKind kind, const Judged& judged, std::string_view detail);
  std::string_view decoded(const Text& text);
  static std::string_view decoded(const Text& text, std::string& memory);
  static std::string_view decode(const Text& text, std::string& memory);

  AggregateOptions options_;
  Aggregate* out_ = nullptr;
  KeyBatch* keys_ = nullptr;
  std::string memory_;
  std::string ds_id_memory_;
  TimestampReader timestamps_;
  LayoutWriter layout_;
  RepeatedNames repeated_names_;
  std::optional<std::int64_t> seconds_;  // of the record's timestamp
  bool is_create_ = false;               // the record's action
  // By number, of those that share a place the last one.
  static constexpr std::size_t kShapes = 256;
  std::array<Shape, kShapes> shapes_;
  std::uint64_t records_ = 0;               // that were added
  std::vector<std::uint64_t> last_record_;  // of each layout that was added: that its last one is
};

}  // namespace leadscan::audit
