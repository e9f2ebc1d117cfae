// What is made of the flag table for others to read: man page and shell completions.
#pragma once

#include <string>
#include <string_view>

namespace leadscan::audit {

std::string man_page();                           // roff, section 1
std::string completions(std::string_view shell);  // bash, zsh or fish

}  // namespace leadscan::audit
