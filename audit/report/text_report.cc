#include "audit/report/text_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <set>

#include "audit/base/utf8.h"
#include "audit/report/format.h"
#include "audit/report/member_words.h"
#include "leadscan/fields.h"

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
      std::count_if(text.begin(), text.end(), [](char c) { return !is_utf8_continuation(c); }));
}

std::string cut(std::string text, std::size_t width) {
  if (columns(text) <= width || width < 4) return text;
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at) {
    if (is_utf8_continuation(text[at])) continue;
    if (seen++ == width - 3) break;
  }
  return text.substr(0, at) + "...";
}

std::size_t common_front(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(
      std::mismatch(a.begin(),
                    a.begin() + static_cast<std::ptrdiff_t>(std::min(a.size(), b.size())),
                    b.begin())
          .first -
      a.begin());
}

// `text` without its middle: it goes on a little in front of byte `from`, or further in front if
// the end leaves room.
std::string cut_middle(const std::string& text, std::size_t from, std::size_t width) {
  constexpr std::size_t kMostBefore = 24;
  const std::size_t head = width / 3;
  // With a whole member, if one begins there.
  const std::size_t begin = text.rfind(' ', from);
  std::size_t at = begin != text.npos && from - begin <= kMostBefore ? begin + 1 : from;
  const std::size_t room = width - head - 3;
  if (text.size() - at < room) at = text.size() - room;
  while (at > 0 && is_utf8_continuation(text[at])) --at;
  return cut(text, head + 3) + cut(text.substr(at), room);
}

// Rows of a table, cut so that they fit, and that none looks like another one.
std::vector<std::string> cut_apart(const std::vector<std::string>& texts, std::size_t width) {
  // By how much a text is like any other one, it is like its neighbours when they are sorted.
  std::vector<std::size_t> order(texts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return texts[a] < texts[b]; });
  std::vector<std::size_t> same(texts.size(), 0);
  for (std::size_t i = 1; i < order.size(); ++i) {
    const std::size_t front = common_front(texts[order[i - 1]], texts[order[i]]);
    for (const std::size_t row : {order[i - 1], order[i]}) same[row] = std::max(same[row], front);
  }
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const bool told_by_front =
        columns(std::string_view(texts[i]).substr(0, same[i])) + 4 <= width || width < 40;
    rows.push_back(told_by_front || columns(texts[i]) <= width
                       ? cut(texts[i], width)
                       : cut_middle(texts[i], same[i], width));
  }
  // Two may look the same all the same. Then one is cut where it begins to differ from some other.
  constexpr std::size_t kMostTries = 100;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < texts.size() && width >= 40; ++i) {
    const std::size_t most = std::min(texts.size(), kMostTries);
    for (std::size_t other = 0; other < most && seen.count(rows[i]) != 0; ++other)
      if (const std::size_t from = common_front(texts[i], texts[other]); from > width / 3)
        rows[i] = cut_middle(texts[i], from, width);
    if (seen.count(rows[i]) != 0) {
      // One is the front of the other, and ends alike.
      const std::string size = fmt::format(" ({} bytes)", texts[i].size());
      rows[i] = cut(texts[i], width - size.size()) + size;
    }
    seen.insert(rows[i]);
  }
  return rows;
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
    const std::string_view status_code = info_of(Field::info_status_code).name;
    table(info_of(Field::action).name, report_.actions);
    table(status_code, report_.status_codes);
    table(words_of(Field::error_code), report_.error_codes);
    table(info_of(Field::message).name, report_.messages);
    table(fmt::format("HTTP status and {}", status_code), report_.http_and_body);
    presence();
    timeline();
    violations_timeline();
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
      const std::string_view style = is_bad(verdict)               ? kRed
                                     : verdict == Verdict::failure ? kYellow
                                                                   : kGreen;
      add("  {}{:<11} {:>15}  {:>9}{}\n", options_.color ? style : "", name_of(verdict),
          grouped(count), percent(count, totals.records), options_.color ? kReset : "");
    }
    if (const auto rate = report_.success_rate())
      add("  success rate {:.2f} % of {} that have the flag\n", 100 * *rate,
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

  // Lines "count  text"; `behind(i)` writes what is below one.
  void counted_rows(const auto& all, std::size_t rows, const auto& text_of,
                    const auto& count_of_row, const auto& behind) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < rows; ++i) texts.push_back(to_visible(text_of(all[i])));
    texts = cut_apart(texts, width_ - 19);
    for (std::size_t i = 0; i < rows; ++i) {
      add("  {:>15}  {}\n", grouped(count_of_row(all[i])), texts[i]);
      behind(i);
    }
  }
  void counted_rows(const auto& all, std::size_t rows, const auto& text_of,
                    const auto& count_of_row) {
    counted_rows(all, rows, text_of, count_of_row, [](std::size_t) {});
  }

  void table(std::string_view title, const Table& table) {
    if (table.rows.empty()) return;
    heading(title);
    const std::size_t rows = std::min(options_.top, table.rows.size());
    std::uint64_t hidden = table.others;
    for (std::size_t i = rows; i < table.rows.size(); ++i) hidden += table.rows[i].count;
    counted_rows(
        table.rows, rows, [](const Row& row) { return row.key; },
        [](const Row& row) { return row.count; });
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

  // So many rows together that they fit.
  static std::vector<TimelineRow> in_groups(const std::vector<TimelineRow>& all, std::size_t each) {
    std::vector<TimelineRow> rows;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i % each == 0) rows.push_back({all[i].label, all[i].start, {}});
      for (std::size_t v = 0; v < kVerdictCount; ++v) rows.back().counts[v] += all[i].counts[v];
    }
    return rows;
  }
  static std::size_t group_size(const std::vector<TimelineRow>& all) {
    return (all.size() + kMostTimelineRows - 1) / kMostTimelineRows;
  }

  // What is less than half a cell is a mark, so that one of a million does not look like many.
  static std::string bar(double share, std::size_t width, char cell) {
    const auto cells = static_cast<std::size_t>(std::lround(share * static_cast<double>(width)));
    return cells > 0 ? std::string(cells, cell) : ".";
  }

  void heading_of_timeline(std::string_view title, std::size_t each, std::string_view more) {
    heading(
        fmt::format("{:<24} {:>11}{}",
                    fmt::format("{} {} (UTC)", title, name_of_unit(report_.timeline_unit, each)),
                    "records", more));
  }
  void foot_of_timeline(std::size_t each) {
    if (each > 1)
      add("  {}\n",
          styled(kDim, fmt::format("{}s without records are left out",
                                   report_.timeline_unit == Timeline::kUnits[0] ? "hour" : "day")));
  }

  void timeline() {
    const std::vector<TimelineRow>& all = report_.timeline;
    if (all.empty()) return;
    const std::size_t each = group_size(all);
    const std::vector<TimelineRow> rows = in_groups(all, each);
    heading_of_timeline("by", each, "");
    std::uint64_t most = 1;
    for (const TimelineRow& row : rows) most = std::max(most, sum(row.counts));
    const std::size_t width = width_ > 60 ? std::min<std::size_t>(width_ - 46, 60) : 10;
    for (const TimelineRow& row : rows) {
      const double share = static_cast<double>(sum(row.counts)) / static_cast<double>(most);
      add("  {:<22} {:>11}  {}\n", row.label, grouped(sum(row.counts)), bar(share, width, '#'));
    }
    foot_of_timeline(each);
    if (const std::uint64_t outside = sum(report_.without_timestamp); outside > 0)
      add("  {}\n", styled(kDim, counted(outside, "record is", "records are") +
                                     " not in it: bad ones, and those without a timestamp that "
                                     "can be read"));
  }

  // Each bar is a share of all records of that time.
  void violations_timeline() {
    const std::vector<TimelineRow>& all = report_.violations_timeline;
    if (all.empty()) return;
    const std::size_t each = group_size(all);
    const std::vector<TimelineRow> rows = in_groups(all, each);
    heading_of_timeline("violations by", each, fmt::format("{:>11}", "share"));
    const std::size_t width = width_ > 70 ? std::min<std::size_t>(width_ - 57, 60) : 10;
    auto good = report_.timeline.begin();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::int64_t end =
          all[std::min((i + 1) * each, all.size()) - 1].start + report_.timeline_unit;
      std::uint64_t records = sum(rows[i].counts);
      while (good != report_.timeline.end() && good->start < rows[i].start) ++good;
      for (; good != report_.timeline.end() && good->start < end; ++good)
        records += sum(good->counts);
      const double share = static_cast<double>(sum(rows[i].counts)) / static_cast<double>(records);
      add("  {:<22} {:>11}  {:>9}  {}\n", rows[i].label, grouped(sum(rows[i].counts)),
          percent(sum(rows[i].counts), records), styled(kRed, bar(share, width, '!')));
    }
    foot_of_timeline(each);
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
    counted_rows(
        report_.drift, rows, [](const DriftRow& row) { return row.pointer; },
        [](const DriftRow& row) { return row.seen.count; },
        [&](std::size_t i) { sightings(report_.drift[i].seen); });
    more(report_.drift.size() - rows);
    if (report_.other_drift > 0)
      add("  {} of further ones, which were not kept\n",
          counted(report_.other_drift, "sighting", "sightings"));
  }

  void layouts() {
    if (report_.layouts.empty()) return;
    heading(fmt::format("layouts: {}", grouped(report_.layouts.size())));
    const std::size_t rows = std::min(options_.top, report_.layouts.size());
    counted_rows(
        report_.layouts, rows, [](const LayoutRow& row) { return row.text; },
        [](const LayoutRow& row) { return row.seen.count; });
    more(report_.layouts.size() - rows);
    if (report_.other_layouts > 0)
      add("  {} further layouts, which were not kept; members that the API does not have may be "
          "missing above\n",
          counted(report_.other_layouts, "record has", "records have"));
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
      add("\n  duplicates were looked for on disk: {} more than --memory holds\n",
          counted(report_.keys, "id was", "ids were"));
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
