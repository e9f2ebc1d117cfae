#include "leadscan/learn/fast_path.h"

#include <new>

namespace leadscan {

namespace internal {

FastPath::FastPath(Isa isa) noexcept : match_(&fast_path_portable()) {
#if defined(__x86_64__)
  if (isa == Isa::avx512) match_ = &fast_path_avx512();
  if (isa == Isa::avx2) match_ = &fast_path_avx2();
#else
  static_cast<void>(isa);
#endif
}

bool FastPath::allocate() noexcept {
  cache_.reset(new (std::nothrow) LayoutCache);
  return cache_ != nullptr;
}

bool FastPath::take_from(Arena& arena) noexcept {
  auto* cache = arena.take<LayoutCache>();
  if (cache != nullptr) cache_ = held_in_arena<LayoutCache>(new (cache) LayoutCache);
  return cache != nullptr;
}

}  // namespace internal
}  // namespace leadscan
