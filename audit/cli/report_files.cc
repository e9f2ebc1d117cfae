#include "audit/cli/report_files.h"

#include <algorithm>

#include "audit/cli/documents.h"
#include "audit/cli/version.h"
#include "audit/report/html_report.h"
#include "audit/report/sarif_report.h"

namespace leadscan::audit {
namespace {

constexpr ReportFile kReportFiles[] = {
    {
        .path = &Options::html,
        .mark = kHtmlMark,
        .text = [](const Report& report,
                   std::int64_t now) { return to_html(report, {std::string(kVersion), now}); },
    },
    {
        .path = &Options::sarif,
        .mark = kSarifMark,
        .text = [](const Report& report, std::int64_t) { return to_sarif(report, kVersion); },
    },
};
// One is written over the other.
static_assert(std::ranges::all_of(kReportFiles, [](const ReportFile& kind) {
  return kind.mark.unfinished.size() == kind.mark.finished.size();
}));

}  // namespace

std::span<const ReportFile> report_files() { return kReportFiles; }

}  // namespace leadscan::audit
