// Buffer: values one behind the other, appended to in the innermost loop, where a vector's or
// string's call for each of them is most of what it takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace leadscan::arrow {

// memcpy(), without a call where there are few bytes: of texts that is most of what it takes.
inline void copy_bytes(char* out, const char* from, std::size_t size) {
  const auto copy_ends = [&]<typename Block>(Block) {
    Block front;
    Block back;
    std::memcpy(&front, from, sizeof front);
    std::memcpy(&back, from + size - sizeof back, sizeof back);
    std::memcpy(out, &front, sizeof front);
    std::memcpy(out + size - sizeof back, &back, sizeof back);
  };
  struct Sixteen {
    std::uint64_t halves[2];
  };
  if (size > 2 * sizeof(Sixteen)) {
    std::memcpy(out, from, size);
  } else if (size >= sizeof(Sixteen)) {
    copy_ends(Sixteen{});
  } else if (size >= sizeof(std::uint64_t)) {
    copy_ends(std::uint64_t{});
  } else if (size >= sizeof(std::uint32_t)) {
    copy_ends(std::uint32_t{});
  } else {
    for (std::size_t i = 0; i < size; ++i) out[i] = from[i];
  }
}

template <typename T>
class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Buffer() { std::free(data_); }

  const T* data() const { return data_; }
  std::size_t size() const { return size_; }
  T& back() { return data_[size_ - 1]; }
  void clear() { size_ = 0; }

  // So many may be written to end() then.
  void reserve(std::size_t more) {
    if (capacity_ - size_ < more) [[unlikely]]
      grow(size_ + more);
  }
  T* begin() { return data_; }
  T* end() { return data_ + size_; }
  void add(std::size_t count) { size_ += count; }

  void push(T value) {
    reserve(1);
    data_[size_++] = value;
  }
  void append(const T* values, std::size_t count) {
    reserve(count);
    if (count != 0) std::memcpy(end(), values, count * sizeof(T));
    size_ += count;
  }
  // The bytes of a value of another type.
  template <typename Other>
  void put(Other value) {
    static_assert(sizeof(T) == 1);
    reserve(sizeof value);
    std::memcpy(end(), &value, sizeof value);
    size_ += sizeof value;
  }

 private:
  void swap(Buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }
  void grow(std::size_t least) {
    std::size_t capacity = capacity_ == 0 ? 4096 / sizeof(T) : 2 * capacity_;
    if (capacity < least) capacity = least;
    void* const data = std::realloc(data_, capacity * sizeof(T));
    if (data == nullptr) throw std::bad_alloc();
    data_ = static_cast<T*>(data);
    capacity_ = capacity;
  }

  T* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace leadscan::arrow
