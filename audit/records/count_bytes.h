#pragma once

#include <cstddef>
#include <cstdint>

namespace leadscan::audit {

// How often `byte` is there.
std::uint64_t count_bytes(const char* data, std::size_t size, char byte);

}  // namespace leadscan::audit
