// Functions between LEADSCAN_TARGET_BEGIN("avx2,bmi") and LEADSCAN_TARGET_END are compiled for
// these instruction sets, and nothing else is: with a flag for the whole file, an inline function
// of some header would be, too, and the linker could choose that copy for every CPU. So headers
// come first, all of them.
#pragma once

// What Isa::avx2 and Isa::avx512 (isa.h) stand for; has_isa() asks the CPU for the same.
#define LEADSCAN_AVX2 "avx2,bmi,bmi2,popcnt,pclmul"
#define LEADSCAN_AVX512 \
  "avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,avx2,bmi,bmi2,popcnt,pclmul"

#define LEADSCAN_PRAGMA(text) _Pragma(#text)
#if defined(__clang__)
#define LEADSCAN_TARGET_BEGIN(sets) \
  LEADSCAN_PRAGMA(clang attribute push(__attribute__((target(sets))), apply_to = function))
#define LEADSCAN_TARGET_END LEADSCAN_PRAGMA(clang attribute pop)
#else
#define LEADSCAN_TARGET_BEGIN(sets) \
  LEADSCAN_PRAGMA(GCC push_options) LEADSCAN_PRAGMA(GCC target(sets))
#define LEADSCAN_TARGET_END LEADSCAN_PRAGMA(GCC pop_options)
#endif
