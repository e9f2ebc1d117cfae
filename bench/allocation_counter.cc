#include "bench/allocation_counter.h"

#include <cstddef>
#include <cstdlib>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define LEADSCAN_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LEADSCAN_SANITIZED 1
#endif

#if defined(__GLIBC__) && !defined(LEADSCAN_SANITIZED)

namespace {

// An increment of this is all that a timed parser pays for being counted.
thread_local std::uint64_t count __attribute__((tls_model("initial-exec"))) = 0;

}  // namespace

// What glibc calls its own functions. operator new calls malloc.
extern "C" {
void* __libc_malloc(std::size_t size) noexcept;
void* __libc_calloc(std::size_t count, std::size_t size) noexcept;
void* __libc_realloc(void* memory, std::size_t size) noexcept;
void* __libc_memalign(std::size_t alignment, std::size_t size) noexcept;
void __libc_free(void* memory) noexcept;

void* malloc(std::size_t size) noexcept {
  ++count;
  return __libc_malloc(size);
}
void* calloc(std::size_t items, std::size_t size) noexcept {
  ++count;
  return __libc_calloc(items, size);
}
void* realloc(void* memory, std::size_t size) noexcept {
  ++count;
  return __libc_realloc(memory, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  ++count;
  return __libc_memalign(alignment, size);
}
void* memalign(std::size_t alignment, std::size_t size) noexcept {
  ++count;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept {
  ++count;
  *memory = __libc_memalign(alignment, size);
  return *memory == nullptr ? 12 : 0;  // ENOMEM
}
void free(void* memory) noexcept { __libc_free(memory); }
}

namespace leadscan::bench {
std::uint64_t allocations() noexcept { return count; }
bool can_count_allocations() noexcept { return true; }
}  // namespace leadscan::bench

#else

namespace leadscan::bench {
std::uint64_t allocations() noexcept { return 0; }
bool can_count_allocations() noexcept { return false; }
}  // namespace leadscan::bench

#endif
