// Advice: where most of what was judged is bad, or nothing was judged, what the inputs were taken
// for, what else is in them, and the option to try.
#pragma once

#include <string>
#include <vector>

#include "audit/engine/pipeline.h"

namespace leadscan::audit {

// A sentence for each of those; none if all is as it should be. `taken_for`: a sentence on what the
// options say; `at`: the pointer that they name, if they do.
std::vector<std::string> advice_of(const Aggregate& total, const std::string& taken_for,
                                   const std::string& at, const std::string& column);

}  // namespace leadscan::audit
