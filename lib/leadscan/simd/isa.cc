#include "leadscan/isa.h"

namespace leadscan {

bool has_isa(Isa isa) noexcept {
#if defined(__x86_64__)
  switch (isa) {
    case Isa::avx512:
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
             __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("bmi2") &&
             __builtin_cpu_supports("pclmul");
    case Isa::avx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
             __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("pclmul");
    case Isa::portable:
      break;
  }
#endif
  return isa == Isa::portable;
}

Isa best_isa(Isa limit) noexcept {
  for (const Isa isa : {Isa::avx512, Isa::avx2})
    if (isa <= limit && has_isa(isa)) return isa;
  return Isa::portable;
}

std::string_view name_of(Isa isa) noexcept {
  switch (isa) {
    case Isa::portable:
      return "portable";
    case Isa::avx2:
      return "avx2";
    case Isa::avx512:
      return "avx512";
  }
  return "?";
}

}  // namespace leadscan
