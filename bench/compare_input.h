// A log of the user's own: plain, or compressed by a common tool, which is asked to unpack it.
#pragma once

#include <optional>
#include <string>

namespace leadscan::bench {

// The whole text of a file; nullopt with a message in `error`.
std::optional<std::string> read_input(const std::string& path, std::string& error);

}  // namespace leadscan::bench
