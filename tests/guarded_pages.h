// GuardedPages: memory beside which nothing can be read or written.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "leadscan/parser.h"

namespace leadscan::testing {

// Readable pages between two that are not.
class GuardedPages {
 public:
  explicit GuardedPages(std::size_t bytes)
      : page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))),
        size_((bytes + page_ - 1) / page_ * page_) {
    void* memory = mmap(nullptr, size_ + 2 * page_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    begin_ = static_cast<char*>(memory) + page_;
    if (mprotect(begin_, size_, PROT_READ | PROT_WRITE) != 0) std::abort();
  }
  ~GuardedPages() { munmap(begin_ - page_, size_ + 2 * page_); }
  GuardedPages(const GuardedPages&) = delete;
  GuardedPages& operator=(const GuardedPages&) = delete;

  // The bytes' copy, right behind the first guard page; or right in front of the other one.
  std::string_view at_begin(std::string_view bytes) {
    std::memset(begin_, kFilling, size_);
    return copy(begin_, bytes);
  }
  std::string_view at_end(std::string_view bytes) {
    std::memset(begin_, kFilling, size_);
    return copy(end() - bytes.size(), bytes);
  }
  // The same with kPadding bytes up to the guard page.
  PaddedBytes padded(std::string_view bytes) {
    std::memset(begin_, kFilling, size_);
    const std::string_view moved = copy(end() - kPadding - bytes.size(), bytes);
    return {moved.data(), moved.size(), moved.size() + kPadding};
  }
  char* begin() { return begin_; }
  char* end() { return begin_ + size_; }

 private:
  static constexpr char kFilling = '}';  // would complete many a truncated document
  static std::string_view copy(char* to, std::string_view bytes) {
    if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
    return {to, bytes.size()};
  }

  std::size_t page_;
  std::size_t size_;
  char* begin_;
};

}  // namespace leadscan::testing
