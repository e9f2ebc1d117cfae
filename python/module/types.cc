#include "python/module/types.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "python/arrow/audit_run.h"
#include "python/arrow/part.h"
#include "python/arrow/scan.h"
#include "python/module/convert.h"

namespace leadscan::python {
namespace {

using arrow::AuditRun;
using arrow::PartAudit;
using arrow::Scan;

// What a Scan object has besides the scan: batches that were waited for and not given on yet.
struct ScanState {
  std::shared_ptr<Scan> scan;
  std::deque<ArrowArray> kept;
  bool keeps_errors = false;

  ~ScanState() {
    for (ArrowArray& batch : kept) batch.release(&batch);
  }
};

template <typename State>
struct Object {
  PyObject_HEAD State* state;
};

// Null, with an exception, of an object whose __init__ was not called.
template <typename State>
State* state_of(PyObject* self) {
  State* const state = reinterpret_cast<Object<State>*>(self)->state;
  if (state == nullptr) PyErr_SetString(PyExc_ValueError, "not initialized");
  return state;
}

template <typename State>
void set_state(PyObject* self, State* state) {
  State* const old = std::exchange(reinterpret_cast<Object<State>*>(self)->state, state);
  if (old == nullptr) return;
  // It waits for the scan's threads.
  const WithoutGil without;
  delete old;
}

template <typename State>
void deallocate(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  set_state<State>(self, nullptr);
  const auto release = reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free));
  release(self);
  Py_DECREF(type);
}

int scan_init(PyObject* self, PyObject* args, PyObject*) {
  PyObject* dict = nullptr;
  PyObject* chosen = nullptr;
  int keeps_errors = 0;
  if (PyArg_ParseTuple(args, "O!Op", &PyDict_Type, &dict, &chosen, &keeps_errors) == 0) return -1;
  return caught(-1, [&] {
    arrow::Settings settings;
    arrow::Projection projection;
    if (!to_settings(dict, settings) || !to_projection(chosen, projection)) return -1;
    auto state = std::make_unique<ScanState>();
    state->keeps_errors = keeps_errors != 0;
    state->scan = std::make_shared<Scan>(std::move(settings), std::move(projection));
    set_state(self, state.release());
    return 0;
  });
}

// step(milliseconds) -> bool. Returns to the interpreter soon, which looks for Ctrl-C then.
PyObject* scan_step(PyObject* self, PyObject* args) {
  unsigned milliseconds = 0;
  auto* const state = state_of<ScanState>(self);
  if (state == nullptr || PyArg_ParseTuple(args, "I", &milliseconds) == 0) return nullptr;
  return caught<PyObject*>(nullptr, [&] {
    ArrowArray batch;
    Scan::Next next{};
    {
      const WithoutGil without;
      next = state->scan->next(&batch, milliseconds);
    }
    if (next == Scan::Next::batch) state->kept.push_back(batch);
    return PyBool_FromLong(next == Scan::Next::end ? 0 : 1);
  });
}

PyObject* scan_pop(PyObject* self, PyObject*) {
  auto* const state = state_of<ScanState>(self);
  if (state == nullptr) return nullptr;
  if (state->kept.empty()) Py_RETURN_NONE;
  return caught<PyObject*>(nullptr, [&]() -> PyObject* {
    ArrowSchema schema;
    arrow::export_schema(state->scan->projection(), &schema);
    const Owned schema_capsule(to_capsule(schema));
    const ArrowArray batch = state->kept.front();
    state->kept.pop_front();
    const Owned array_capsule(to_capsule(batch));
    if (!schema_capsule || !array_capsule) return nullptr;
    return PyTuple_Pack(2, schema_capsule.get(), array_capsule.get());
  });
}

PyObject* scan_stream(PyObject* self, PyObject*) {
  auto* const state = state_of<ScanState>(self);
  if (state == nullptr) return nullptr;
  return caught<PyObject*>(nullptr, [&] {
    ArrowArrayStream stream;
    arrow::export_stream(state->scan, std::move(state->kept), state->keeps_errors, &stream);
    state->kept.clear();
    return to_capsule(stream);
  });
}

int audit_init(PyObject* self, PyObject* args, PyObject*) {
  PyObject* dict = nullptr;
  if (PyArg_ParseTuple(args, "O!", &PyDict_Type, &dict) == 0) return -1;
  return caught(-1, [&] {
    arrow::Settings settings;
    if (!to_settings(dict, settings)) return -1;
    set_state(self, new AuditRun(std::move(settings)));
    return 0;
  });
}

int part_audit_init(PyObject* self, PyObject* args, PyObject*) {
  PyObject* dict = nullptr;
  unsigned buckets = 0;
  if (PyArg_ParseTuple(args, "O!I", &PyDict_Type, &dict, &buckets) == 0) return -1;
  return caught(-1, [&] {
    arrow::Settings settings;
    if (!to_settings(dict, settings)) return -1;
    set_state(self, new PartAudit(std::move(settings), std::max(buckets, 1u)));
    return 0;
  });
}

template <typename State>
PyObject* run_step(PyObject* self, PyObject* args) {
  unsigned milliseconds = 0;
  State* const state = state_of<State>(self);
  if (state == nullptr || PyArg_ParseTuple(args, "I", &milliseconds) == 0) return nullptr;
  bool ended = false;
  {
    const WithoutGil without;
    ended = state->wait(milliseconds);
  }
  return PyBool_FromLong(ended ? 0 : 1);
}

arrow::Run& run_of(ScanState& state) { return *state.scan; }
arrow::Run& run_of(arrow::Run& run) { return run; }

template <typename State>
PyObject* get_progress(PyObject* self, PyObject*) {
  State* const state = state_of<State>(self);
  return state == nullptr ? nullptr : to_progress(run_of(*state).progress());
}

// Once step() has said that it has ended.
template <typename State>
PyObject* get_errors(PyObject* self, PyObject*) {
  State* const state = state_of<State>(self);
  if (state == nullptr) return nullptr;
  return caught<PyObject*>(nullptr, [&] { return to_errors(run_of(*state).errors()); });
}

template <typename State>
PyObject* get_failure(PyObject* self, PyObject*) {
  State* const state = state_of<State>(self);
  if (state == nullptr) return nullptr;
  return caught<PyObject*>(nullptr, [&] { return to_text(run_of(*state).failure()); });
}

PyObject* audit_json(PyObject* self, PyObject*) {
  auto* const state = state_of<AuditRun>(self);
  return state == nullptr ? nullptr : to_text(state->json());
}

PyObject* audit_html(PyObject* self, PyObject*) {
  auto* const state = state_of<AuditRun>(self);
  return state == nullptr ? nullptr : to_text(state->html());
}

PyObject* scan_account(PyObject* self, PyObject*) {
  auto* const state = state_of<ScanState>(self);
  if (state == nullptr) return nullptr;
  const arrow::Account account = state->scan->account();
  return Py_BuildValue("(KKKK)", static_cast<unsigned long long>(account.records),
                       static_cast<unsigned long long>(account.bytes),
                       static_cast<unsigned long long>(account.record_bytes),
                       static_cast<unsigned long long>(account.bytes_between));
}

PyObject* scan_file(PyObject* self, PyObject*) {
  auto* const state = state_of<ScanState>(self);
  if (state == nullptr) return nullptr;
  return caught<PyObject*>(nullptr, [&] { return to_text(state->scan->file()); });
}

PyObject* part_audit_tables(PyObject* self, PyObject*) {
  auto* const state = state_of<PartAudit>(self);
  return state == nullptr ? nullptr : to_bytes(state->tables());
}

PyObject* part_audit_take_ids(PyObject* self, PyObject*) {
  auto* const state = state_of<PartAudit>(self);
  if (state == nullptr) return nullptr;
  return caught<PyObject*>(nullptr, [&]() -> PyObject* {
    std::vector<PartAudit::Ids> taken;
    {
      const WithoutGil without;
      taken = state->take_ids();
    }
    Owned list(PyList_New(0));
    for (PartAudit::Ids& ids : taken) {
      const Owned row(Py_BuildValue("(ny#)", static_cast<Py_ssize_t>(ids.bucket), ids.events.data(),
                                    static_cast<Py_ssize_t>(ids.events.size())));
      if (!list || !row || PyList_Append(list.get(), row.get()) != 0) return nullptr;
      ids.events = {};
    }
    return list.release();
  });
}

PyMethodDef kScanMethods[] = {
    {"step", scan_step, METH_VARARGS, "Waits for a batch; False once there is no more."},
    {"pop", scan_pop, METH_NOARGS, "The first batch that was waited for, as two capsules."},
    {"stream", scan_stream, METH_NOARGS, "What was waited for and all the rest, as a capsule."},
    {"account", scan_account, METH_NOARGS, "(records, bytes, bytes in records, between them)"},
    {"file", scan_file, METH_NOARGS, "Of a part, as the column has it."},
    {"progress", get_progress<ScanState>, METH_NOARGS, "(bytes, total bytes, records, bad)"},
    {"errors", get_errors<ScanState>, METH_NOARGS, "[(file, member, reason)]"},
    {"failure", get_failure<ScanState>, METH_NOARGS, "Why there is no result."},
    {nullptr, nullptr, 0, nullptr},
};

PyMethodDef kAuditMethods[] = {
    {"step", run_step<AuditRun>, METH_VARARGS, "Waits; False once the report is there."},
    {"json", audit_json, METH_NOARGS, "The report."},
    {"html", audit_html, METH_NOARGS, "The page."},
    {"progress", get_progress<AuditRun>, METH_NOARGS, "(bytes, total bytes, records, bad)"},
    {"errors", get_errors<AuditRun>, METH_NOARGS, "[(file, member, reason)]"},
    {"failure", get_failure<AuditRun>, METH_NOARGS, "Why there is no result."},
    {nullptr, nullptr, 0, nullptr},
};

PyMethodDef kPartAuditMethods[] = {
    {"step", run_step<PartAudit>, METH_VARARGS, "Waits, for ids, too; False once it has ended."},
    {"tables", part_audit_tables, METH_NOARGS, "What it came to, for merge_parts()."},
    {"take_ids", part_audit_take_ids, METH_NOARGS, "[(bucket, ids)], for find_repeated()."},
    {"progress", get_progress<PartAudit>, METH_NOARGS, "(bytes, total bytes, records, bad)"},
    {"errors", get_errors<PartAudit>, METH_NOARGS, "[(file, member, reason)]"},
    {"failure", get_failure<PartAudit>, METH_NOARGS, "Why there is no result."},
    {nullptr, nullptr, 0, nullptr},
};

PyType_Slot kScanSlots[] = {
    {Py_tp_init, reinterpret_cast<void*>(scan_init)},
    {Py_tp_dealloc, reinterpret_cast<void*>(deallocate<ScanState>)},
    {Py_tp_methods, kScanMethods},
    {0, nullptr},
};

PyType_Slot kAuditSlots[] = {
    {Py_tp_init, reinterpret_cast<void*>(audit_init)},
    {Py_tp_dealloc, reinterpret_cast<void*>(deallocate<AuditRun>)},
    {Py_tp_methods, kAuditMethods},
    {0, nullptr},
};

PyType_Slot kPartAuditSlots[] = {
    {Py_tp_init, reinterpret_cast<void*>(part_audit_init)},
    {Py_tp_dealloc, reinterpret_cast<void*>(deallocate<PartAudit>)},
    {Py_tp_methods, kPartAuditMethods},
    {0, nullptr},
};

PyType_Spec kScanSpec = {"leadscan._core.Scan", sizeof(Object<ScanState>), 0, Py_TPFLAGS_DEFAULT,
                         kScanSlots};
PyType_Spec kAuditSpec = {"leadscan._core.Audit", sizeof(Object<AuditRun>), 0, Py_TPFLAGS_DEFAULT,
                          kAuditSlots};
PyType_Spec kPartAuditSpec = {"leadscan._core.PartAudit", sizeof(Object<PartAudit>), 0,
                              Py_TPFLAGS_DEFAULT, kPartAuditSlots};

bool add_type(PyObject* module, const char* name, PyType_Spec& spec) {
  const Owned type(PyType_FromModuleAndSpec(module, &spec, nullptr));
  return type && PyModule_AddObjectRef(module, name, type.get()) == 0;
}

}  // namespace

bool add_types(PyObject* module) {
  return add_type(module, "Scan", kScanSpec) && add_type(module, "Audit", kAuditSpec) &&
         add_type(module, "PartAudit", kPartAuditSpec);
}

}  // namespace leadscan::python
