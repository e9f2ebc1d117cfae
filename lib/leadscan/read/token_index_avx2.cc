// The token index with the AVX2 kernel.
#if defined(__x86_64__)

#include "leadscan/read/token_index.h"
#include "leadscan/simd/block.h"
#include "leadscan/simd/target_region.h"
#include "leadscan/simd/x86_headers.h"

LEADSCAN_TARGET_BEGIN(LEADSCAN_AVX2)

#include "leadscan/read/token_index-inl.h"
#include "leadscan/simd/avx2-inl.h"

namespace leadscan::internal {

IndexFunction token_index_avx2() noexcept { return &TokenIndexOver<Avx2>::index; }

}  // namespace leadscan::internal

LEADSCAN_TARGET_END

#endif
