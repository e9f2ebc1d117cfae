// Parsers in shared objects (peer.h).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/parsers/adapter.h"

namespace leadscan::bench {

// Null with a message in `error` if the file is no plug-in. It stays loaded.
std::unique_ptr<Adapter> load_plugin(const std::string& path, std::string& error);

// The same of a file; or of a folder all plug-ins in it (libpeer_NAME.so), and what could not be
// had (NAME.unavailable, a line that says what to install), in the order of the names. False with a
// message in `error`.
bool load_plugins(const std::string& path, std::vector<std::unique_ptr<Adapter>>& adapters,
                  std::string& error);

}  // namespace leadscan::bench
