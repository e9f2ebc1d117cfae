// Block: the memory of a whole batch, of the size that it has, which is taken and given back at
// once. Buffers that grow stay where they are, and are filled again: memory that is touched for the
// first time costs as much as judging the records whose columns come there.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

namespace leadscan::arrow {

class Block {
 public:
  // Of all that is copied into it by size_of().
  explicit Block(std::size_t size) {
    std::size_t alignment = kAlignment;
    if (size >= kHugePage) alignment = kHugePage;
    size = (size + 1 + alignment - 1) / alignment * alignment;
    data_ = static_cast<char*>(std::aligned_alloc(alignment, size));
    if (data_ == nullptr) throw std::bad_alloc();
#if defined(MADV_HUGEPAGE)
    // A wish: without it each of these pages is asked for by itself.
    if (alignment == kHugePage) madvise(data_, size, MADV_HUGEPAGE);
#endif
  }
  ~Block() { std::free(data_); }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  template <typename T>
  static std::size_t size_of(const T*, std::size_t count) {
    return (count * sizeof(T) + kAlignment - 1) / kAlignment * kAlignment;
  }
  // Never null, as Arrow has it of nothing, too.
  template <typename T>
  const void* copy(const T* values, std::size_t count) {
    char* const begin = data_ + used_;
    if (count != 0) std::memcpy(begin, values, count * sizeof(T));
    used_ += size_of(values, count);
    return begin;
  }

 private:
  static constexpr std::size_t kAlignment = 64;  // as Arrow recommends it
  static constexpr std::size_t kHugePage = std::size_t{2} << 20;

  char* data_;
  std::size_t used_ = 0;
};

}  // namespace leadscan::arrow
