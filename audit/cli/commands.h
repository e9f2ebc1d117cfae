// The commands: from Options to output and exit code.
#pragma once

#include "audit/cli/options.h"

namespace leadscan::audit {

inline constexpr int kClean = 0;
inline constexpr int kFindings = 1;
inline constexpr int kUsage = 2;
inline constexpr int kNotReadWhole = 3;

int run(const Options& options);

// What the report comes to by --fail-on and --max-bad.
int exit_code(const Options& options, const Report& report);

}  // namespace leadscan::audit
