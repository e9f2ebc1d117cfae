// The live report: what is bad, and what was found, while logs are followed.
#pragma once

#include <string>
#include <vector>

#include "audit/count/aggregate.h"

namespace leadscan::audit {

// A line each for the bad records and findings of one chunk, in the order of the input. `files`:
// the names of Position::file. Of more than --limit-findings of a kind, how many there are.
std::string to_live_lines(const Aggregate& chunk, const std::vector<std::string>& files);

}  // namespace leadscan::audit
