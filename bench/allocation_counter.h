// Counts what the calling thread allocates, by being in front of malloc.
#pragma once

#include <cstdint>

namespace leadscan::bench {

// Calls of malloc and its kin so far, operator new's included. Always 0 where can_count is false.
std::uint64_t allocations() noexcept;
// False under sanitizers, which are there themselves, and elsewhere than on glibc.
bool can_count_allocations() noexcept;

}  // namespace leadscan::bench
