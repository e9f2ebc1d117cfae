#include "python/module/convert.h"

#include <string>

#include "audit/base/utf8.h"

namespace leadscan::python {
namespace {

constexpr const char* name_of(const ArrowSchema*) { return "arrow_schema"; }
constexpr const char* name_of(const ArrowArray*) { return "arrow_array"; }
constexpr const char* name_of(const ArrowArrayStream*) { return "arrow_array_stream"; }

template <typename T>
void release(T* held) {
  // Of a stream this ends a scan, which takes a moment.
  if (held->release != nullptr) {
    const WithoutGil without;
    held->release(held);
  }
  delete held;
}

template <typename T>
PyObject* make_capsule(T value) {
  T* const held = new T(value);
  PyObject* const capsule = PyCapsule_New(held, name_of(held), [](PyObject* self) {
    release(static_cast<T*>(PyCapsule_GetPointer(self, name_of(static_cast<T*>(nullptr)))));
  });
  if (capsule == nullptr) release(held);
  return capsule;
}

bool to_string(PyObject* object, std::string& out) {
  Py_ssize_t size = 0;
  const char* const data = PyUnicode_AsUTF8AndSize(object, &size);
  if (data == nullptr) return false;
  out.assign(data, static_cast<std::size_t>(size));
  return true;
}

// Names of files may be any bytes but zeros.
bool to_paths(PyObject* list, std::vector<std::string>& out) {
  const Py_ssize_t count = PySequence_Size(list);
  if (count < 0) return false;
  for (Py_ssize_t i = 0; i < count; ++i) {
    const Owned item(PySequence_GetItem(list, i));
    char* data = nullptr;
    if (!item || PyBytes_AsStringAndSize(item.get(), &data, nullptr) != 0) return false;
    out.emplace_back(data);
  }
  return true;
}

bool set(arrow::Settings& settings, const std::string& name, PyObject* value) {
  if (name == "paths") return to_paths(value, settings.paths);
  if (name == "globs") return to_paths(value, settings.globs);
  std::string why;
  if (PyIndex_Check(value) != 0) {
    const Owned index(PyNumber_Index(value));  // numpy's integers are none of Python's
    if (!index) return false;
    const unsigned long long number = PyLong_AsUnsignedLongLong(index.get());
    if (PyErr_Occurred() != nullptr) {
      PyErr_Clear();
      why = "not a number of 64 bits";
    } else {
      why = settings.set_number(name, number);
    }
  } else if (PyUnicode_Check(value) == 0) {
    PyErr_Format(PyExc_TypeError, "%s: neither a text nor an integer: %R", name.c_str(), value);
    return false;
  } else {
    std::string text;
    if (!to_string(value, text)) return false;
    why = settings.set_text(name, text);
  }
  if (why.empty()) return true;
  PyErr_SetString(PyExc_ValueError, (name + ": " + audit::to_utf8(why)).c_str());
  return false;
}

}  // namespace

bool to_views(PyObject* list, std::vector<std::string_view>& out) {
  const Py_ssize_t count = PyList_Size(list);
  if (count < 0) return false;
  for (Py_ssize_t i = 0; i < count; ++i) {
    char* data = nullptr;
    Py_ssize_t size = 0;
    if (PyBytes_AsStringAndSize(PyList_GetItem(list, i), &data, &size) != 0) return false;
    out.emplace_back(data, static_cast<std::size_t>(size));
  }
  return true;
}

PyObject* to_bytes(std::string_view bytes) {
  return PyBytes_FromStringAndSize(bytes.data(), static_cast<Py_ssize_t>(bytes.size()));
}

bool to_settings(PyObject* dict, arrow::Settings& settings) {
  if (PyDict_Check(dict) == 0) {
    PyErr_SetString(PyExc_TypeError, "not a dict");
    return false;
  }
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  Py_ssize_t at = 0;
  while (PyDict_Next(dict, &at, &key, &value) != 0) {
    std::string name;
    if (!to_string(key, name) || !set(settings, name, value)) return false;
  }
  const std::string why = settings.conflict();
  if (!why.empty()) PyErr_SetString(PyExc_ValueError, why.c_str());
  return why.empty();
}

bool to_projection(PyObject* chosen, arrow::Projection& projection) {
  const Py_ssize_t count = PySequence_Size(chosen);
  if (count < 0) return false;
  for (Py_ssize_t i = 0; i < count; ++i) {
    const Owned item(PySequence_GetItem(chosen, i));
    PyObject* name_object = nullptr;
    const char* form_name = nullptr;
    std::string name;
    arrow::TextForm form{};
    if (!item || PyArg_ParseTuple(item.get(), "Os", &name_object, &form_name) == 0) return false;
    if (PyUnicode_Check(name_object) == 0) {
      PyErr_Format(PyExc_TypeError, "columns: not a name: %R", name_object);
      return false;
    }
    if (!to_string(name_object, name)) return false;
    if (!arrow::find_form(form_name, form)) {
      PyErr_Format(PyExc_ValueError, "texts: not utf8, view or dictionary: %s", form_name);
      return false;
    }
    const std::size_t column = arrow::find_column(name);
    if (column == arrow::columns().size()) {
      std::string all;
      for (const arrow::Column& known : arrow::columns())
        all += (all.empty() ? "" : ", ") + known.name;
      PyErr_SetString(PyExc_ValueError,
                      ("no such column: " + name + " (there are " + all + ")").c_str());
      return false;
    }
    if (form == arrow::TextForm::dictionary && !arrow::columns()[column].has_few_texts())
      form = arrow::TextForm::utf8;
    projection.push_back({column, form});
  }
  return true;
}

PyObject* to_text(std::string_view text) {
  return PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
}

PyObject* to_progress(const arrow::ProgressNumbers& numbers) {
  return Py_BuildValue("(KKKK)", static_cast<unsigned long long>(numbers.bytes),
                       static_cast<unsigned long long>(numbers.total_bytes),
                       static_cast<unsigned long long>(numbers.records),
                       static_cast<unsigned long long>(numbers.bad));
}

PyObject* to_errors(const std::vector<audit::InputError>& errors) {
  Owned list(PyList_New(0));
  for (const audit::InputError& error : errors) {
    if (!list) return nullptr;
    const std::string file = audit::to_utf8(error.file);
    const std::string member = audit::to_utf8(error.member.value_or(""));
    const std::string why = audit::to_utf8(error.why);
    const Owned row(
        Py_BuildValue("(szs)", file.c_str(), error.member ? member.c_str() : nullptr, why.c_str()));
    if (!row || PyList_Append(list.get(), row.get()) != 0) return nullptr;
  }
  return list.release();
}

PyObject* to_capsule(ArrowSchema schema) { return make_capsule(schema); }
PyObject* to_capsule(ArrowArray array) { return make_capsule(array); }
PyObject* to_capsule(ArrowArrayStream stream) { return make_capsule(stream); }

}  // namespace leadscan::python
