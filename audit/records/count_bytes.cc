#include "audit/records/count_bytes.h"

#include <algorithm>
#include <cstring>

namespace leadscan::audit {
namespace {

using Bytes __attribute__((vector_size(32))) = unsigned char;

}  // namespace

// Compiled twice, for CPUs with 32-byte vectors and for others.
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
__attribute__((target_clones("avx2", "default"), optimize("O3")))
#endif
std::uint64_t
count_bytes(const char* data, std::size_t size, char byte) {
  const Bytes wanted = Bytes{} + static_cast<unsigned char>(byte);
  std::uint64_t count = 0;
  while (size != 0) {
    // Sums of bytes that cannot overflow.
    const std::size_t block = std::min<std::size_t>(size, sizeof(Bytes) * 255);
    Bytes sums = {};
    std::size_t i = 0;
    const auto add = [&](const char* at) {
      Bytes here;
      std::memcpy(&here, at, sizeof here);
      sums -= reinterpret_cast<Bytes>(here == wanted);  // 255, and so -1, where it is
    };
    for (; i + 4 * sizeof(Bytes) <= block; i += 4 * sizeof(Bytes))
      for (std::size_t k = 0; k < 4; ++k) add(data + i + k * sizeof(Bytes));
    for (; i + sizeof(Bytes) <= block; i += sizeof(Bytes)) add(data + i);
    for (std::size_t k = 0; k < sizeof(Bytes); ++k) count += sums[k];
    for (; i < block; ++i) count += data[i] == byte;
    data += block;
    size -= block;
  }
  return count;
}

}  // namespace leadscan::audit
