// The charts of the HTML report, as inline SVG. Lengths across are shares of the page's width, so
// that text keeps its size on any screen.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "audit/report/report.h"

namespace leadscan::audit {

struct ChartPart {
  std::string style;  // a class of the page's style: c-created, c-null, ...
  std::string label;  // HTML
  std::uint64_t count = 0;
};

// One bar, its parts side by side. Parts that are there are seen, however few.
std::string stacked_bar(std::span<const ChartPart> parts, std::string_view label, int height);

// A bar that is `part` of `whole` long.
std::string share_bar(std::uint64_t part, std::uint64_t whole, std::string_view title);

// Records by time, stacked by verdict, and their rates below, with axes and legend. Empty without
// records.
std::string timeline_chart(const Story& story);

std::string legend(std::span<const ChartPart> parts);

}  // namespace leadscan::audit
