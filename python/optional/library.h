// A shared library that is looked for when it is first needed, and done without where there is
// none: the module itself defines its functions, so that it is not linked with it.
#pragma once

#include <dlfcn.h>

#include <cstdlib>

namespace leadscan::optional {

// `variable`: of the environment, with the name or path of another one. Null if there is none. It
// is never closed.
inline void* open_library(const char* variable, const char* name) {
  const char* const other = std::getenv(variable);
  return ::dlopen(other == nullptr ? name : other, RTLD_NOW | RTLD_LOCAL);
}

// False, too, if the library does not have the function.
template <typename Function>
bool find_function(void* library, const char* name, Function& function) {
  function = library == nullptr ? nullptr : reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

}  // namespace leadscan::optional
