#include "python/module/parts.h"

#include <string>
#include <vector>

#include "audit/input/tree.h"
#include "python/arrow/part.h"
#include "python/arrow/ranges.h"
#include "python/module/convert.h"

namespace leadscan::python {
namespace {

PyObject* to_number(std::uint64_t number) { return PyLong_FromUnsignedLongLong(number); }

// find_ranges(settings, path, split, by_frames) -> the ends of ranges; none if it is to be read
// whole.
PyObject* find_ranges(PyObject*, PyObject* args) {
  PyObject* dict = nullptr;
  const char* path = nullptr;
  unsigned long long split = 0;
  int by_frames = 0;
  if (PyArg_ParseTuple(args, "O!yKp", &PyDict_Type, &dict, &path, &split, &by_frames) == 0)
    return nullptr;
  return caught<PyObject*>(nullptr, [&]() -> PyObject* {
    arrow::Settings settings;
    if (!to_settings(dict, settings)) return nullptr;
    std::vector<std::uint64_t> ends;
    {
      const WithoutGil without;
      ends = arrow::find_ranges(settings, path, split, by_frames != 0);
    }
    Owned list(PyList_New(0));
    for (const std::uint64_t end : ends) {
      const Owned number(to_number(end));
      if (!list || !number || PyList_Append(list.get(), number.get()) != 0) return nullptr;
    }
    return list.release();
  });
}

// count_lines(path, begin, end) -> how many lines end there.
PyObject* count_lines(PyObject*, PyObject* args) {
  const char* path = nullptr;
  unsigned long long begin = 0;
  unsigned long long end = 0;
  if (PyArg_ParseTuple(args, "yKK", &path, &begin, &end) == 0) return nullptr;
  return caught<PyObject*>(nullptr, [&] {
    std::uint64_t lines = 0;
    {
      const WithoutGil without;
      lines = arrow::count_lines(path, begin, end);
    }
    return to_number(lines);
  });
}

// find_unmatched(settings) -> paths in whose archives the globs pick nothing.
PyObject* find_unmatched(PyObject*, PyObject* dict) {
  return caught<PyObject*>(nullptr, [&]() -> PyObject* {
    arrow::Settings settings;
    if (!to_settings(dict, settings)) return nullptr;
    std::vector<std::string> paths;
    {
      const WithoutGil without;
      paths = arrow::find_unmatched(audit::list_files(settings.paths, settings.globs));
    }
    Owned list(PyList_New(0));
    for (const std::string& path : paths) {
      const Owned bytes(to_bytes(path));
      if (!list || !bytes || PyList_Append(list.get(), bytes.get()) != 0) return nullptr;
    }
    return list.release();
  });
}

// find_repeated(list of bytes) -> bytes.
PyObject* find_repeated(PyObject*, PyObject* list) {
  return caught<PyObject*>(nullptr, [&]() -> PyObject* {
    std::vector<std::string_view> ids;
    if (!to_views(list, ids)) return nullptr;
    std::string repeated;
    {
      const WithoutGil without;
      repeated = arrow::find_repeated(ids);
    }
    return to_bytes(repeated);
  });
}

// merge_parts(settings, tables, repeated) -> (json, html, errors, failure).
PyObject* merge_parts(PyObject*, PyObject* args) {
  PyObject* dict = nullptr;
  PyObject* tables_list = nullptr;
  PyObject* repeated_list = nullptr;
  if (PyArg_ParseTuple(args, "O!O!O!", &PyDict_Type, &dict, &PyList_Type, &tables_list,
                       &PyList_Type, &repeated_list) == 0)
    return nullptr;
  return caught<PyObject*>(nullptr, [&]() -> PyObject* {
    arrow::Settings settings;
    std::vector<std::string_view> tables;
    std::vector<std::string_view> repeated;
    if (!to_settings(dict, settings) || !to_views(tables_list, tables) ||
        !to_views(repeated_list, repeated))
      return nullptr;
    arrow::WrittenReport report;
    {
      const WithoutGil without;
      report = arrow::merge_parts(settings, tables, repeated);
    }
    const Owned json(to_text(report.json));
    const Owned html(to_text(report.html));
    const Owned errors(to_errors(report.errors));
    const Owned failure(to_text(report.failure));
    if (!json || !html || !errors || !failure) return nullptr;
    return PyTuple_Pack(4, json.get(), html.get(), errors.get(), failure.get());
  });
}

PyMethodDef kMethods[] = {
    {"find_ranges", find_ranges, METH_VARARGS, "Where a file can be cut."},
    {"count_lines", count_lines, METH_VARARGS, "How many lines end in a range of a file."},
    {"find_unmatched", find_unmatched, METH_O, "Paths in whose archives the globs pick nothing."},
    {"find_repeated", find_repeated, METH_O, "Those of these ids that may come more than once."},
    {"merge_parts", merge_parts, METH_VARARGS, "The report, from what all parts came to."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

PyMethodDef* part_methods() { return kMethods; }

}  // namespace leadscan::python
