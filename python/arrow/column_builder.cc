#include "python/arrow/column_builder.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

namespace leadscan::arrow {
namespace {

// For whatever is all zeros: a bitmap, offsets, integers, views.
alignas(64) char zeros[ColumnBuilder::kMostRows * sizeof(TextView)];

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

std::size_t bitmap_size(std::size_t rows) { return (rows + 7) / 8; }

template <typename T>
const void* take(Block& block, Buffer<T>& buffer, std::size_t size) {
  const void* const copy = block.copy(buffer.data(), size);
  buffer.clear();
  return copy;
}

template <typename T>
const void* take(Block& block, Buffer<T>& buffer) {
  return take(block, buffer, buffer.size());
}

}  // namespace

ColumnBuilder::ColumnBuilder(Chosen chosen)
    : type_(columns()[chosen.column].type),
      form_(is_text(type_) ? chosen.form : TextForm::utf8),
      words_(columns()[chosen.column].words) {
  start();
}

void ColumnBuilder::start() {
  rows_ = 0;
  // A word is always there.
  blank_ = type_ != ColumnType::word;
  nulls_ = 0;
  if (type_ == ColumnType::texts || (is_text(type_) && form_ != TextForm::view)) ends_.push(0);
  if (type_ == ColumnType::texts) item_ends_.push(0);
  if (form_ != TextForm::dictionary) return;
  dictionary_.clear();
  last_number_ = -1;
  if (type_ != ColumnType::word) return;
  for (const Word& word : words_) ends_.push(add_characters(word.view()));
}

bool ColumnBuilder::is_blank(std::span<const Values> rows) const {
  const auto all = [&](auto is) {
    return std::all_of(rows.begin(), rows.end(), [&](Values row) { return is(row); });
  };
  if (type_ == ColumnType::text)
    return all([](Values& row) { return row.number<std::uint32_t>() == Values::kNull; });
  if (type_ == ColumnType::texts)
    return all([](Values& row) { return row.number<std::uint32_t>() == 0; });
  return all([](Values& row) { return !row.has_value(); });
}

// The rows of which nothing was written.
void ColumnBuilder::write_blank() {
  blank_ = false;
  const auto fill = [this](auto& buffer) {
    buffer.reserve(rows_);
    if (rows_ != 0) std::memset(buffer.end(), 0, rows_ * sizeof *buffer.end());
    buffer.add(rows_);
  };
  if (type_ != ColumnType::texts) {
    fill(valid_);
    nulls_ = static_cast<std::int64_t>(rows_);
  }
  if (type_ == ColumnType::integer) {
    fill(integers_);
  } else if (type_ == ColumnType::boolean) {
    fill(bytes_);
  } else if (form_ == TextForm::utf8) {
    fill(ends_);
  } else if (form_ == TextForm::view) {
    fill(views_);
  } else {
    fill(numbers_);
  }
}

// Where they end.
inline std::int32_t ColumnBuilder::add_characters(std::string_view text) {
  characters_.reserve(text.size());
  copy_bytes(characters_.end(), text.data(), text.size());
  characters_.add(text.size());
  return static_cast<std::int32_t>(characters_.size());
}

void ColumnBuilder::add_texts(std::span<Values> rows) {
  ends_.reserve(rows.size());
  valid_.reserve(rows.size());
  std::int32_t* ends = ends_.end();
  std::uint8_t* is_valid = valid_.end();
  auto end = static_cast<std::int32_t>(characters_.size());
  std::int64_t values = 0;
  for (Values& row : rows) {
    const auto size = row.number<std::uint32_t>();
    const bool has = size != Values::kNull;
    if (has) end = add_characters(row.bytes(size));
    *ends++ = end;
    *is_valid++ = has;
    values += has;
  }
  nulls_ += static_cast<std::int64_t>(rows.size()) - values;
  ends_.add(rows.size());
  valid_.add(rows.size());
}

inline TextView ColumnBuilder::view_of(std::string_view text) {
  TextView view = {};
  view.size = static_cast<std::int32_t>(text.size());
  if (text.size() <= TextView::kMostInline) {
    copy_bytes(reinterpret_cast<char*>(&view) + offsetof(TextView, front), text.data(),
               text.size());
  } else {
    std::memcpy(view.front, text.data(), sizeof view.front);
    view.offset = static_cast<std::int32_t>(characters_.size());
    add_characters(text);
  }
  return view;
}

void ColumnBuilder::add_views(std::span<Values> rows) {
  views_.reserve(rows.size());
  valid_.reserve(rows.size());
  TextView* views = views_.end();
  std::uint8_t* is_valid = valid_.end();
  std::int64_t values = 0;
  for (Values& row : rows) {
    const auto size = row.number<std::uint32_t>();
    const bool has = size != Values::kNull;
    *views++ = has ? view_of(row.bytes(size)) : TextView{};
    *is_valid++ = has;
    values += has;
  }
  nulls_ += static_cast<std::int64_t>(rows.size()) - values;
  views_.add(rows.size());
  valid_.add(rows.size());
}

// Of texts that are few, and mostly the same as in the row before.
std::int32_t ColumnBuilder::number_of(std::string_view text) {
  if (last_number_ >= 0 && text == last_text_) return last_number_;
  auto found = dictionary_.find(text);
  if (found == dictionary_.end()) {
    found = dictionary_.emplace(text, static_cast<std::int32_t>(dictionary_.size())).first;
    ends_.push(add_characters(text));
  }
  last_text_ = text;
  last_number_ = found->second;
  return last_number_;
}

void ColumnBuilder::add_numbers_of_texts(std::span<Values> rows) {
  for (Values& row : rows) {
    const auto size = row.number<std::uint32_t>();
    const bool has = size != Values::kNull;
    numbers_.push(has ? number_of(row.bytes(size)) : 0);
    valid_.push(has);
    nulls_ += !has;
  }
}

void ColumnBuilder::add_words(std::span<Values> rows) {
  if (form_ == TextForm::dictionary) {
    bytes_.reserve(rows.size());
    std::uint8_t* out = bytes_.end();
    for (Values& row : rows) *out++ = row.number<std::uint8_t>();
    bytes_.add(rows.size());
    return;
  }
  if (form_ == TextForm::view) {
    for (Values& row : rows) views_.push(view_of(words_[row.number<std::uint8_t>()].view()));
    return;
  }
  // All bytes that a word may have are copied: one instruction.
  ends_.reserve(rows.size());
  characters_.reserve(rows.size() * Word::kMostBytes);
  std::int32_t* ends = ends_.end();
  char* const begin = characters_.begin();
  char* out = characters_.end();
  for (Values& row : rows) {
    const Word& word = words_[row.number<std::uint8_t>()];
    std::memcpy(out, word.text, Word::kMostBytes);
    out += word.size;
    *ends++ = static_cast<std::int32_t>(out - begin);
  }
  ends_.add(rows.size());
  characters_.add(static_cast<std::size_t>(out - characters_.end()));
}

void ColumnBuilder::add_integers(std::span<Values> rows) {
  integers_.reserve(rows.size());
  valid_.reserve(rows.size());
  std::int64_t* out = integers_.end();
  std::uint8_t* is_valid = valid_.end();
  std::int64_t values = 0;
  for (Values& row : rows) {
    const bool has = row.has_value();
    *out++ = has ? row.number<std::int64_t>() : 0;
    *is_valid++ = has;
    values += has;
  }
  nulls_ += static_cast<std::int64_t>(rows.size()) - values;
  integers_.add(rows.size());
  valid_.add(rows.size());
}

void ColumnBuilder::add_booleans(std::span<Values> rows) {
  for (Values& row : rows) {
    const bool has = row.has_value();
    bytes_.push(has && row.number<bool>());
    valid_.push(has);
    nulls_ += !has;
  }
}

void ColumnBuilder::add_lists(std::span<Values> rows) {
  for (Values& row : rows) {
    for (auto left = row.number<std::uint32_t>(); left > 0; --left)
      item_ends_.push(add_characters(row.text()));
    ends_.push(static_cast<std::int32_t>(item_ends_.size() - 1));
  }
}

void ColumnBuilder::add(std::span<Values> rows) {
  if (blank_) {
    if (is_blank(rows)) {
      // Behind each of these values there is what belongs to other columns.
      for (Values& row : rows) {
        if (type_ == ColumnType::text || type_ == ColumnType::texts) {
          row.number<std::uint32_t>();
        } else {
          row.has_value();
        }
      }
      rows_ += rows.size();
      return;
    }
    write_blank();
  }
  rows_ += rows.size();
  switch (type_) {
    case ColumnType::text:
      if (form_ == TextForm::view) return add_views(rows);
      if (form_ == TextForm::dictionary) return add_numbers_of_texts(rows);
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

// Long texts are not copied: that would take twice their memory.
bool ColumnBuilder::moves_characters() const {
  constexpr std::size_t kMostCopied = std::size_t{4} << 20;
  return characters_.size() > kMostCopied;
}

std::size_t ColumnBuilder::size() const {
  const auto of = [](const auto& buffer) { return Block::size_of(buffer.data(), buffer.size()); };
  return of(valid_) + of(ends_) + of(integers_) + of(bytes_) + of(views_) + of(numbers_) +
         of(item_ends_) + (moves_characters() ? 0 : of(characters_));
}

void ColumnBuilder::finish_blank(OwnedArray& out) const {
  if (type_ == ColumnType::integer || type_ == ColumnType::boolean) {
    out.buffers = {zeros, zeros};
  } else if (type_ == ColumnType::texts) {
    out.buffers = {nullptr, zeros};
    auto items = std::make_unique<OwnedArray>();
    items->buffers = {nullptr, zeros, zeros};
    out.children.resize(1);
    export_array(std::move(items), 0, 0, out.children.data());
  } else if (form_ == TextForm::dictionary) {
    out.buffers = {zeros, zeros};
    auto texts = std::make_unique<OwnedArray>();
    texts->buffers = {nullptr, zeros, zeros};
    out.dictionary = std::make_unique<ArrowArray>();
    export_array(std::move(texts), 0, 0, out.dictionary.get());
  } else {
    out.buffers = {zeros, zeros, zeros};  // of views the third has no sizes
  }
}

// Texts by their ends: the column's, a dictionary's, or the items of lists.
void ColumnBuilder::finish_texts(Block& block, Buffer<std::int32_t>& ends, OwnedArray& out) {
  out.buffers.push_back(take(block, ends));
  if (!moves_characters()) {
    out.buffers.push_back(take(block, characters_));
    return;
  }
  out.characters = std::exchange(characters_, {});
  out.buffers.push_back(out.characters.data());
}

// The same as an array of their own, none of them null.
void ColumnBuilder::export_texts(const std::shared_ptr<Block>& block, Buffer<std::int32_t>& ends,
                                 ArrowArray* out) {
  auto owned = std::make_unique<OwnedArray>();
  const auto count = static_cast<std::int64_t>(ends.size()) - 1;
  owned->block = block;
  owned->buffers = {nullptr};
  finish_texts(*block, ends, *owned);
  export_array(std::move(owned), count, 0, out);
}

void ColumnBuilder::finish_views(Block& block, OwnedArray& out) {
  out.buffers.push_back(take(block, views_));
  out.characters_size = static_cast<std::int64_t>(characters_.size());
  if (moves_characters()) {
    out.characters = std::exchange(characters_, {});
    out.buffers.push_back(out.characters.data());
  } else if (characters_.size() != 0) {
    out.buffers.push_back(take(block, characters_));
  }
  out.buffers.push_back(&out.characters_size);
}

void ColumnBuilder::finish(const std::shared_ptr<Block>& block, ArrowArray* out) {
  auto owned = std::make_unique<OwnedArray>();
  const auto rows = static_cast<std::int64_t>(rows_);
  if (blank_) {
    finish_blank(*owned);
    const bool is_list = type_ == ColumnType::texts;
    export_array(std::move(owned), rows, is_list ? 0 : rows, out);
    ends_.clear();
    item_ends_.clear();
    return start();
  }
  owned->block = block;
  owned->buffers = {nullptr};
  if (nulls_ > 0) {
    pack(valid_);
    owned->buffers = {take(*block, valid_, bitmap_size(rows_))};
  }
  valid_.clear();
  if (type_ == ColumnType::integer) {
    owned->buffers.push_back(take(*block, integers_));
  } else if (type_ == ColumnType::boolean) {
    pack(bytes_);
    owned->buffers.push_back(take(*block, bytes_, bitmap_size(rows_)));
  } else if (type_ == ColumnType::texts) {
    owned->buffers.push_back(take(*block, ends_));
    owned->children.resize(1);
    export_texts(block, item_ends_, owned->children.data());
  } else if (form_ == TextForm::view) {
    finish_views(*block, *owned);
  } else if (form_ == TextForm::dictionary) {
    const bool is_word = type_ == ColumnType::word;
    owned->buffers.push_back(is_word ? take(*block, bytes_) : take(*block, numbers_));
    owned->dictionary = std::make_unique<ArrowArray>();
    export_texts(block, ends_, owned->dictionary.get());
  } else {
    finish_texts(*block, ends_, *owned);
  }
  export_array(std::move(owned), rows, nulls_, out);
  start();
}

}  // namespace leadscan::arrow
