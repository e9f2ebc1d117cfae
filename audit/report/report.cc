#include "audit/report/report.h"

#include <algorithm>
#include <map>

#include "audit/judge/kept_fields.h"
#include "audit/report/advice.h"

namespace leadscan::audit {
namespace {

constexpr std::int64_t kHour = Timeline::kUnits[0];
constexpr std::int64_t kDay = Timeline::kUnits[1];
// A timeline of more hours than these is told by days.
constexpr std::size_t kMostHourRows = 72;

std::string text_of(const std::string& key) { return key; }
std::string text_of(std::int64_t key) { return std::to_string(key); }

template <typename Key>
Table table_of(const Counts<Key>& counts) {
  Table table;
  table.others = counts.others();
  for (const auto& [key, count] : counts.entries()) table.rows.push_back({text_of(key), count});
  std::sort(table.rows.begin(), table.rows.end(), [](const Row& a, const Row& b) {
    return a.count != b.count ? a.count > b.count : a.key < b.key;
  });
  return table;
}

std::vector<TimelineRow> rows_of(const Timeline& timeline, std::int64_t unit) {
  std::vector<TimelineRow> rows;
  for (const auto& [row, counts] : timeline.rows()) {
    const std::int64_t start = floor_divide(row * timeline.unit(), unit) * unit;
    if (rows.empty() || rows.back().start != start)
      rows.push_back({label_of(start, unit), start, {}});
    for (std::size_t i = 0; i < kVerdictCount; ++i) rows.back().counts[i] += counts[i];
  }
  return rows;
}

void add_timelines(const Aggregate& total, TimelineUnit unit, Report& report) {
  const bool by_day = unit == TimelineUnit::day || (unit == TimelineUnit::automatic &&
                                                    total.timeline.rows().size() > kMostHourRows);
  report.timeline_unit =
      std::max({by_day ? kDay : kHour, total.timeline.unit(), total.violations_timeline.unit()});
  report.timeline = rows_of(total.timeline, report.timeline_unit);
  report.violations_timeline = rows_of(total.violations_timeline, report.timeline_unit);
  // By hours where days are too long to show what happened, unless days were asked for.
  report.story =
      story_of(total.timeline, total.violations_timeline, unit == TimelineUnit::day ? kDay : kHour);
}

void add_presence(const Aggregate& total, Report& report) {
  for (std::size_t f = 0; f < kFamilies; ++f) {
    if (static_cast<Family>(f) == Family::message) continue;  // it has none of them
    for (std::size_t i = 0; i < kKeptFields.size(); ++i) {
      const FieldInfo& info = info_of(kKeptFields[i]);
      PresenceRow row;
      row.family = name_of(static_cast<Family>(f));
      row.member = label_of(info.field);
      row.counts = total.presence[f][i];
      if (row.total() == 0) continue;
      // Only of what the schema lets one leave out it is news that nobody has it.
      const bool never = row.counts[static_cast<std::size_t>(Presence::absent)] == row.total();
      if (never && (info.required || !info.in_schema)) continue;
      report.presence.push_back(std::move(row));
    }
  }
}

void add_layouts(const Layouts& layouts, Report& report) {
  std::map<std::string, Sightings> drift;
  for (const Layouts::Entry& entry : layouts.entries()) {
    LayoutMembers members = read_layout(entry.layout);
    for (const std::string& pointer : members.unknown) {
      if (drift.size() == Report::kMostDrift && !drift.contains(pointer)) {
        report.other_drift += entry.seen.count;
        continue;
      }
      Sightings& seen = drift[pointer];
      // Layouts come in the order of their first record, but their last ones interleave.
      const Position last =
          seen.count == 0 || seen.last < entry.seen.last ? entry.seen.last : seen.last;
      seen.merge(entry.seen);
      seen.last = last;
    }
    report.layouts.push_back({std::move(members.text), entry.seen});
  }
  report.other_layouts = layouts.others();
  std::stable_sort(report.layouts.begin(), report.layouts.end(),
                   [](const auto& a, const auto& b) { return a.seen.count > b.seen.count; });
  for (auto& [pointer, seen] : drift) report.drift.push_back({pointer, std::move(seen)});
  std::stable_sort(report.drift.begin(), report.drift.end(),
                   [](const auto& a, const auto& b) { return a.seen.count > b.seen.count; });
}

void add_violations(const Counts<std::string>& counts, Report& report) {
  for (const Row& row : table_of(counts).rows) {
    ViolationRow violation;
    violation.count = row.count;
    std::string* const parts[] = {&violation.pointer, &violation.rule, &violation.expected,
                                  &violation.found};
    std::size_t part = 0;
    for (const char c : row.key) {
      if (c == '\t') {
        ++part;
      } else {
        *parts[part] += c;
      }
    }
    report.violations.push_back(std::move(violation));
  }
  report.other_violations = counts.others();
}

void add_findings(Aggregate& total, const ReportOptions& options, Report& report) {
  constexpr std::size_t kBeforeRange = index_of(FindingKind::timestamp_before_range);
  report.range_start = options.since;
  if (!options.since) {
    report.range_start = total.timeline.range_start();
    if (report.range_start)
      total.finding_counts[kBeforeRange] += total.timeline.before(*report.range_start);
    for (const auto& [seconds, position] : total.earliest)
      if (report.range_start && seconds < *report.range_start)
        total.findings[kBeforeRange].push_back({FindingKind::timestamp_before_range, position,
                                                format_timestamp(seconds), std::nullopt});
    std::sort(total.findings[kBeforeRange].begin(), total.findings[kBeforeRange].end(),
              [](const Finding& a, const Finding& b) { return a.at < b.at; });
  }
  for (std::size_t i = 0; i < kFindingKinds; ++i) {
    const std::uint64_t count = total.finding_counts[i];
    if (count == 0) continue;
    const auto kind = static_cast<FindingKind>(i);
    report.findings.push_back(
        {kind, count, kind == FindingKind::duplicate_member ? total.records_with_duplicates : count,
         std::move(total.findings[i])});
  }
}

}  // namespace

std::uint64_t PresenceRow::total() const {
  std::uint64_t total = 0;
  for (const std::uint64_t count : counts) total += count;
  return total;
}

std::uint64_t Report::finding_count() const {
  std::uint64_t count = 0;
  for (const FindingGroup& group : findings) count += group.count;
  return count;
}

std::optional<double> Report::success_rate() const {
  const std::uint64_t told = success_true + success_false;
  if (told == 0) return std::nullopt;
  return static_cast<double>(success_true) / static_cast<double>(told);
}

Report make_report(const Tree& tree, Outcome outcome, const ReportOptions& options) {
  Report report;
  Aggregate& total = outcome.total;
  report.file_names = tree.files;
  report.errors = std::move(outcome.errors);
  report.partial = outcome.interrupted;
  report.resumed = outcome.resumed;
  report.failure = std::move(outcome.failure);
  report.keys = outcome.keys;
  report.keys_spilled = outcome.keys_spilled;
  report.keys_lost = std::move(outcome.keys_lost);
  report.problems = std::move(outcome.problems);

  report.advice = advice_of(total, options.taken_for, options.at, options.column);

  report.totals = total.totals;
  report.bytes_accounted = total.totals.record_bytes + total.totals.separator_bytes;
  report.passed_over_files = tree.passed_over;
  std::vector<std::uint64_t> modes;
  for (const FileSummary& file : outcome.files) {
    report.bytes_in += file.bytes_in;
    report.members += file.members;
    report.passed_over_files += file.passed_over;
    modes.resize(std::max(modes.size(), file.modes.size()));
    for (std::size_t i = 0; i < file.modes.size(); ++i) modes[i] += file.modes[i];
  }
  for (std::size_t i = 0; i < modes.size(); ++i)
    if (modes[i] > 0) report.modes.push_back({name_of(static_cast<RecordMode>(i)), modes[i]});
  report.files = std::move(outcome.files);

  report.success_true = total.success_true;
  report.success_false = total.success_false;
  report.actions = table_of(total.actions);
  report.status_codes = table_of(total.status_codes);
  report.error_codes = table_of(total.error_codes);
  report.messages = table_of(total.messages);
  report.http_and_body = table_of(total.http_and_body);
  report.partner_id_strings = total.partner_id_strings;
  report.partner_id_objects = total.partner_id_objects;
  add_timelines(total, options.timeline, report);
  report.without_timestamp = total.without_timestamp;
  add_presence(total, report);
  add_layouts(total.layouts, report);
  add_violations(total.violations, report);
  report.json_errors = table_of(total.json_errors);
  report.bad_records = std::move(total.bad_records);
  add_findings(total, options, report);
  return report;
}

std::string label_of(std::int64_t start, std::int64_t timeline_unit) {
  if (timeline_unit == kHour) return format_hour(floor_divide(start, kHour));
  const std::string day = format_day(floor_divide(start, kDay));
  return timeline_unit == kDay ? day
                               : day + " and " + std::to_string(timeline_unit / kDay - 1) + " days";
}

std::string name_of_unit(std::int64_t timeline_unit, std::size_t count) {
  const bool hours = timeline_unit == kHour;
  const std::size_t number = count * (hours ? 1 : static_cast<std::size_t>(timeline_unit / kDay));
  const std::string name = hours ? "hour" : "day";
  return number == 1 ? name : std::to_string(number) + ' ' + name + 's';
}

std::string to_string(const Report& report, const Position& position) {
  std::string text = position.file < report.file_names.size() ? report.file_names[position.file]
                                                              : std::string("?");
  if (position.member) text += ": " + *position.member;
  return text + ": line " + std::to_string(position.line) + " (byte " +
         std::to_string(position.offset) + ")";
}

}  // namespace leadscan::audit
