// Whether a text is an HTTP archive (HAR), told from its beginning.
#pragma once

#include <cstddef>
#include <string_view>

namespace leadscan::audit {

// By this many bytes, or by all if there are fewer.
inline constexpr std::size_t kArchiveFront = 4096;
bool is_http_archive(std::string_view front) noexcept;

}  // namespace leadscan::audit
