// Report: what an audit found, sorted and ready to be shown. Plain structs; every writer (terminal,
// JSON, HTML, SQLite) takes one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/engine/pipeline.h"
#include "audit/report/story.h"

namespace leadscan::audit {

struct Row {
  std::string key;
  std::uint64_t count = 0;
};

// Most frequent first, then by key.
struct Table {
  std::vector<Row> rows;
  std::uint64_t others = 0;  // of values that Counts did not keep
};

struct TimelineRow {
  std::string label;       // in UTC; see label_of()
  std::int64_t start = 0;  // seconds since 1970
  VerdictCounts counts{};
};

struct PresenceRow {
  std::string family;
  std::string member;
  std::array<std::uint64_t, kPresences> counts{};  // by Presence
  std::uint64_t total() const;
};

struct DriftRow {
  std::string pointer;  // of a member that the API does not have
  Sightings seen;
};

struct LayoutRow {
  std::string text;
  Sightings seen;
};

struct ViolationRow {
  std::string pointer;
  std::string rule;
  std::string expected;
  std::string found;
  std::uint64_t count = 0;
};

struct FindingGroup {
  FindingKind kind{};
  std::uint64_t count = 0;
  std::uint64_t records = 0;      // that they are about: one may have several
  std::vector<Finding> findings;  // the first ones, in the order of the input
};

// How the report came to be. No two have the same: comparisons leave it out.
struct Run {
  std::vector<std::string> words;  // the command line, without the program's name
  std::string version;
  std::int64_t started = 0;  // seconds since 1970
  std::int64_t ended = 0;
  bool hashes = false;  // of the inputs, were asked for
};

struct Report {
  std::optional<Run> run;
  std::vector<std::string> file_names;  // Position::file is an index into it
  std::vector<FileSummary> files;
  std::vector<InputError> errors;
  bool partial = false;  // interrupted
  bool resumed = false;
  std::string failure;
  std::vector<std::string> advice;  // sentences; see advice.h

  Totals totals;
  std::uint64_t bytes_in = 0;  // decompressed
  std::uint64_t bytes_accounted = 0;
  std::uint64_t members = 0;
  std::uint64_t passed_over_files = 0;  // companions, in directories and archives
  std::vector<Row> modes;               // how records are laid out: members by RecordMode

  std::uint64_t success_true = 0;
  std::uint64_t success_false = 0;
  Table actions;
  Table status_codes;
  Table error_codes;
  Table messages;
  Table http_and_body;
  std::uint64_t partner_id_strings = 0;
  std::uint64_t partner_id_objects = 0;

  // Good records. Both timelines have rows of `timeline_unit` seconds, one of Timeline::kUnits.
  std::int64_t timeline_unit = Timeline::kUnits[0];
  std::vector<TimelineRow> timeline;
  VerdictCounts without_timestamp{};             // all that are not in it: bad records among them
  std::vector<TimelineRow> violations_timeline;  // of those, violations by their timestamps
  std::optional<std::int64_t> range_start;       // earlier timestamps are findings
  Story story;                                   // of both; its slots may be shorter

  std::vector<PresenceRow> presence;
  std::vector<DriftRow> drift;    // the first kMostDrift
  std::uint64_t other_drift = 0;  // how often others were seen
  std::vector<LayoutRow> layouts;
  std::uint64_t other_layouts = 0;  // records with layouts that Layouts did not keep

  std::vector<ViolationRow> violations;
  std::uint64_t other_violations = 0;
  Table json_errors;
  std::vector<BadRecord> bad_records;
  std::vector<FindingGroup> findings;  // kinds that occurred

  std::uint64_t keys = 0;  // ids that were looked at for duplicates
  bool keys_spilled = false;
  std::string keys_lost;  // why nothing is known of duplicates; they are no finding then
  std::vector<std::string> problems;  // with what was not to be read or reported

  static constexpr std::size_t kMostDrift = 10000;

  std::uint64_t finding_count() const;
  // Of created, update, failure and message: those that tell of success.
  std::optional<double> success_rate() const;
};

enum class TimelineUnit : std::uint8_t { automatic, hour, day };

struct ReportOptions {
  TimelineUnit timeline = TimelineUnit::automatic;
  std::optional<std::int64_t> since;
  // What the options say of the inputs, in a sentence; and the pointer among them.
  std::string taken_for;
  std::string at;
  std::string column = {};  // that was asked for
};

Report make_report(const Tree& tree, Outcome outcome, const ReportOptions& options);

// Of a row of a timeline: "2025-06-30 12:00", "2025-06-30", "2025-06-30 and 49 days".
std::string label_of(std::int64_t start, std::int64_t timeline_unit);
// "hour", "day", "50 days"; `count` of them: "3 hours", "150 days".
std::string name_of_unit(std::int64_t timeline_unit, std::size_t count = 1);

// Where something is: "logs.tar.zst: day1.ndjson: line 7 (byte 1234)".
std::string to_string(const Report& report, const Position& position);

}  // namespace leadscan::audit
