// leadscan: audits logs of responses. See flags.cc for what it takes.
#include <unistd.h>

#include <clocale>
#include <cstdlib>

#include "audit/cli/commands.h"
#include "audit/cli/parse.h"

int main(int argc, char** argv) {
  // Members' names are UTF-8 as a rule; without this libarchive gives none that is not ASCII.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  // `bazel run` starts programs in a folder of its own; paths are meant from where the user is.
  const char* folder = std::getenv("BUILD_WORKING_DIRECTORY");
  if (folder != nullptr && ::chdir(folder) != 0) return leadscan::audit::kUsage;
  const leadscan::audit::Parsed parsed = leadscan::audit::parse_command_line(argc, argv);
  if (!parsed.options) return parsed.exit_code;
  return leadscan::audit::run(*parsed.options);
}
