// What --version says.
#pragma once

#include <string>
#include <string_view>

#include "leadscan/version.h"

namespace leadscan::audit {

inline constexpr std::string_view kVersion = LEADSCAN_VERSION;
inline constexpr std::string_view kReleaseDate = "2026-11-28";

// The commit that was built, with a + behind it if files were changed; "0" if the build was not
// told: //:install, the packages and CMake tell it.
extern const char* const kCommit;

// Four lines: the version, the commit, the compiler, and the instruction sets that the library is
// built with, of which the CPU at hand may lack some.
std::string version_text();

}  // namespace leadscan::audit
