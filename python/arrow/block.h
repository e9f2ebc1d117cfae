// Block: the memory of a whole batch, which is taken and given back at once. A page that is touched
// for the first time costs as much as judging the records whose columns are in it, so that large
// ones are asked for.
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
    if (size < kLargePage) {
      data_ =
          static_cast<char*>(std::aligned_alloc(kAlignment, (size / kAlignment + 1) * kAlignment));
    } else {
      size = (size + kLargePage - 1) / kLargePage * kLargePage;
      data_ = static_cast<char*>(std::aligned_alloc(kLargePage, size));
      if (data_ != nullptr) ::madvise(data_, size, MADV_HUGEPAGE);  // if it can be had
    }
    if (data_ == nullptr) throw std::bad_alloc();
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
  static constexpr std::size_t kLargePage = std::size_t{2} << 20;

  char* data_ = nullptr;
  std::size_t used_ = 0;
};

}  // namespace leadscan::arrow
