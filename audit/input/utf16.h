// UTF-16 as UTF-8, and what other programs have appended to it in UTF-8.
#pragma once

#include <memory>

#include "audit/input/byte_source.h"
#include "audit/input/format.h"

namespace leadscan::audit {

// The UTF-8 text of `bytes`, which begin as utf16le or utf16be; a byte order mark stays one. Where
// UTF-8 goes on, as after PowerShell's > and Add-Content, it stays what it is, and so on. What no
// character begins with becomes U+FFFD, and error() says so.
std::unique_ptr<ByteSource> make_utf16_source(Format format, std::unique_ptr<ByteSource> bytes);

}  // namespace leadscan::audit
