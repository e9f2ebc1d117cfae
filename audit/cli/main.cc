// leadscan: audits logs of responses. See flags.cc for what it takes.
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <clocale>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <new>
#include <string_view>

#include "audit/cli/commands.h"
#include "audit/cli/parse.h"

namespace {

using leadscan::audit::kNotReadWhole;

[[noreturn]] void end_without_memory() {
  constexpr std::string_view kWhy =
      "leadscan: not enough memory to go on: give it more, or fewer --jobs\n";
  const ssize_t written = ::write(STDERR_FILENO, kWhy.data(), kWhy.size());
  static_cast<void>(written);
  ::_exit(kNotReadWhole);
}

// Of what is not thrown to somewhere: from a destructor, or before main().
[[noreturn]] void terminate() {
  try {
    if (std::current_exception() != nullptr) std::rethrow_exception(std::current_exception());
  } catch (const std::bad_alloc&) {
    end_without_memory();
  } catch (...) {
    std::abort();
  }
  std::abort();
}

// libarchive calls exit(1) where it has no memory for a name; 1 would mean that all was read.
bool returned = false;
void end_if_not_returned() {
  if (!returned) ::_exit(kNotReadWhole);
}

// Before what other files have to initialize, which takes memory too.
__attribute__((constructor(101))) void prepare() {
  std::set_terminate(terminate);
  std::atexit(end_if_not_returned);
}

constexpr std::size_t kStackBytes = std::size_t{512} << 10;

// A stack that cannot grow when it has to kills the process, so it grows now, or it is known that
// it cannot.
bool has_room_for_stack() {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur <= 2 * kStackBytes) return false;
  void* const room = ::mmap(nullptr, 2 * kStackBytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) end_without_memory();
  ::munmap(room, 2 * kStackBytes);
  return true;
}
__attribute__((noinline)) void claim_stack() {
  volatile char stack[kStackBytes];
  for (std::size_t at = 0; at < kStackBytes; at += 1024) stack[at] = 0;
  static_cast<void>(stack[0]);
}

int run(int argc, char** argv) {
  // Members' names are UTF-8 as a rule; without this libarchive gives none that is not ASCII.
  if (std::setlocale(LC_CTYPE, "C.UTF-8") == nullptr && errno == ENOMEM) throw std::bad_alloc();
  // `bazel run` starts programs in a folder of its own; paths are meant from where the user is.
  const char* folder = std::getenv("BUILD_WORKING_DIRECTORY");
  if (folder != nullptr && ::chdir(folder) != 0) return leadscan::audit::kUsage;
  const leadscan::audit::Parsed parsed = leadscan::audit::parse_command_line(argc, argv);
  if (!parsed.options) return parsed.exit_code;
  return leadscan::audit::run(*parsed.options);
}

}  // namespace

int main(int argc, char** argv) {
  if (has_room_for_stack()) claim_stack();
  try {
    const int code = run(argc, argv);
    returned = true;
    return code;
  } catch (const std::bad_alloc&) {
    end_without_memory();
  }
}
