#include "python/arrow/batch.h"

#include <memory>
#include <string>
#include <utility>

namespace leadscan::arrow {
namespace {

// What an exported schema or array points to; release() deletes it.
struct OwnedSchema {
  std::string name;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> pointers;
};

template <typename T>
void release_children(T* parent) {
  for (std::int64_t i = 0; i < parent->n_children; ++i)
    if (parent->children[i]->release != nullptr) parent->children[i]->release(parent->children[i]);
}

void release_schema(ArrowSchema* schema) {
  release_children(schema);
  delete static_cast<OwnedSchema*>(schema->private_data);
  schema->release = nullptr;
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

const char* format_of(ColumnType type) {
  switch (type) {
    case ColumnType::text:
      return "u";
    case ColumnType::integer:
      return "l";
    case ColumnType::boolean:
      return "b";
    case ColumnType::texts:
      return "+l";
  }
  return "";
}

struct OwnedArray {
  std::vector<std::vector<std::uint8_t>> bits;
  std::vector<std::vector<std::int32_t>> offsets;
  std::vector<std::int64_t> integers;
  std::vector<char> characters;
  std::vector<const void*> buffers;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> pointers;
};

void release_array(ArrowArray* array) {
  release_children(array);
  delete static_cast<OwnedArray*>(array->private_data);
  array->release = nullptr;
}

void fill_array(ArrowArray* out, std::unique_ptr<OwnedArray> owned, std::int64_t length,
                std::int64_t nulls) {
  for (ArrowArray& child : owned->children) owned->pointers.push_back(&child);
  *out = {};
  out->length = length;
  out->null_count = nulls;
  out->n_buffers = static_cast<std::int64_t>(owned->buffers.size());
  out->buffers = owned->buffers.data();
  out->n_children = static_cast<std::int64_t>(owned->children.size());
  out->children = owned->pointers.data();
  out->release = release_array;
  out->private_data = owned.release();
}

void set_bit(std::vector<std::uint8_t>& bits, std::int64_t row, bool value) {
  if ((row & 7) == 0) bits.push_back(0);
  bits.back() = static_cast<std::uint8_t>(bits.back() | (value ? 1u << (row & 7) : 0u));
}

// A buffer that must not be null, even where it has nothing in it.
template <typename T>
const void* data_of(std::vector<T>& buffer) {
  if (buffer.capacity() == 0) buffer.reserve(1);
  return buffer.data();
}

}  // namespace

void export_schema(const Projection& projection, ArrowSchema* out) {
  OwnedSchema* const top = make_schema(out, "+s", "", false, projection.size());
  for (std::size_t i = 0; i < projection.size(); ++i) {
    const Column& column = columns()[projection[i]];
    const bool is_list = column.type == ColumnType::texts;
    OwnedSchema* const owned = make_schema(&top->children[i], format_of(column.type), column.name,
                                           column.nullable, is_list ? 1 : 0);
    if (is_list) make_schema(owned->children.data(), "u", "item", false, 0);
  }
}

Batch::Batch(const Projection& projection) {
  for (const std::size_t column : projection) {
    builders_.emplace_back().type = columns()[column].type;
    builders_.back().clear();
  }
}

void Batch::Builder::clear() {
  const ColumnType kept = type;
  *this = {};
  type = kept;
  if (type == ColumnType::text || type == ColumnType::texts) offsets.push_back(0);
  if (type == ColumnType::texts) text_offsets.push_back(0);
}

void Batch::Builder::add_characters(std::string_view text, std::vector<std::int32_t>& ends) {
  characters.insert(characters.end(), text.begin(), text.end());
  ends.push_back(static_cast<std::int32_t>(characters.size()));
}

void Batch::Builder::add_null(std::int64_t row) {
  if (nulls == 0) {
    // All in front of it are valid; bits behind the last row are zero.
    valid.assign(static_cast<std::size_t>((row + 7) / 8), 0xFF);
    if ((row & 7) != 0) valid.back() = static_cast<std::uint8_t>((1u << (row & 7)) - 1);
  }
  ++nulls;
  set_bit(valid, row, false);
  if (type == ColumnType::text) {
    offsets.push_back(static_cast<std::int32_t>(characters.size()));
  } else if (type == ColumnType::integer) {
    integers.push_back(0);
  } else {
    set_bit(bits, row, false);
  }
}

void Batch::Builder::add(Values& values, std::int64_t row) {
  if (type == ColumnType::texts) {
    for (auto left = values.number<std::uint32_t>(); left > 0; --left)
      add_characters(values.text(), text_offsets);
    offsets.push_back(static_cast<std::int32_t>(text_offsets.size() - 1));
    return;
  }
  if (!values.has_value()) return add_null(row);
  if (nulls > 0) set_bit(valid, row, true);
  if (type == ColumnType::text) {
    add_characters(values.text(), offsets);
  } else if (type == ColumnType::integer) {
    integers.push_back(values.number<std::int64_t>());
  } else {
    set_bit(bits, row, values.number<char>() != 0);
  }
}

void Batch::Builder::finish(std::int64_t rows, ArrowArray* out) {
  auto owned = std::make_unique<OwnedArray>();
  owned->bits.push_back(std::move(valid));
  owned->buffers = {nulls > 0 ? owned->bits[0].data() : nullptr};
  const auto add_offsets = [](OwnedArray& of, std::vector<std::int32_t>& ends) {
    of.offsets.push_back(std::move(ends));
    of.buffers.push_back(of.offsets.back().data());
  };
  const auto add_text = [&](OwnedArray& of) {
    of.characters = std::move(characters);
    of.buffers.push_back(data_of(of.characters));
  };
  if (type == ColumnType::integer) {
    owned->integers = std::move(integers);
    owned->buffers.push_back(data_of(owned->integers));
  } else if (type == ColumnType::boolean) {
    owned->bits.push_back(std::move(bits));
    owned->buffers = {nulls > 0 ? owned->bits[0].data() : nullptr, data_of(owned->bits[1])};
  } else {
    add_offsets(*owned, offsets);
    if (type == ColumnType::text) {
      add_text(*owned);
    } else {
      const auto texts = static_cast<std::int64_t>(text_offsets.size()) - 1;
      auto list = std::make_unique<OwnedArray>();
      list->buffers = {nullptr};
      add_offsets(*list, text_offsets);
      add_text(*list);
      owned->children.resize(1);
      fill_array(owned->children.data(), std::move(list), texts, 0);
    }
  }
  fill_array(out, std::move(owned), rows, nulls);
  clear();
}

void Batch::add(std::string_view row) {
  Values values(row);
  for (Builder& builder : builders_) builder.add(values, rows_);
  ++rows_;
  bytes_ += row.size();
}

void Batch::finish(ArrowArray* out) {
  auto owned = std::make_unique<OwnedArray>();
  owned->buffers = {nullptr};
  owned->children.resize(builders_.size());
  for (std::size_t i = 0; i < builders_.size(); ++i)
    builders_[i].finish(rows_, &owned->children[i]);
  fill_array(out, std::move(owned), rows_, 0);
  rows_ = 0;
  bytes_ = 0;
}

}  // namespace leadscan::arrow
