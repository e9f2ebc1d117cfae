#include "python/arrow/exports.h"

#include <string>
#include <utility>

#include "python/arrow/columns.h"

namespace leadscan::arrow {
namespace {

// release() deletes it.
struct OwnedSchema {
  std::string name;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> pointers;
  std::unique_ptr<ArrowSchema> dictionary;
};

// Those of its parts that nobody has taken out of it.
template <typename T>
void release_parts(T* parent) {
  const auto release = [](T* part) {
    if (part->release != nullptr) part->release(part);
  };
  for (std::int64_t i = 0; i < parent->n_children; ++i) release(parent->children[i]);
  if (parent->dictionary != nullptr) release(parent->dictionary);
}

void release_schema(ArrowSchema* schema) {
  release_parts(schema);
  delete static_cast<OwnedSchema*>(schema->private_data);
  schema->release = nullptr;
}

void release_array(ArrowArray* array) {
  release_parts(array);
  delete static_cast<OwnedArray*>(array->private_data);
  array->release = nullptr;
}

// `children`: as many as the caller fills in.
OwnedSchema* make_schema(ArrowSchema* out, const char* format, std::string name, bool nullable,
                         std::size_t children) {
  auto owned = std::make_unique<OwnedSchema>();
  owned->name = std::move(name);
  owned->children.resize(children);
  for (ArrowSchema& child : owned->children) owned->pointers.push_back(&child);
  *out = {};
  out->format = format;
  out->name = owned->name.c_str();
  out->flags = nullable ? ARROW_FLAG_NULLABLE : 0;
  out->n_children = static_cast<std::int64_t>(children);
  out->children = owned->pointers.data();
  out->release = release_schema;
  out->private_data = owned.get();
  return owned.release();
}

constexpr const char* kUtf8 = "u";

const char* format_of(ColumnType type, TextForm form) {
  switch (type) {
    case ColumnType::text:
    case ColumnType::word:
      if (form == TextForm::utf8) return kUtf8;
      if (form == TextForm::view) return "vu";
      return type == ColumnType::word ? "c" : "i";  // of the numbers
    case ColumnType::integer:
      return "l";
    case ColumnType::boolean:
      return "b";
    case ColumnType::texts:
      return "+l";
  }
  return "";
}

}  // namespace

void export_schema(const Projection& projection, ArrowSchema* out) {
  OwnedSchema* const top = make_schema(out, "+s", "", false, projection.size());
  for (std::size_t i = 0; i < projection.size(); ++i) {
    const Column& column = columns()[projection[i].column];
    const TextForm form = projection[i].form;
    const bool is_list = column.type == ColumnType::texts;
    ArrowSchema* const child = &top->children[i];
    OwnedSchema* const owned = make_schema(child, format_of(column.type, form), column.name,
                                           column.nullable, is_list ? 1 : 0);
    if (is_list) make_schema(owned->children.data(), kUtf8, "item", false, 0);
    if (is_text(column.type) && form == TextForm::dictionary) {
      owned->dictionary = std::make_unique<ArrowSchema>();
      child->dictionary = owned->dictionary.get();
      make_schema(child->dictionary, kUtf8, "", false, 0);
    }
  }
}

void export_array(std::unique_ptr<OwnedArray> owned, std::int64_t length, std::int64_t nulls,
                  ArrowArray* out) {
  for (ArrowArray& child : owned->children) owned->pointers.push_back(&child);
  *out = {};
  out->length = length;
  out->null_count = nulls;
  out->n_buffers = static_cast<std::int64_t>(owned->buffers.size());
  out->buffers = owned->buffers.data();
  out->n_children = static_cast<std::int64_t>(owned->children.size());
  out->children = owned->pointers.data();
  out->dictionary = owned->dictionary.get();
  out->release = release_array;
  out->private_data = owned.release();
}

}  // namespace leadscan::arrow
