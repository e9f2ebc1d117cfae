#include "python/arrow/batch.h"

#include <cstring>
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
    case ColumnType::word:
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
  Buffer<std::uint8_t> valid;
  Buffer<std::uint8_t> bits;
  Buffer<std::int32_t> offsets;
  Buffer<std::int64_t> integers;
  Buffer<char> characters;
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

void set_bit(Buffer<std::uint8_t>& bits, std::int64_t row, bool value) {
  if ((row & 7) == 0) bits.push(0);
  bits.back() = static_cast<std::uint8_t>(bits.back() | (value ? 1u << (row & 7) : 0u));
}

// Keeps it, and gives what Arrow has of it: not null, even where there is nothing in it.
template <typename T>
const void* keep(Buffer<T>& buffer, Buffer<T>& kept) {
  buffer.reserve(1);
  kept = std::move(buffer);
  return kept.data();
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
    Builder& builder = builders_.emplace_back();
    builder.type = columns()[column].type;
    builder.words = columns()[column].words;
    builder.start();
  }
}

void Batch::Builder::start() {
  nulls = 0;
  if (type != ColumnType::integer && type != ColumnType::boolean) offsets.push(0);
  if (type == ColumnType::texts) text_offsets.push(0);
}

inline void Batch::Builder::add_text(std::string_view text, Buffer<std::int32_t>& ends) {
  characters.append(text.data(), text.size());
  ends.push(static_cast<std::int32_t>(characters.size()));
}

// All bytes that a word may have are copied: one instruction.
inline void Batch::Builder::add_word(const Word& word) {
  characters.reserve(Word::kMostBytes);
  std::memcpy(characters.end(), word.text, Word::kMostBytes);
  characters.add(word.size);
  offsets.push(static_cast<std::int32_t>(characters.size()));
}

void Batch::Builder::add_null(std::int64_t row) {
  // All in front of the first one are valid.
  if (nulls++ == 0)
    for (std::int64_t i = 0; i < row; ++i) set_bit(valid, i, true);
  set_bit(valid, row, false);
  if (type == ColumnType::text) {
    offsets.push(static_cast<std::int32_t>(characters.size()));
  } else if (type == ColumnType::integer) {
    integers.push(0);
  } else {
    set_bit(bits, row, false);
  }
}

inline void Batch::Builder::add_valid(std::int64_t row) {
  if (nulls > 0) set_bit(valid, row, true);
}

template <typename Add>
inline void Batch::Builder::add_each(std::span<Values> rows, std::int64_t row, Add add) {
  for (Values& values : rows) add(values, row++);
}

// A column at a time: by rows, what comes next would be another one each time, which no CPU
// foresees.
void Batch::Builder::add(std::span<Values> rows, std::int64_t first) {
  switch (type) {
    case ColumnType::text:
      return add_each(rows, first, [this](Values& values, std::int64_t row) {
        const auto size = values.number<std::uint32_t>();
        if (size == Values::kNull) return add_null(row);
        add_text(values.bytes(size), offsets);
        add_valid(row);
      });
    case ColumnType::word:
      return add_each(rows, first, [this](Values& values, std::int64_t) {
        add_word(words[values.number<std::uint8_t>()]);
      });
    case ColumnType::integer:
      return add_each(rows, first, [this](Values& values, std::int64_t row) {
        if (!values.has_value()) return add_null(row);
        integers.push(values.number<std::int64_t>());
        add_valid(row);
      });
    case ColumnType::boolean:
      return add_each(rows, first, [this](Values& values, std::int64_t row) {
        if (!values.has_value()) return add_null(row);
        set_bit(bits, row, values.number<bool>());
        add_valid(row);
      });
    case ColumnType::texts:
      return add_each(rows, first, [this](Values& values, std::int64_t) {
        for (auto left = values.number<std::uint32_t>(); left > 0; --left)
          add_text(values.text(), text_offsets);
        offsets.push(static_cast<std::int32_t>(text_offsets.size() - 1));
      });
  }
}

void Batch::Builder::finish(std::int64_t rows, ArrowArray* out) {
  auto owned = std::make_unique<OwnedArray>();
  owned->buffers = {nulls > 0 ? keep(valid, owned->valid) : nullptr};
  const auto add = [](OwnedArray& array, const void* buffer) { array.buffers.push_back(buffer); };
  if (type == ColumnType::integer) {
    add(*owned, keep(integers, owned->integers));
  } else if (type == ColumnType::boolean) {
    add(*owned, keep(bits, owned->bits));
  } else if (type != ColumnType::texts) {
    add(*owned, keep(offsets, owned->offsets));
    add(*owned, keep(characters, owned->characters));
  } else {
    const auto texts = static_cast<std::int64_t>(text_offsets.size()) - 1;
    auto list = std::make_unique<OwnedArray>();
    list->buffers = {nullptr};
    add(*list, keep(text_offsets, list->offsets));
    add(*list, keep(characters, list->characters));
    add(*owned, keep(offsets, owned->offsets));
    owned->children.resize(1);
    fill_array(owned->children.data(), std::move(list), texts, 0);
  }
  fill_array(out, std::move(owned), rows, nulls);
  start();
}

std::size_t Batch::add(std::string_view rows) {
  const std::int64_t first = rows_;
  Values all(rows);
  values_.clear();
  std::size_t taken = 0;
  while (!all.is_at_end() && !is_full()) {
    const std::string_view row = all.text();
    values_.emplace_back(row);
    ++rows_;
    bytes_ += row.size();
    taken += sizeof(std::uint32_t) + row.size();
  }
  for (Builder& builder : builders_) builder.add(values_, first);
  return taken;
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
