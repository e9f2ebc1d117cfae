// Whether bytes are text, and what they are if they are not.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace leadscan::audit {

enum class TextKind { utf8, utf16le, utf16be, none };

// What a text is that begins so. `none` is for bytes of which no more than bad records could come.
// A text may have single bytes in it that no text has, or be in some older encoding, or have runs
// of NULs: what is wrong with it is for its records to say.
TextKind text_kind(std::string_view front);

// For messages: what bytes are that are no text, or text that is a wrapping ("PGP message"); empty
// if nobody knows. Any thread.
std::string name_of_binary(std::string_view front);

}  // namespace leadscan::audit
