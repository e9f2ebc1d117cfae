#include "audit/records/count_bytes.h"

#include <algorithm>

namespace leadscan::audit {

// Compiled twice, for CPUs with 32-byte vectors and for others.
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
__attribute__((target_clones("avx2", "default"), optimize("O3")))
#endif
std::uint64_t
count_bytes(const char* data, std::size_t size, char byte) {
  std::uint64_t count = 0;
  while (size != 0) {
    // Sums of bytes that cannot overflow, so that the compiler adds 32 at a time.
    const std::size_t block = std::min<std::size_t>(size, 32 * 255);
    std::uint8_t sums[32] = {};
    std::size_t i = 0;
    for (; i + 32 <= block; i += 32)
      for (int k = 0; k < 32; ++k)
        sums[k] = static_cast<std::uint8_t>(sums[k] + (data[i + k] == byte));
    for (const std::uint8_t sum : sums) count += sum;
    for (; i < block; ++i) count += data[i] == byte;
    data += block;
    size -= block;
  }
  return count;
}

}  // namespace leadscan::audit
