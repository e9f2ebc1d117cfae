// How records are laid out in a text, told from its first bytes.
#pragma once

#include <string_view>

#include "audit/records/chunk.h"

namespace leadscan::audit {

// How many bytes of the front are looked at.
inline constexpr std::size_t kChooseBytes = std::size_t{64} << 10;

// `front`: behind a byte order mark. `whole`: the text ends there.
RecordMode choose_mode(std::string_view front, bool whole) noexcept;

}  // namespace leadscan::audit
