// The report as one HTML page with charts: what an auditor hands on. It needs no network, and says
// so to the browser (Content-Security-Policy).
#pragma once

#include <cstdint>
#include <string>

#include "audit/report/report.h"
#include "audit/storage/replaced_file.h"

namespace leadscan::audit {

// At the front of the page.
inline constexpr PartialMark kHtmlMark = {"", 0, "<!-- leadscan: not finished -->\n",
                                          "<!-- leadscan: audit report -->\n"};

struct HtmlOptions {
  std::string version;   // of the program
  std::int64_t now = 0;  // seconds since 1970
};

std::string to_html(const Report& report, const HtmlOptions& options);

}  // namespace leadscan::audit
