// The files that SQLite puts beside a database, and goes by when it finds them there.
#pragma once

#include <string>

namespace leadscan::audit {

enum class SideFile { none, empty, of_sqlite, other };

// What is at `path`, which ends in -journal, -wal or -shm. SQLite would apply it to the database it
// is beside, remove it or write over it, whether or not it belongs to it.
SideFile look_at_side_file(const std::string& path);

}  // namespace leadscan::audit
