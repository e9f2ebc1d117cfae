// Block: the memory of a whole batch, of the size that it has, which is taken and given back at
// once. Buffers that grow stay where they are, and are filled again: memory that is touched for the
// first time costs as much as judging the records whose columns come there.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

namespace leadscan::arrow {

class Block {
 public:
  // Of all that is copied into it by size_of().
  explicit Block(std::size_t size)
      : data_(static_cast<char*>(std::aligned_alloc(kAlignment, size + kAlignment))) {
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

  char* data_;
  std::size_t used_ = 0;
};

}  // namespace leadscan::arrow
