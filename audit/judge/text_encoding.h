// Undoes what writers of logs do to the quotes and line ends of a document.
#pragma once

#include <string>
#include <string_view>

#include "audit/records/chunk.h"

namespace leadscan::audit {

// Whatever is not an escape of this encoding stays as it is.
void decode_text(std::string_view text, TextEncoding encoding, std::string& decoded);

}  // namespace leadscan::audit
