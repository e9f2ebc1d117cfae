#include "audit/cli/report_files.h"

#include "audit/cli/documents.h"
#include "audit/report/html_report.h"

namespace leadscan::audit {
namespace {

constexpr ReportFile kReportFiles[] = {
    {
        .path = &Options::html,
        .mark = kHtmlMark,
        .text = [](const Report& report,
                   std::int64_t now) { return to_html(report, {std::string(kVersion), now}); },
    },
};

}  // namespace

std::span<const ReportFile> report_files() { return kReportFiles; }

}  // namespace leadscan::audit
