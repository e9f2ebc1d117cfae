// Arena: hands out pieces of memory that the caller provides; and pointers to objects that live
// either in an arena or on the heap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>

namespace leadscan::internal {

class Arena {
 public:
  // Of every piece, and of the memory itself: enough for a cache line, and for any vector.
  static constexpr std::size_t kAlignment = 64;

  // An arena without memory, which only counts how much would be taken.
  constexpr Arena() = default;
  constexpr explicit Arena(std::span<std::byte> memory) noexcept
      : begin_(memory.data()), size_(memory.size()) {}

  // Room for `count` objects, which are never destroyed. Null if there is no room left.
  template <typename T>
  T* take(std::size_t count = 1) noexcept {
    static_assert(alignof(T) <= kAlignment);
    const std::size_t offset = taken_;
    taken_ += (count * sizeof(T) + kAlignment - 1) / kAlignment * kAlignment;
    if (begin_ == nullptr || taken_ > size_) return nullptr;
    return reinterpret_cast<T*>(begin_ + offset);
  }
  std::size_t taken() const noexcept { return taken_; }

 private:
  std::byte* begin_ = nullptr;
  std::size_t size_ = 0;
  std::size_t taken_ = 0;
};

// A deleter that leaves an arena's objects alone.
template <typename T>
struct Release {
  bool in_arena = false;

  template <typename Element>
  void operator()(Element* held) const noexcept {
    if (!in_arena) std::default_delete<T>()(held);
  }
};
template <typename T>
using Held = std::unique_ptr<T, Release<T>>;

template <typename T>
Held<T> held_in_arena(std::remove_extent_t<T>* taken) noexcept {
  return Held<T>(taken, Release<T>{true});
}

}  // namespace leadscan::internal
