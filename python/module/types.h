// The module's types: Scan and Audit.
#pragma once

// clang-format off
#include "python/module/python.h"
// clang-format on

namespace leadscan::python {

// Adds them. False, with an exception, if that went wrong.
bool add_types(PyObject* module);

}  // namespace leadscan::python
