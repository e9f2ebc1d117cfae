// Bad records and findings as SARIF 2.1.0, which dashboards of code scanning show.
#pragma once

#include <string>
#include <string_view>

#include "audit/report/report.h"
#include "audit/storage/replaced_file.h"

namespace leadscan::audit {

// JSON has no comments, so that the mark is a member: the log's property bag, in front of all else.
inline constexpr PartialMark kSarifMark = {
    "", 0, "{\"properties\":{\"leadscan\":\"report\",\"state\":\"unfinished\"},\n",
    "{\"properties\":{\"leadscan\":\"report\",\"state\":\"finished\"  },\n"};

// A result for each bad record and finding that the report lists, a rule for each verdict and kind
// of finding, with the number of all of them, and a notification for each input that was not read
// whole. `version`: of the program.
std::string to_sarif(const Report& report, std::string_view version);

}  // namespace leadscan::audit
