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
  std::shared_ptr<const Block> block;  // that the buffers are in, but for
  Buffer<char> characters;             // those of long texts
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

// Bytes that are 0 or 1 as bits.
void pack(Buffer<std::uint8_t>& bytes) {
  const std::size_t size = bytes.size();
  std::uint8_t* const begin = bytes.begin();
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, begin + i, sizeof eight);
    // Each byte's bit comes to its place among the upper eight.
    begin[i / 8] = static_cast<std::uint8_t>(eight * 0x0102'0408'1020'4080 >> 56);
  }
  std::uint8_t last = 0;
  for (std::size_t k = i; k < size; ++k)
    last = static_cast<std::uint8_t>(last | begin[k] << (k - i));
  if (i < size) begin[i / 8] = last;
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

// Where they end.
inline std::int32_t Batch::Builder::add_characters(std::string_view text) {
  characters.reserve(text.size());
  copy_bytes(characters.end(), text.data(), text.size());
  characters.add(text.size());
  return static_cast<std::int32_t>(characters.size());
}

void Batch::Builder::add_texts(std::span<Values> rows) {
  offsets.reserve(rows.size());
  valid.reserve(rows.size());
  std::int32_t* ends = offsets.end();
  std::uint8_t* is_valid = valid.end();
  auto end = static_cast<std::int32_t>(characters.size());
  std::int64_t values = 0;
  for (Values& row : rows) {
    const auto size = row.number<std::uint32_t>();
    const bool has = size != Values::kNull;
    if (has) end = add_characters(row.bytes(size));
    *ends++ = end;
    *is_valid++ = has;
    values += has;
  }
  nulls += static_cast<std::int64_t>(rows.size()) - values;
  offsets.add(rows.size());
  valid.add(rows.size());
}

// All bytes that a word may have are copied: one instruction.
void Batch::Builder::add_words(std::span<Values> rows) {
  offsets.reserve(rows.size());
  characters.reserve(rows.size() * Word::kMostBytes);
  std::int32_t* ends = offsets.end();
  char* const begin = characters.begin();
  char* out = characters.end();
  for (Values& row : rows) {
    const Word& word = words[row.number<std::uint8_t>()];
    std::memcpy(out, word.text, Word::kMostBytes);
    out += word.size;
    *ends++ = static_cast<std::int32_t>(out - begin);
  }
  offsets.add(rows.size());
  characters.add(static_cast<std::size_t>(out - characters.end()));
}

void Batch::Builder::add_integers(std::span<Values> rows) {
  integers.reserve(rows.size());
  valid.reserve(rows.size());
  std::int64_t* out = integers.end();
  std::uint8_t* is_valid = valid.end();
  std::int64_t values = 0;
  for (Values& row : rows) {
    const bool has = row.has_value();
    *out++ = has ? row.number<std::int64_t>() : 0;
    *is_valid++ = has;
    values += has;
  }
  nulls += static_cast<std::int64_t>(rows.size()) - values;
  integers.add(rows.size());
  valid.add(rows.size());
}

void Batch::Builder::add_booleans(std::span<Values> rows) {
  for (Values& row : rows) {
    const bool has = row.has_value();
    bits.push(has && row.number<bool>());
    valid.push(has);
    nulls += !has;
  }
}

void Batch::Builder::add_lists(std::span<Values> rows) {
  for (Values& row : rows) {
    for (auto left = row.number<std::uint32_t>(); left > 0; --left)
      text_offsets.push(add_characters(row.text()));
    offsets.push(static_cast<std::int32_t>(text_offsets.size() - 1));
  }
}

// A column at a time: by rows, what comes next would be another one each time, which no CPU
// foresees.
void Batch::Builder::add(std::span<Values> rows) {
  switch (type) {
    case ColumnType::text:
      return add_texts(rows);
    case ColumnType::word:
      return add_words(rows);
    case ColumnType::integer:
      return add_integers(rows);
    case ColumnType::boolean:
      return add_booleans(rows);
    case ColumnType::texts:
      return add_lists(rows);
  }
}

namespace {

// Long texts are not copied: that would take twice their memory.
bool is_moved(const Buffer<char>& characters) {
  constexpr std::size_t kMostCopied = std::size_t{4} << 20;
  return characters.size() > kMostCopied;
}

}  // namespace

std::size_t Batch::Builder::size() const {
  const auto of = [](const auto& buffer) { return Block::size_of(buffer.data(), buffer.size()); };
  return of(valid) + of(offsets) + of(integers) + of(bits) + of(text_offsets) +
         (is_moved(characters) ? 0 : of(characters));
}

void Batch::Builder::finish(std::int64_t rows, const std::shared_ptr<Block>& block,
                            ArrowArray* out) {
  auto owned = std::make_unique<OwnedArray>();
  owned->block = block;
  const auto add = [&](OwnedArray& array, auto& buffer, std::size_t size) {
    array.buffers.push_back(block->copy(buffer.data(), size));
    buffer.clear();
  };
  const auto add_texts_to = [&](OwnedArray& array) {
    if (!is_moved(characters)) return add(array, characters, characters.size());
    array.characters = std::move(characters);
    array.buffers.push_back(array.characters.data());
  };
  const std::size_t bitmap = (static_cast<std::size_t>(rows) + 7) / 8;
  if (nulls > 0) {
    pack(valid);
    add(*owned, valid, bitmap);
  } else {
    owned->buffers = {nullptr};
    valid.clear();
  }
  if (type == ColumnType::integer) {
    add(*owned, integers, integers.size());
  } else if (type == ColumnType::boolean) {
    pack(bits);
    add(*owned, bits, bitmap);
  } else if (type != ColumnType::texts) {
    add(*owned, offsets, offsets.size());
    add_texts_to(*owned);
  } else {
    const auto texts = static_cast<std::int64_t>(text_offsets.size()) - 1;
    auto list = std::make_unique<OwnedArray>();
    list->block = block;
    list->buffers = {nullptr};
    add(*list, text_offsets, text_offsets.size());
    add_texts_to(*list);
    add(*owned, offsets, offsets.size());
    owned->children.resize(1);
    fill_array(owned->children.data(), std::move(list), texts, 0);
  }
  fill_array(out, std::move(owned), rows, nulls);
  start();
}

std::size_t Batch::add(std::string_view rows) {
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
  for (Builder& builder : builders_) builder.add(values_);
  return taken;
}

void Batch::finish(ArrowArray* out) {
  auto owned = std::make_unique<OwnedArray>();
  owned->buffers = {nullptr};
  owned->children.resize(builders_.size());
  std::size_t size = 0;
  for (const Builder& builder : builders_) size += builder.size();
  const auto block = std::make_shared<Block>(size);
  for (std::size_t i = 0; i < builders_.size(); ++i)
    builders_[i].finish(rows_, block, &owned->children[i]);
  fill_array(out, std::move(owned), rows_, 0);
  rows_ = 0;
  bytes_ = 0;
}

}  // namespace leadscan::arrow
