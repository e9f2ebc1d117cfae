// The columnar reader with the AVX-512 kernel.
#if defined(__x86_64__)

#include "leadscan/columns/stages_headers.h"
#include "leadscan/simd/target_region.h"
#include "leadscan/simd/x86_headers.h"

LEADSCAN_TARGET_BEGIN(LEADSCAN_AVX512)

#include "leadscan/columns/stages-inl.h"

namespace leadscan::internal {

const ColumnFunctions& columns_avx512() noexcept {
  static constexpr ColumnFunctions kFunctions = {&avx512::ColumnStages::load,
                                                 &avx512::ColumnStages::next};
  return kFunctions;
}

}  // namespace leadscan::internal

LEADSCAN_TARGET_END

#endif
