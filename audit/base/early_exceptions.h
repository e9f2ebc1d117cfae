// For threads that may run out of memory.
#pragma once

#include <exception>

namespace leadscan::audit {

// What a thread's first exception needs of its own glibc allocates then, if the library that has it
// was loaded late, as in Python; and ends the process where there is no memory for it ("cannot
// allocate memory for thread-local data"). So threads ask for it where they begin.
inline void allocate_for_exceptions() noexcept { static_cast<void>(std::current_exception()); }

}  // namespace leadscan::audit
