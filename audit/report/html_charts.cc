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

constexpr std::int64_t kMostColumns = 192;
constexpr int kPlotHeight = 200;
constexpr int kRateHeight = 64;
constexpr int kPlotTop = 10;  // the highest label is half above its line
constexpr int kLabelHeight = 40;

// Some slots of the story, one beside the other.
struct Column {
  std::int64_t start = 0;
  std::int64_t end = 0;  // behind its last slot
  VerdictCounts counts{};
};

// How many slots are in a column: such that columns begin at midnight, if they are hours.
std::int64_t slots_in_column(std::size_t slots, std::int64_t unit) {
  const std::int64_t least = (static_cast<std::int64_t>(slots) + kMostColumns - 1) / kMostColumns;
  constexpr std::int64_t kHours[] = {1, 2, 3, 4, 6, 8, 12, 24};
  if (unit != Timeline::kUnits[0]) return least;
  for (const std::int64_t hours : kHours)
    if (hours >= least) return hours;
  return (least + 23) / 24 * 24;
}

std::vector<Column> columns_of(const Story& story, std::int64_t each) {
  std::vector<Column> columns;
  for (const Moment& moment : story.moments) {
    const std::int64_t length = each * story.unit;
    const std::int64_t start = floor_divide(moment.start, length) * length;
    if (columns.empty() || columns.back().end <= moment.start)
      columns.push_back({std::max(start, story.begin()), start + length, {}});
    for (std::size_t v = 0; v < kVerdictCount; ++v) columns.back().counts[v] += moment.counts[v];
  }
  columns.back().end = std::min(columns.back().end, story.end());
  return columns;
}

// Of the responses that are one; none if there are none.
struct Rate {
  std::uint64_t part = 0;
  std::uint64_t whole = 0;
  double value() const { return 100 * static_cast<double>(part) / static_cast<double>(whole); }
};

Rate success_of(const VerdictCounts& counts) {
  const std::uint64_t good = counts[index_of(Verdict::created)] + counts[index_of(Verdict::update)];
  return {good, good + counts[index_of(Verdict::failure)]};
}

Rate violations_of(const VerdictCounts& counts) {
  return {counts[index_of(Verdict::violation)], sum(counts)};
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
  explicit TimelineChart(const Story& story)
      : story_(story),
        each_(slots_in_column(story.moments.size(), story.unit)),
        columns_(columns_of(story, each_)) {
    std::uint64_t most = 1;
    for (const Column& column : columns_) most = std::max(most, sum(column.counts));
    step_ = axis_step(most);
    top_ = (most + step_ - 1) / step_ * step_;
    for (std::uint64_t at = 0; at <= top_; at += step_)
      axis_width_ = std::max(axis_width_, 7 * axis_label(at, step_).size() + 10);
  }

  std::string draw() {
    const std::string unit = name_of_unit(story_.unit, static_cast<std::size_t>(each_));
    add("<p class=\"axis-title\">records, {} (UTC)</p>\n<div class=\"plot\">",
        each_ == 1 ? "by " + unit : unit + " a column");
    y_axis();
    add("<svg class=\"columns-of\" width=\"100%\" height=\"{}\" role=\"img\" "
        "aria-label=\"Records by {}, stacked by verdict, from {} to {}\">",
        kPlotTop + kPlotHeight + kLabelHeight, name_of_unit(story_.unit),
        label_of(columns_.front().start, story_.unit), last_label(columns_.back()));
    for (std::uint64_t at = 0; at <= top_; at += step_)
      add("<line x1=\"0\" x2=\"100%\" y1=\"{0:.1f}\" y2=\"{0:.1f}\"{1}/>", y(at),
          at == 0 ? " class=\"zero\"" : "");
    for (const Stretch& span : story_.outages) outage(span, kPlotTop, kPlotHeight);
    for (std::size_t i = 0; i < columns_.size(); ++i) column(i);
    x_labels();
    add("</svg></div>\n");
    rates("success", "success, % of responses that are created, update or failure", success_of);
    rates("violations", "violations, % of records with a timestamp", violations_of);
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
  // In percent of the width.
  double x(std::int64_t seconds) const {
    return 100 * static_cast<double>(seconds - story_.begin()) /
           static_cast<double>(story_.end() - story_.begin());
  }
  double middle(const Column& column) const { return (x(column.start) + x(column.end)) / 2; }
  std::string last_label(const Column& column) const {
    return label_of(column.end - story_.unit, story_.unit);
  }

  void y_axis() {
    add("<svg class=\"axis\" width=\"{}\" height=\"{}\" aria-hidden=\"true\">", axis_width_,
        kPlotTop + kPlotHeight + kLabelHeight);
    for (std::uint64_t at = 0; at <= top_; at += step_)
      add("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>", axis_width_ - 8, y(at) + 4,
          axis_label(at, step_));
    add("</svg>");
  }

  // A band where nothing was: a gap between columns says little where many are one beside the
  // other.
  void outage(const Stretch& span, int top, int height) {
    add("<rect class=\"outage\" x=\"{:.3f}%\" y=\"{}\" width=\"{:.3f}%\" height=\"{}\"><title>no "
        "records from {} to {}</title></rect>",
        x(span.start), top, std::max(x(span.end) - x(span.start), 0.3), height,
        label_of(span.start, story_.unit), label_of(span.end, story_.unit));
  }

  void column(std::size_t at) {
    const Column& column = columns_[at];
    if (sum(column.counts) == 0) return;
    // Those at the edges may be of fewer slots.
    const double width = std::min(0.82 * (x(column.end) - x(column.start)), 6.0);
    const std::string first = label_of(column.start, story_.unit);
    const std::string last = last_label(column);
    add("<g class=\"column\"><title>{}", first == last ? first : first + " to " + last);
    for (std::size_t v = 0; v < kVerdictCount; ++v)
      if (column.counts[v] > 0)
        add("\n{}: {}", name_of(static_cast<Verdict>(v)), grouped(column.counts[v]));
    if (const Rate rate = success_of(column.counts); rate.whole > 0)
      add("\nsuccess: {}", percent(rate.part, rate.whole));
    add("</title>");
    std::uint64_t below = 0;
    for (std::size_t v = 0; v < kVerdictCount; ++v) {
      if (column.counts[v] == 0) continue;
      const double bottom = y(below);
      below += column.counts[v];
      // At least a line, so that nothing that is there is invisible.
      const double height = std::max(bottom - y(below), 1.0);
      add("<rect class=\"c-{}\" x=\"{:.3f}%\" y=\"{:.1f}\" width=\"{:.3f}%\" height=\"{:.1f}\"/>",
          name_of(static_cast<Verdict>(v)), middle(column) - width / 2, bottom - height, width,
          height);
    }
    add("</g>");
  }

  // A line of its own below the columns, as a share of half a percent cannot be seen in these. It
  // has a scale of its own, and is broken where there is nothing.
  template <typename RateOf>
  void rates(std::string_view style, std::string_view title, RateOf rate_of) {
    double least = 100;
    double most = 0;
    Rate all;
    for (const Column& column : columns_) {
      const Rate rate = rate_of(column.counts);
      if (rate.whole == 0) continue;
      least = std::min(least, rate.value());
      most = std::max(most, rate.value());
      all.part += rate.part;
      all.whole += rate.whole;
    }
    const bool is_success = style == "success";
    if (all.whole == 0 || (!is_success && all.part == 0)) return;
    double low = 0;
    double high = 100;
    if (is_success) {
      low = least >= 90 ? 90 : least >= 50 ? 50 : 0;
    } else {
      for (const double top : {50.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1})
        if (top >= most) high = top;
    }
    const auto height_of = [&](double value) {
      return kPlotTop + kRateHeight * (1 - (value - low) / (high - low));
    };
    const int height = kPlotTop + kRateHeight + 6;
    add("<p class=\"axis-title\">{}: {} in all</p>\n<div class=\"plot rate\">"
        "<svg class=\"axis\" width=\"{}\" height=\"{}\" aria-hidden=\"true\">",
        title, percent(all.part, all.whole), axis_width_, height);
    for (const double value : {low, high})
      add("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{:g} %</text>", axis_width_ - 8,
          height_of(value) + 4, value);
    add("</svg><svg class=\"columns-of\" width=\"100%\" height=\"{0}\" role=\"img\" "
        "aria-label=\"{1}: {2} in all; between {3:.2f} and {4:.2f} % by time\">",
        height, title, percent(all.part, all.whole), least, most);
    for (const double value : {low, high})
      add("<line x1=\"0\" x2=\"100%\" y1=\"{0:.1f}\" y2=\"{0:.1f}\"{1}/>", height_of(value),
          value == low ? " class=\"zero\"" : "");
    for (const Stretch& span : story_.outages) outage(span, kPlotTop, kRateHeight);
    // The path is in shares of the width, too, which only a picture in the picture can have.
    add("<svg width=\"100%\" height=\"{0}\" viewBox=\"0 0 100 {0}\" "
        "preserveAspectRatio=\"none\"><path class=\"l-{1}\" d=\"",
        height, style);
    bool goes_on = false;
    for (const Column& column : columns_) {
      const Rate rate = rate_of(column.counts);
      if (rate.whole > 0)
        add("{}{:.3f} {:.1f}H{:.3f}", goes_on ? 'L' : 'M', x(column.start), height_of(rate.value()),
            x(column.end));
      goes_on = rate.whole > 0;
    }
    add("\"/></svg></svg></div>\n");
  }

  // Seven at most; on small screens the first, the middle and the last.
  void x_labels() {
    constexpr std::size_t kMost = 7;
    const std::size_t count = std::min(columns_.size(), kMost);
    for (std::size_t i = 0; i < count; ++i) {
      const Column& column = columns_[count == 1 ? 0 : i * (columns_.size() - 1) / (count - 1)];
      std::string label = label_of(column.start, story_.unit);
      // Of columns that are days and longer the hour says nothing.
      if (each_ * story_.unit >= Timeline::kUnits[1])
        label.resize(std::min(label.size(), std::size_t{10}));
      const std::size_t space = std::min(label.find(' '), label.size());
      const double at = middle(column);
      const char* const anchor = at < 6 ? "start" : at > 94 ? "end" : "middle";
      const double edge = at < 6 ? 0 : at > 94 ? 100 : at;
      add("<text{} y=\"{}\" text-anchor=\"{}\"><tspan x=\"{:.2f}%\">{}</tspan>",
          count > 3 && i != 0 && i != count - 1 && 2 * i != count - 1 ? " class=\"optional\"" : "",
          kPlotTop + kPlotHeight + 18, anchor, edge, label.substr(0, space));
      if (space < label.size())
        add("<tspan x=\"{:.2f}%\" dy=\"15\">{}</tspan>", edge, label.substr(space + 1));
      add("</text>");
    }
  }

  const Story& story_;
  std::int64_t each_;  // slots in a column
  std::vector<Column> columns_;
  std::size_t axis_width_ = 7 * std::string_view("100 %").size() + 10;
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

std::string timeline_chart(const Story& story) {
  if (story.moments.empty()) return {};
  VerdictCounts seen{};
  for (const Moment& moment : story.moments)
    for (std::size_t v = 0; v < kVerdictCount; ++v) seen[v] += moment.counts[v];
  std::vector<ChartPart> parts;
  for (std::size_t v = 0; v < kVerdictCount; ++v) {
    const std::string name(name_of(static_cast<Verdict>(v)));
    parts.push_back({"c-" + name, name, seen[v]});
  }
  return TimelineChart(story).draw() + legend(parts);
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
