// The report as one JSON document, for programs.
#pragma once

#include <string>

#include "audit/report/report.h"

namespace leadscan::audit {

std::string to_json(const Report& report);

}  // namespace leadscan::audit
