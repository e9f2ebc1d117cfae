// libmagic, which names what is no text. Where it is not installed, nothing has a name but what
// leadscan knows itself.
#include <magic.h>

#include "python/optional/library.h"

namespace {

struct Calls {
  decltype(&::magic_open) open = nullptr;
  decltype(&::magic_load) load = nullptr;
  decltype(&::magic_close) close = nullptr;
  decltype(&::magic_buffer) buffer = nullptr;
  bool there = false;

  Calls() {
    using leadscan::optional::find_function;
    void* const library = leadscan::optional::open_library("LEADSCAN_LIBMAGIC", "libmagic.so.1");
    there = find_function(library, "magic_open", open) &&
            find_function(library, "magic_load", load) &&
            find_function(library, "magic_close", close) &&
            find_function(library, "magic_buffer", buffer);
  }
};

const Calls& calls() {
  static const Calls kCalls;
  return kCalls;
}

}  // namespace

extern "C" {

magic_t magic_open(int flags) { return calls().there ? calls().open(flags) : nullptr; }

// Of one that was opened.
int magic_load(magic_t cookie, const char* files) { return calls().load(cookie, files); }
void magic_close(magic_t cookie) { calls().close(cookie); }
const char* magic_buffer(magic_t cookie, const void* data, size_t size) {
  return calls().buffer(cookie, data, size);
}

}  // extern "C"
