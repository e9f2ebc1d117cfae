// What the names of files, and of members of archives, say.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadscan::audit {

// Whether `path`, below a directory or in an archive, is one that systems put beside the files that
// they are asked for, and never a log: AppleDouble (._x, __MACOSX/), .DS_Store, Hadoop's .x.crc.
bool is_companion(std::string_view path);

// Whether one of `globs` matches: the last part of `path`, or, if the pattern has a slash, all.
bool matches_any(const std::string& path, const std::vector<std::string>& globs);

// Whether the last part of a name, in any case, has .tar, .tgz or the like in it.
bool says_tar(std::string_view path);

}  // namespace leadscan::audit
