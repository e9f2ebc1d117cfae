// Inputs that are one file, by whatever names: its records count twice, which is seldom meant.
#pragma once

#include <string>
#include <vector>

#include "audit/input/tree.h"

namespace leadscan::audit {

// A message for each file that comes again; not more than a few.
std::vector<std::string> told_twice(const Tree& tree);

}  // namespace leadscan::audit
