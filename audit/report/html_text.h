// Text from anywhere as HTML.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace leadscan::audit {

// to_visible() as HTML: safe in the content of elements and in attributes with quotes.
std::string escape_html(std::string_view text, std::size_t most = 2000);

}  // namespace leadscan::audit
