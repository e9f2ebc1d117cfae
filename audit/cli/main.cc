// leadscan: audits logs of responses. See flags.cc for what it takes.
#include <cerrno>
#include <clocale>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <new>
#include <string>
#include <system_error>

#include "audit/base/utf8.h"
#include "audit/cli/commands.h"
#include "audit/cli/out_of_memory.h"
#include "audit/cli/parse.h"
#include "audit/cli/standard_streams.h"

namespace leadscan::audit {
namespace {

namespace fs = std::filesystem;

// `bazel run` starts programs in their runfiles; paths are meant from where the user is, which it
// has in a variable. Whoever starts us elsewhere may have inherited that.
int leave_runfiles() {
  const char* folder = std::getenv("BUILD_WORKING_DIRECTORY");
  if (folder == nullptr) return kClean;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path here = fs::current_path(error);
  if (error || here.parent_path() != program.string() + ".runfiles") return kClean;
  fs::current_path(folder, error);
  if (!error) return kClean;
  tell("BUILD_WORKING_DIRECTORY: " + to_visible(folder) + ": " + error.message());
  return kUsage;
}

int run_command_line(int argc, char** argv) {
  try {
    if (const int code = leave_runfiles(); code != kClean) return code;
    const Parsed parsed = parse_command_line(argc, argv);
    if (!parsed.options) return parsed.exit_code;
    if (parsed.options->command == Command::audit) keep_large_blocks_apart();
    return run(*parsed.options);
  } catch (const std::bad_alloc&) {
    end_without_memory();
  } catch (const std::exception& error) {
    tell(error.what());
  }
  return kNotReadWhole;
}

}  // namespace
}  // namespace leadscan::audit

int main(int argc, char** argv) {
  using namespace leadscan::audit;
  open_standard_streams();
  ignore_write_signals();
  share_one_heap();
  claim_stack();
  // Members' names are UTF-8 as a rule; without this libarchive gives none that is not ASCII.
  if (std::setlocale(LC_CTYPE, "C.UTF-8") == nullptr && errno == ENOMEM) end_without_memory();
  return end_with(run_command_line(argc, argv));
}
