// All that stages-inl.h uses: headers come in front of a region (simd/target_region.h).
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "leadscan/columns/column_state.h"
#include "leadscan/columns/columns.h"
#include "leadscan/columns/grammar.h"
#include "leadscan/columns/name_table.h"
#include "leadscan/columns/number_masks.h"
#include "leadscan/columns/token_class.h"
#include "leadscan/columns/utf8_lines.h"
#include "leadscan/json/escapes.h"
#include "leadscan/json/number.h"
#include "leadscan/read/member_names.h"
#include "leadscan/read/reading.h"
#include "leadscan/simd/block.h"
#include "leadscan/simd/escape_runs.h"
