#include "audit/cli/out_of_memory.h"

#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <exception>
#include <new>

#include "audit/cli/commands.h"
#include "audit/cli/standard_streams.h"

namespace leadscan::audit {
namespace {

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
bool is_meant = false;
void end_unless_meant() {
  if (!is_meant) ::_exit(kNotReadWhole);
}

// Before what other files have to initialize, which takes memory too.
__attribute__((constructor(101))) void prepare() {
  std::set_terminate(terminate);
  std::atexit(end_unless_meant);
}

constexpr std::size_t kStackBytes = std::size_t{512} << 10;

__attribute__((noinline)) void touch_stack() {
  volatile char stack[kStackBytes];
  for (std::size_t at = 0; at < kStackBytes; at += 1024) stack[at] = 0;
  static_cast<void>(stack[0]);
}

}  // namespace

void end_without_memory() {
  // Without a string, for which there may be no memory.
  print_error(
      "leadscan: out of memory: give it more, or less to do at once (--jobs, --memory, "
      "--max-record)\n");
  ::_exit(kNotReadWhole);
}

// Where address space is limited, malloc must not set 64 MiB of it aside for each thread.
void share_one_heap() {
#if defined(__GLIBC__)
  rlimit limit = {};
  if (::getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    ::mallopt(M_ARENA_MAX, 1);
#endif
}

void keep_large_blocks_apart() {
#if defined(__GLIBC__)
  // As given, malloc does not raise it when such a block is freed.
  ::mallopt(M_MMAP_THRESHOLD, 512 << 10);
#endif
}

// A stack that cannot grow when it has to kills the process, so it grows now, or it is known that
// it cannot.
void claim_stack() {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur <= 2 * kStackBytes) return;
  void* const room =
      ::mmap(nullptr, 2 * kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) end_without_memory();
  ::munmap(room, 2 * kStackBytes);
  touch_stack();
}

int end_with(int exit_code) {
  is_meant = true;
  return exit_code;
}

}  // namespace leadscan::audit
