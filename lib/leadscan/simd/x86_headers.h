// All that is used between LEADSCAN_TARGET_BEGIN and _END must have been included in front of it;
// these are what the kernels for x86-64 and the code over them use.
#pragma once

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "leadscan/json/characters.h"
#include "leadscan/simd/block.h"
#include "leadscan/simd/escape_runs.h"
#include "leadscan/simd/nibbles.h"
