// The fast path with the portable kernel.
#include "leadscan/learn/fast_path-inl.h"
#include "leadscan/simd/portable-inl.h"

namespace leadscan::internal {

const MatchFunctions& fast_path_portable() noexcept { return FastPathOver<Portable>::functions(); }

}  // namespace leadscan::internal
