// leadscan._core: what the Python package is made of. Users have leadscan/__init__.py.
// clang-format off
#include "python/module/python.h"
// clang-format on

#include <string>

#include "audit/input/tree.h"
#include "leadscan/version.h"
#include "python/arrow/columns.h"
#include "python/arrow/document.h"
#include "python/arrow/exports.h"
#include "python/module/convert.h"
#include "python/module/parts.h"
#include "python/module/types.h"

namespace leadscan::python {
namespace {

using arrow::Column;
using arrow::ColumnType;
using arrow::Values;

const char* type_name(ColumnType type) {
  switch (type) {
    case ColumnType::text:
    case ColumnType::word:
      return "utf8";
    case ColumnType::integer:
      return "int64";
    case ColumnType::boolean:
      return "bool";
    case ColumnType::texts:
      return "list<utf8>";
  }
  return "";
}

PyObject* list_columns(PyObject*, PyObject*) {
  return caught<PyObject*>(nullptr, []() -> PyObject* {
    Owned list(PyList_New(0));
    for (const Column& column : arrow::columns()) {
      const Owned row(Py_BuildValue("(ssOs)", column.name.c_str(), type_name(column.type),
                                    column.nullable ? Py_True : Py_False, column.meaning.c_str()));
      if (!list || !row || PyList_Append(list.get(), row.get()) != 0) return nullptr;
    }
    return list.release();
  });
}

// check(settings): ValueError if they cannot be.
PyObject* check(PyObject*, PyObject* dict) {
  return caught<PyObject*>(nullptr, [&]() -> PyObject* {
    arrow::Settings settings;
    if (!to_settings(dict, settings)) return nullptr;
    Py_RETURN_NONE;
  });
}

// list_files(settings) -> (files, errors): of each that is read its name, as bytes, and whether the
// globs pick from its members; and what could not be listed.
PyObject* list_files(PyObject*, PyObject* dict) {
  return caught<PyObject*>(nullptr, [&]() -> PyObject* {
    arrow::Settings settings;
    if (!to_settings(dict, settings)) return nullptr;
    audit::Tree tree;
    {
      const WithoutGil without;
      tree = audit::list_files(settings.paths, settings.globs);
    }
    const Owned files(PyList_New(0));
    const Owned errors(to_errors(tree.errors));
    if (!files || !errors) return nullptr;
    for (std::size_t i = 0; i < tree.files.size(); ++i) {
      const std::string& name = tree.files[i];
      const Owned file(Py_BuildValue("(y#O)", name.data(), static_cast<Py_ssize_t>(name.size()),
                                     tree.is_by_member(i) ? Py_True : Py_False));
      if (!file || PyList_Append(files.get(), file.get()) != 0) return nullptr;
    }
    return PyTuple_Pack(2, files.get(), errors.get());
  });
}

// schema(columns) -> capsule.
PyObject* make_schema(PyObject*, PyObject* chosen) {
  return caught<PyObject*>(nullptr, [&]() -> PyObject* {
    arrow::Projection projection;
    if (!to_projection(chosen, projection)) return nullptr;
    ArrowSchema schema;
    arrow::export_schema(projection, &schema);
    return to_capsule(schema);
  });
}

// How a consumer would have the texts of a column.
arrow::TextForm form_of(const ArrowSchema& schema) {
  if (schema.dictionary != nullptr) return arrow::TextForm::dictionary;
  return schema.format == std::string_view("vu") ? arrow::TextForm::view : arrow::TextForm::utf8;
}

// requested(capsule of a schema) -> of each of its columns the name and the form.
PyObject* requested(PyObject*, PyObject* capsule) {
  const auto* const schema =
      static_cast<ArrowSchema*>(PyCapsule_GetPointer(capsule, "arrow_schema"));
  if (schema == nullptr) return nullptr;
  Owned list(PyList_New(0));
  for (std::int64_t i = 0; i < schema->n_children; ++i) {
    const ArrowSchema& child = *schema->children[i];
    const Owned column(Py_BuildValue("(ss)", child.name == nullptr ? "" : child.name,
                                     name_of(form_of(child)).data()));
    if (!list || !column || PyList_Append(list.get(), column.get()) != 0) return nullptr;
  }
  return list.release();
}

PyObject* to_list(Values& values) {
  Owned list(PyList_New(0));
  for (auto left = values.number<std::uint32_t>(); left > 0; --left) {
    const Owned text(to_text(values.text()));
    if (!list || !text || PyList_Append(list.get(), text.get()) != 0) return nullptr;
  }
  return list.release();
}

PyObject* to_object(const Column& column, Values& values) {
  switch (column.type) {
    case ColumnType::texts:
      return to_list(values);
    case ColumnType::word:
      return to_text(column.words[values.number<std::uint8_t>()].view());
    case ColumnType::text: {
      const auto size = values.number<std::uint32_t>();
      if (size == Values::kNull) Py_RETURN_NONE;
      return to_text(values.bytes(size));
    }
    case ColumnType::integer:
      if (!values.has_value()) Py_RETURN_NONE;
      return PyLong_FromLongLong(values.number<std::int64_t>());
    case ColumnType::boolean:
      if (!values.has_value()) Py_RETURN_NONE;
      return PyBool_FromLong(values.number<bool>() ? 1 : 0);
  }
  Py_RETURN_NONE;
}

// A buffer of bytes, given back.
struct View {
  Py_buffer buffer{};
  bool held = false;

  explicit View(PyObject* object) : held(PyObject_GetBuffer(object, &buffer, PyBUF_SIMPLE) == 0) {}
  ~View() {
    if (held) PyBuffer_Release(&buffer);
  }
};

// parse(bytes) -> dict, of all columns that are not about where a record is.
PyObject* parse(PyObject*, PyObject* object) {
  const View view(object);
  if (!view.held) return nullptr;
  if (static_cast<std::size_t>(view.buffer.len) > kLargestDocument) {
    PyErr_SetString(PyExc_ValueError, "longer than 4 GiB");
    return nullptr;
  }
  return caught<PyObject*>(nullptr, [&]() -> PyObject* {
    const std::size_t begin = arrow::find_column("verdict");
    const std::size_t end = arrow::columns().size();
    arrow::Row row;
    {
      const WithoutGil without;
      arrow::append_document(
          {static_cast<const char*>(view.buffer.buf), static_cast<std::size_t>(view.buffer.len)},
          begin, end, row);
    }
    Values values({row.data(), row.size()});
    Owned dict(PyDict_New());
    for (std::size_t i = begin; dict && i < end; ++i) {
      const Column& column = arrow::columns()[i];
      const Owned value(to_object(column, values));
      if (!value || PyDict_SetItemString(dict.get(), column.name.c_str(), value.get()) != 0)
        return nullptr;
    }
    return dict.release();
  });
}

PyMethodDef kMethods[] = {
    {"columns", list_columns, METH_NOARGS, "[(name, type, nullable, meaning)]"},
    {"check", check, METH_O, "Whether settings can be: else a ValueError."},
    {"list_files", list_files, METH_O, "The files of settings, and what could not be listed."},
    {"schema", make_schema, METH_O, "The schema of some columns, as a capsule."},
    {"requested", requested, METH_O, "The columns of a schema, and in which form."},
    {"parse", parse, METH_O, "The verdict on a document, and its fields."},
    {nullptr, nullptr, 0, nullptr},
};

int fill_module(PyObject* module) {
  if (PyModule_AddStringConstant(module, "version", LEADSCAN_VERSION) != 0) return -1;
  return add_types(module) && PyModule_AddFunctions(module, part_methods()) == 0 ? 0 : -1;
}

PyModuleDef_Slot kSlots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(fill_module)},
    {0, nullptr},
};

PyModuleDef kModule = {
    PyModuleDef_HEAD_INIT, "_core", nullptr, 0, kMethods, kSlots, nullptr, nullptr, nullptr,
};

}  // namespace
}  // namespace leadscan::python

PyMODINIT_FUNC PyInit__core() { return PyModuleDef_Init(&leadscan::python::kModule); }
