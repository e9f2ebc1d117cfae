// The functions for those who read an input in parts, on many machines.
#pragma once

// clang-format off
#include "python/module/python.h"
// clang-format on

namespace leadscan::python {

PyMethodDef* part_methods();

}  // namespace leadscan::python
