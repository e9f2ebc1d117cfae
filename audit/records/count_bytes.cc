#include "audit/records/count_bytes.h"

#include <algorithm>
#include <cstring>

namespace leadscan::audit {
namespace {

// As large as any CPU has them: of 32 bytes gcc makes single ones where it has no AVX2.
using Bytes __attribute__((vector_size(16))) = unsigned char;
constexpr std::size_t kAtOnce = 8;

}  // namespace

// All of a log goes through it, of builds that are not optimised, too.
#if defined(__GNUC__) && !defined(__clang__)
__attribute__((optimize("O3")))
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
    for (; i + kAtOnce * sizeof(Bytes) <= block; i += kAtOnce * sizeof(Bytes))
      for (std::size_t k = 0; k < kAtOnce; ++k) add(data + i + k * sizeof(Bytes));
    for (; i + sizeof(Bytes) <= block; i += sizeof(Bytes)) add(data + i);
    for (std::size_t k = 0; k < sizeof(Bytes); ++k) count += sums[k];
    for (; i < block; ++i) count += data[i] == byte;
    data += block;
    size -= block;
  }
  return count;
}

}  // namespace leadscan::audit
