// From Python's objects to those of the scan, and back. Where something goes wrong a Python
// exception is set.
#pragma once

// clang-format off
#include "python/module/python.h"
// clang-format on

#include <deque>
#include <memory>
#include <string_view>

#include "python/arrow/scan.h"
#include "python/arrow/settings.h"

namespace leadscan::python {

// Calls what may throw std::bad_alloc; `bad`, with MemoryError, if it did.
template <typename Result, typename Call>
Result caught(Result bad, Call call) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const std::exception& error) {  // no thread can be started, say
    PyErr_SetString(PyExc_RuntimeError, error.what());
  }
  return bad;
}

// A dict of settings by name: texts, integers, and lists of bytes (`paths`, `globs`).
bool to_settings(PyObject* dict, arrow::Settings& settings);
// A sequence of (name of a column, form of its texts).
bool to_projection(PyObject* chosen, arrow::Projection& projection);

PyObject* to_text(std::string_view text);
PyObject* to_progress(const arrow::ProgressNumbers& numbers);
// A list of (file, member or None, why).
PyObject* to_errors(const std::vector<audit::InputError>& errors);

// A list of bytes, as it is; views into them.
bool to_views(PyObject* list, std::vector<std::string_view>& out);
PyObject* to_bytes(std::string_view bytes);

// Capsules of the PyCapsule interface; what is in them is released with them.
PyObject* to_capsule(ArrowSchema schema);
PyObject* to_capsule(ArrowArray array);
PyObject* to_capsule(ArrowArrayStream stream);

}  // namespace leadscan::python
