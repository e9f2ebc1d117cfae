// What the HTML report says first: what is wrong, since when, how bad, and what changed.
#pragma once

#include <string>

#include "audit/report/report.h"

namespace leadscan::audit {

// A list, as HTML.
std::string story_list(const Report& report);

// From when to when: "2025-06-12 02:00 to 08:00", "2025-06-12 to 2025-06-14", "2025-06-12".
std::string text_of(const Stretch& span, std::int64_t unit);

}  // namespace leadscan::audit
