// Isa: the instruction sets that the fast path is built for.
#pragma once

#include <cstdint>
#include <string_view>

namespace leadscan {

// In order: a later one is better.
enum class Isa : std::uint8_t {
  portable,  // any CPU: 16-byte vectors (SSE2, NEON) as the compiler has them
  avx2,      // x86-64 with AVX2, BMI1, BMI2 and PCLMULQDQ
  avx512,    // x86-64 with AVX-512 F, BW, VL, VBMI and VBMI2, and those of avx2
};

// The best one that this CPU has and the library was built with, of those up to `limit`.
Isa best_isa(Isa limit = Isa::avx512) noexcept;
// Whether this CPU and this build have it.
bool has_isa(Isa isa) noexcept;

std::string_view name_of(Isa isa) noexcept;

}  // namespace leadscan
