#include "audit/report/text_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "audit/base/utf8.h"
#include "audit/report/format.h"

namespace leadscan::audit {
namespace {

constexpr std::size_t kMostTimelineRows = 48;

// ISO 6429: what terminals understand.
constexpr std::string_view kBold = "\x1B[1m";
constexpr std::string_view kDim = "\x1B[2m";
constexpr std::string_view kRed = "\x1B[31m";
constexpr std::string_view kGreen = "\x1B[32m";
constexpr std::string_view kYellow = "\x1B[33m";
constexpr std::string_view kReset = "\x1B[0m";

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string cut(std::string text, std::size_t width) {
  if (columns(text) <= width || width < 4) return text;
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at) {
    if ((text[at] & 0xC0) == 0x80) continue;
    if (seen++ == width - 3) break;
  }
  return text.substr(0, at) + "...";
}

class TextWriter {
 public:
  TextWriter(const Report& report, const TextOptions& options)
      : report_(report), options_(options), width_(std::max<std::size_t>(options.width, 40)) {}

  std::string write() {
    constexpr std::string_view kStyles[] = {kGreen, kYellow, kRed};
    add("{}\n\n", styled(kStyles[static_cast<std::size_t>(state_of(report_))], headline(report_)));
    advice();
    verdicts();
    accounts();
    table("action", report_.actions);
    table("statusCode", report_.status_codes);
    table("error code", report_.error_codes);
    table("message", report_.messages);
    table("HTTP status and statusCode", report_.http_and_body);
    presence();
    timeline();
    drift();
    layouts();
    violations();
    table("JSON error", report_.json_errors);
    bad_records();
    findings();
    errors();
    return std::move(text_);
  }

 private:
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }
  std::string styled(std::string_view style, std::string_view text) const {
    if (!options_.color || style.empty()) return std::string(text);
    return std::string(style) + std::string(text) + std::string(kReset);
  }
  void heading(std::string_view text) { add("\n{}\n", styled(kBold, text)); }
  void more(std::uint64_t hidden) {
    if (hidden > 0) add("  {}\n", styled(kDim, fmt::format("and {} more", grouped(hidden))));
  }

  // One line, if they fit.
  void two_lines(const std::string& first, const std::string& second, std::size_t indent) {
    if (columns(first) + 2 + columns(second) <= width_) {
      add("{}: {}\n", first, second);
    } else {
      add("{}\n{}{}\n", first, std::string(indent, ' '), second);
    }
  }

  void advice() {
    for (const std::string& line : report_.advice) add("{}\n", to_visible(line));
    if (!report_.advice.empty()) add("\n");
  }

  void verdicts() {
    const Totals& totals = report_.totals;
    add("{}\n", styled(kBold, counted(totals.records, "record", "records") + " in " +
                                  counted(report_.files.size(), "file", "files")));
    for (std::size_t i = 0; i < kVerdictCount; ++i) {
      const auto verdict = static_cast<Verdict>(i);
      const std::uint64_t count = totals.verdicts[i];
      if (count == 0 && verdict != Verdict::created) continue;
      const std::string_view style = is_bad(verdict) ? kRed : kGreen;
      add("  {}{:<11} {:>15}  {:>9}{}\n", options_.color ? style : "", name_of(verdict),
          grouped(count), percent(count, totals.records), options_.color ? kReset : "");
    }
    if (const auto rate = report_.success_rate())
      add("  success rate {:.2f} % of {} that tell\n", 100 * *rate,
          counted(report_.success_true + report_.success_false, "response", "responses"));
  }

  void accounts() {
    const Totals& totals = report_.totals;
    add("  bytes {} = {} in records + {} between them{}\n", grouped(report_.bytes_in),
        grouped(totals.record_bytes), grouped(totals.separator_bytes),
        report_.bytes_in == report_.bytes_accounted
            ? ""
            : styled(kRed, fmt::format(" (NOT ACCOUNTED FOR: {})",
                                       report_.bytes_in - report_.bytes_accounted)));
    std::string modes;
    for (const Row& row : report_.modes)
      if (row.key != name_of(RecordMode::automatic))
        modes += fmt::format("{}{} ({})", modes.empty() ? "" : ", ", row.key, grouped(row.count));
    if (!modes.empty()) add("  records are laid out as {}\n", modes);
    if (const std::string passed_over = passed_over_of(totals); !passed_over.empty())
      add("  passed over: {}\n", passed_over);
    if (report_.passed_over_files > 0)
      add("  {} passed over that hold no log (AppleDouble, .DS_Store, .crc)\n",
          counted(report_.passed_over_files, "file", "files"));
  }

  void table(std::string_view title, const Table& table) {
    if (table.rows.empty()) return;
    heading(title);
    const std::size_t rows = std::min(options_.top, table.rows.size());
    std::uint64_t hidden = table.others;
    for (std::size_t i = rows; i < table.rows.size(); ++i) hidden += table.rows[i].count;
    for (std::size_t i = 0; i < rows; ++i)
      add("  {:>15}  {}\n", grouped(table.rows[i].count),
          cut(to_visible(table.rows[i].key), width_ - 19));
    if (hidden > 0) add("  {:>15}  {}\n", grouped(hidden), styled(kDim, "other values"));
  }

  void presence() {
    if (report_.presence.empty()) return;
    heading(fmt::format("{:<36}{:>10}{:>10}{:>10}", "optional members", "value", "null", "absent"));
    for (const PresenceRow& row : report_.presence) {
      const auto count = [&](Presence p) { return row.counts[static_cast<std::size_t>(p)]; };
      if (count(Presence::value) == row.total()) continue;
      add("  {:<8} {:<25} {:>10}{:>10}{:>10}\n", row.family, row.member,
          percent(count(Presence::value) + count(Presence::other), row.total()),
          percent(count(Presence::null), row.total()),
          percent(count(Presence::absent), row.total()));
    }
  }

  void timeline() {
    timeline(report_.timeline, "by", '#', "");
    const std::uint64_t outside = sum(report_.without_timestamp);
    if (!report_.timeline.empty() && outside > 0)
      add("  {}\n", styled(kDim, counted(outside, "record is", "records are") +
                                     " not in it: bad ones, and those without a timestamp that "
                                     "can be read"));
    timeline(report_.violations_timeline, "violations by", '!', kRed);
  }

  void timeline(const std::vector<TimelineRow>& all, std::string_view title, char mark,
                std::string_view style) {
    if (all.empty()) return;
    // So many rows together that they fit.
    const std::size_t each = (all.size() + kMostTimelineRows - 1) / kMostTimelineRows;
    std::vector<TimelineRow> rows;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i % each == 0) rows.push_back({all[i].label, all[i].start, {}});
      for (std::size_t v = 0; v < kVerdictCount; ++v) rows.back().counts[v] += all[i].counts[v];
    }
    heading(fmt::format(
        "{:<24} {:>11}",
        fmt::format("{} {} (UTC)", title, name_of_unit(report_.timeline_unit, each)), "records"));
    std::uint64_t most = 1;
    for (const TimelineRow& row : rows) most = std::max(most, sum(row.counts));
    const std::size_t bar = width_ > 60 ? std::min<std::size_t>(width_ - 46, 60) : 10;
    for (const TimelineRow& row : rows) {
      const double share = static_cast<double>(sum(row.counts)) / static_cast<double>(most);
      const auto cells = static_cast<std::size_t>(std::ceil(share * static_cast<double>(bar)));
      add("  {:<22} {:>11}  {}\n", row.label, grouped(sum(row.counts)),
          styled(style, std::string(cells, mark)));
    }
    if (each > 1)
      add("  {}\n",
          styled(kDim, fmt::format("{}s without records are left out",
                                   report_.timeline_unit == Timeline::kUnits[0] ? "hour" : "day")));
  }

  void sightings(const Sightings& seen) {
    add("  {:>15}  {}\n", "", styled(kDim, "first " + to_visible(to_string(report_, seen.first))));
    if (seen.count > 1)
      add("  {:>15}  {}\n", "", styled(kDim, "last  " + to_visible(to_string(report_, seen.last))));
    if (seen.first_time)
      add("  {:>15}  {}\n", "",
          styled(kDim, fmt::format("from  {} to {}", format_timestamp(*seen.first_time),
                                   format_timestamp(*seen.last_time))));
  }

  void drift() {
    if (report_.drift.empty()) return;
    heading("members that the API does not have");
    const std::size_t rows = std::min(options_.top, report_.drift.size());
    for (std::size_t i = 0; i < rows; ++i) {
      add("  {:>15}  {}\n", grouped(report_.drift[i].seen.count),
          cut(to_visible(report_.drift[i].pointer), width_ - 19));
      sightings(report_.drift[i].seen);
    }
    more(report_.drift.size() - rows);
    if (report_.other_drift > 0)
      add("  {} sightings of further ones, which were not kept\n", grouped(report_.other_drift));
  }

  void layouts() {
    if (report_.layouts.empty()) return;
    heading(fmt::format("layouts: {}", grouped(report_.layouts.size())));
    const std::size_t rows = std::min(options_.top, report_.layouts.size());
    for (std::size_t i = 0; i < rows; ++i)
      add("  {:>15}  {}\n", grouped(report_.layouts[i].seen.count),
          cut(to_visible(report_.layouts[i].text), width_ - 19));
    more(report_.layouts.size() - rows);
    if (report_.other_layouts > 0)
      add("  {} records have further layouts, which were not kept; members that the API does not "
          "have may be missing above\n",
          grouped(report_.other_layouts));
  }

  void violations() {
    if (report_.violations.empty()) return;
    heading("broken rules");
    const std::size_t rows = std::min(options_.top, report_.violations.size());
    for (std::size_t i = 0; i < rows; ++i) {
      const ViolationRow& row = report_.violations[i];
      two_lines(fmt::format("  {:>15}  {}: {}", grouped(row.count),
                            row.pointer.empty() ? "the document" : row.pointer, row.rule),
                fmt::format("expected {}, found {}", row.expected, row.found), 19);
    }
    more(report_.violations.size() - rows);
  }

  void bad_records() {
    const std::uint64_t count = report_.totals.bad();
    if (count == 0) return;
    heading(fmt::format("bad records: {}", grouped(count)));
    const std::size_t rows = std::min(options_.top, report_.bad_records.size());
    for (std::size_t i = 0; i < rows; ++i) {
      const BadRecord& record = report_.bad_records[i];
      two_lines(fmt::format("  {:<10} {}", name_of(record.verdict),
                            to_visible(to_string(report_, record.at))),
                to_visible(record.detail), 13);
    }
    more(count - rows);
  }

  void findings() {
    for (const FindingGroup& group : report_.findings) {
      heading(fmt::format("{}: {}", describe(group.kind), count_of(group)));
      const std::size_t rows = std::min(options_.top, group.findings.size());
      for (std::size_t i = 0; i < rows; ++i) {
        const Finding& finding = group.findings[i];
        two_lines("  " + to_visible(to_string(report_, finding.at)), to_visible(finding.detail), 4);
        if (finding.other)
          add("    {}\n",
              styled(kDim, "first in " + to_visible(to_string(report_, *finding.other))));
      }
      more(group.count - rows);
    }
    if (!report_.keys_lost.empty()) {
      heading(styled(kRed, "duplicate ids: unknown"));
      add("  {}\n", to_visible(report_.keys_lost));
    } else if (report_.keys_spilled)
      add("\n  duplicates were looked for on disk: {} ids were more than --memory holds\n",
          grouped(report_.keys));
  }

  void errors() {
    if (report_.errors.empty()) return;
    heading(styled(kRed, fmt::format("not read whole: {}", grouped(report_.errors.size()))));
    for (const InputError& error : report_.errors)
      add("  {}{}: {}\n", to_visible(error.file),
          error.member ? fmt::format(": {}", to_visible(*error.member)) : "",
          to_visible(error.why));
  }

  const Report& report_;
  const TextOptions& options_;
  std::size_t width_;
  std::string text_;
};

}  // namespace

std::string to_text(const Report& report, const TextOptions& options) {
  return TextWriter(report, options).write();
}

}  // namespace leadscan::audit
