// The fast path with the AVX2 kernel.
#if defined(__x86_64__)

#include "leadscan/json/scanner.h"
#include "leadscan/learn/fast_path.h"
#include "leadscan/simd/block.h"
#include "leadscan/simd/target_region.h"
#include "leadscan/simd/x86_headers.h"

LEADSCAN_TARGET_BEGIN(LEADSCAN_AVX2)

#include "leadscan/learn/fast_path-inl.h"
#include "leadscan/simd/avx2-inl.h"

namespace leadscan::internal {

const MatchFunctions& fast_path_avx2() noexcept { return FastPathOver<Avx2>::functions(); }

}  // namespace leadscan::internal

LEADSCAN_TARGET_END

#endif
