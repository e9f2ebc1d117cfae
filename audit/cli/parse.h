// The command line, parsed with CLI11 by the flag table.
#pragma once

#include <optional>

#include "audit/cli/options.h"

namespace leadscan::audit {

// What to do; or the exit code, if that was all: help, version, a man page, a mistake.
struct Parsed {
  std::optional<Options> options;
  int exit_code = 0;
};
Parsed parse_command_line(int argc, const char* const* argv);

}  // namespace leadscan::audit
