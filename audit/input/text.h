// Whether bytes are text, and what they are if they are not.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace leadscan::audit {

enum class TextKind { utf8, utf16le, utf16be, none };

// The kind of a text that begins like this. `none`: bytes that could yield nothing but bad records.
// A text may have single bytes in it that no text has, or be in some older encoding, or have runs
// of NULs: what is wrong with it is for its records to say.
TextKind text_kind(std::string_view front);

// For messages: what bytes are that are not text, or a text that wraps something ("PGP message");
// empty if that is not known. Any thread.
std::string name_of_binary(std::string_view front);

}  // namespace leadscan::audit
