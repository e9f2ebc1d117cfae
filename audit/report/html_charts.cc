#include "audit/report/html_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>
#include <vector>

#include "audit/base/timestamp.h"
#include "audit/report/format.h"

namespace leadscan::audit {
namespace {

constexpr std::size_t kMostColumns = 120;
constexpr std::size_t kMostFilled = 2000;  // slots, with those that have no records
constexpr int kPlotHeight = 200;
constexpr int kPlotTop = 10;  // the highest label is half above its line
constexpr int kLabelHeight = 40;

// Some rows of the timeline, one beside the other.
struct Column {
  std::string first;
  std::string last;
  VerdictCounts counts{};
};

// Every hour or day from the first to the last, if they are not too many; else those with records.
std::vector<TimelineRow> fill_gaps(const Report& report, bool& filled) {
  const std::int64_t unit = report.timeline_unit;
  const std::vector<TimelineRow>& rows = report.timeline;
  const auto slots = static_cast<std::size_t>((rows.back().start - rows.front().start) / unit + 1);
  filled = slots <= std::max<std::size_t>(12 * rows.size(), 24) && slots <= kMostFilled;
  if (!filled) return rows;
  std::vector<TimelineRow> all;
  for (const TimelineRow& row : rows) {
    while (!all.empty() && all.back().start + unit < row.start) {
      const std::int64_t start = all.back().start + unit;
      all.push_back({label_of(start, unit), start, {}});
    }
    all.push_back(row);
  }
  return all;
}

std::vector<Column> columns_of(const std::vector<TimelineRow>& rows, std::size_t each) {
  std::vector<Column> columns;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i % each == 0) columns.push_back({rows[i].label, {}, {}});
    columns.back().last = rows[i].label;
    for (std::size_t v = 0; v < kVerdictCount; ++v) columns.back().counts[v] += rows[i].counts[v];
  }
  return columns;
}

// The distance of the axis's lines: 1, 2 or 5 times a power of ten, for about four of them.
std::uint64_t axis_step(std::uint64_t most) {
  std::uint64_t power = 1;
  while (power * 10 <= most / 4) power *= 10;
  for (const std::uint64_t factor : {1, 2, 5})
    if (power * factor * 5 >= most) return power * factor;
  return power * 10;
}

// In thousands or millions if all of the axis's lines are at such.
std::string axis_label(std::uint64_t number, std::uint64_t step) {
  constexpr std::pair<std::uint64_t, char> kUnits[] = {
      {1'000'000'000, 'B'}, {1'000'000, 'M'}, {1'000, 'k'}};
  for (const auto& [unit, letter] : kUnits)
    if (number >= unit && step % (unit / 10) == 0 && step * 10 >= unit && step >= 500)
      return fmt::format("{:g}{}", static_cast<double>(number) / static_cast<double>(unit), letter);
  return grouped(number);
}

class TimelineChart {
 public:
  explicit TimelineChart(const Report& report)
      : rows_(fill_gaps(report, filled_)),
        each_((rows_.size() + kMostColumns - 1) / kMostColumns),
        columns_(columns_of(rows_, each_)),
        unit_(report.timeline_unit) {
    std::uint64_t most = 1;
    for (const Column& column : columns_) most = std::max(most, sum(column.counts));
    step_ = axis_step(most);
    top_ = (most + step_ - 1) / step_ * step_;
  }

  std::string draw() {
    const std::string unit = name_of_unit(unit_, each_);
    add("<p class=\"axis-title\">records, {} (UTC)</p>\n<div class=\"plot\">",
        each_ == 1 ? "by " + unit : unit + " a column");
    y_axis();
    add("<svg class=\"columns-of\" width=\"100%\" height=\"{}\" role=\"img\" "
        "aria-label=\"Records by {}, stacked by verdict, from {} to {}\">",
        kPlotTop + kPlotHeight + kLabelHeight, name_of_unit(unit_), columns_.front().first,
        columns_.back().last);
    for (std::uint64_t at = 0; at <= top_; at += step_)
      add("<line x1=\"0\" x2=\"100%\" y1=\"{0:.1f}\" y2=\"{0:.1f}\"{1}/>", y(at),
          at == 0 ? " class=\"zero\"" : "");
    for (std::size_t i = 0; i < columns_.size(); ++i) column(i);
    x_labels();
    add("</svg></div>\n");
    if (!filled_)
      add("<p class=\"about\">{} without records are left out.</p>\n",
          unit_ == Timeline::kUnits[0] ? "Hours" : "Days");
    return std::move(html_);
  }

 private:
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(html_), format, std::forward<Args>(args)...);
  }
  double y(std::uint64_t count) const {
    return kPlotTop + kPlotHeight * (1 - static_cast<double>(count) / static_cast<double>(top_));
  }
  // In percent.
  double middle(std::size_t column) const {
    return (static_cast<double>(column) + 0.5) * 100 / static_cast<double>(columns_.size());
  }

  void y_axis() {
    std::size_t longest = 0;
    for (std::uint64_t at = 0; at <= top_; at += step_)
      longest = std::max(longest, axis_label(at, step_).size());
    const std::size_t width = 7 * longest + 10;
    add("<svg class=\"axis\" width=\"{}\" height=\"{}\" aria-hidden=\"true\">", width,
        kPlotTop + kPlotHeight + kLabelHeight);
    for (std::uint64_t at = 0; at <= top_; at += step_)
      add("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", width - 8, y(at) + 4,
          axis_label(at, step_));
    add("</svg>");
  }

  void column(std::size_t at) {
    const Column& column = columns_[at];
    if (sum(column.counts) == 0) return;
    const double width = std::min(82.0 / static_cast<double>(columns_.size()), 6.0);
    add("<g class=\"column\"><title>{}",
        column.first == column.last ? column.first : column.first + " to " + column.last);
    for (std::size_t v = 0; v < kVerdictCount; ++v)
      if (column.counts[v] > 0)
        add("\n{}: {}", name_of(static_cast<Verdict>(v)), grouped(column.counts[v]));
    add("</title>");
    std::uint64_t below = 0;
    for (std::size_t v = 0; v < kVerdictCount; ++v) {
      if (column.counts[v] == 0) continue;
      const double bottom = y(below);
      below += column.counts[v];
      // At least a line, so that nothing that is there is invisible.
      const double height = std::max(bottom - y(below), 1.0);
      add("<rect class=\"c-{}\" x=\"{:.3f}%\" y=\"{:.1f}\" width=\"{:.3f}%\" height=\"{:.1f}\"/>",
          name_of(static_cast<Verdict>(v)), middle(at) - width / 2, bottom - height, width, height);
    }
    add("</g>");
  }

  // Seven at most; on small screens the first, the middle and the last.
  void x_labels() {
    constexpr std::size_t kMost = 7;
    const std::size_t count = std::min(columns_.size(), kMost);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = count == 1 ? 0 : i * (columns_.size() - 1) / (count - 1);
      const std::string& label = columns_[at].first;
      const std::size_t space = std::min(label.find(' '), label.size());
      const double x = middle(at);
      const char* const anchor = x < 6 ? "start" : x > 94 ? "end" : "middle";
      const double edge = x < 6 ? 0 : x > 94 ? 100 : x;
      add("<text{} y=\"{}\" text-anchor=\"{}\"><tspan x=\"{:.2f}%\">{}</tspan>",
          count > 3 && i != 0 && i != count - 1 && 2 * i != count - 1 ? " class=\"optional\"" : "",
          kPlotTop + kPlotHeight + 18, anchor, edge, label.substr(0, space));
      if (space < label.size())
        add("<tspan x=\"{:.2f}%\" dy=\"15\">{}</tspan>", edge, label.substr(space + 1));
      add("</text>");
    }
  }

  bool filled_ = false;
  std::vector<TimelineRow> rows_;
  std::size_t each_;  // rows in a column
  std::vector<Column> columns_;
  std::int64_t unit_;
  std::uint64_t step_ = 1;
  std::uint64_t top_ = 1;
  std::string html_;
};

}  // namespace

std::string stacked_bar(std::span<const ChartPart> parts, std::string_view label, int height) {
  constexpr double kLeast = 0.6;  // percent
  std::uint64_t total = 0;
  for (const ChartPart& part : parts) total += part.count;
  if (total == 0) return {};
  const auto share = [&](const ChartPart& part) {
    return part.count == 0 ? 0
                           : std::max(kLeast, 100 * static_cast<double>(part.count) /
                                                  static_cast<double>(total));
  };
  double sum = 0;
  for (const ChartPart& part : parts) sum += share(part);
  std::string html = fmt::format(
      "<svg class=\"stack\" width=\"100%\" height=\"{}\" role=\"img\" aria-label=\"{}\">", height,
      label);
  double x = 0;
  for (const ChartPart& part : parts) {
    if (part.count == 0) continue;
    const double width = share(part) * 100 / sum;
    fmt::format_to(std::back_inserter(html),
                   "<rect class=\"{}\" x=\"{:.3f}%\" width=\"{:.3f}%\" height=\"{}\">"
                   "<title>{}: {} ({})</title></rect>",
                   part.style, x, width, height, part.label, grouped(part.count),
                   percent(part.count, total));
    x += width;
  }
  return html + "</svg>";
}

std::string share_bar(std::uint64_t part, std::uint64_t whole, std::string_view title) {
  const double share =
      whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
  return fmt::format(
      "<svg width=\"100%\" height=\"10\" role=\"img\" aria-label=\"{0}\"><title>{0}</title>"
      "<rect class=\"c-count\" width=\"{1:.3f}%\" height=\"10\" rx=\"2\"/></svg>",
      title, part == 0 ? 0 : std::max(share, 0.5));
}

std::string timeline_chart(const Report& report) {
  if (report.timeline.empty()) return {};
  VerdictCounts seen{};
  for (const TimelineRow& row : report.timeline)
    for (std::size_t v = 0; v < kVerdictCount; ++v) seen[v] += row.counts[v];
  std::vector<ChartPart> parts;
  for (std::size_t v = 0; v < kVerdictCount; ++v) {
    const std::string name(name_of(static_cast<Verdict>(v)));
    parts.push_back({"c-" + name, name, seen[v]});
  }
  return TimelineChart(report).draw() + legend(parts);
}

std::string legend(std::span<const ChartPart> parts) {
  std::string html = "<ul class=\"legend\">";
  for (const ChartPart& part : parts)
    if (part.count > 0)
      fmt::format_to(std::back_inserter(html), "<li><span class=\"swatch {}\"></span>{} {}</li>",
                     part.style, part.label, grouped(part.count));
  return html + "</ul>\n";
}

}  // namespace leadscan::audit
