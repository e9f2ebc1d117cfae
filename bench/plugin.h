// Parsers in shared objects (peer.h).
#pragma once

#include <memory>
#include <string>

#include "bench/parsers/adapter.h"

namespace leadscan::bench {

// Null with a message in `error` if the file is no plug-in. It stays loaded.
std::unique_ptr<Adapter> load_plugin(const std::string& path, std::string& error);

}  // namespace leadscan::bench
