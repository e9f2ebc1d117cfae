// leadscan: audits logs of responses. See flags.cc for what it takes.
#include <clocale>

#include "audit/cli/commands.h"
#include "audit/cli/parse.h"

int main(int argc, char** argv) {
  // Members' names are UTF-8 as a rule; without this libarchive gives none that is not ASCII.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  const leadscan::audit::Parsed parsed = leadscan::audit::parse_command_line(argc, argv);
  if (!parsed.options) return parsed.exit_code;
  return leadscan::audit::run(*parsed.options);
}
