// Standard input, output and error, as whoever started us left them: closed, full, or gone.
#pragma once

#include <string_view>

namespace leadscan::audit {

// Before anything is opened: no file may get the number of a standard stream that is closed. What
// is read from such a stream or written to it fails as if it still were, but for standard error,
// which takes everything.
void open_standard_streams();

// Before anything is written: a reader that goes away and a file that may not grow are errors of
// the write, not ends of the process.
void ignore_write_signals();

// On standard error. That it cannot be written changes nothing.
void print_error(std::string_view text);
// A line of its own, behind the name of the program.
void tell(std::string_view message);

}  // namespace leadscan::audit
