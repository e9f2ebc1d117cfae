// The columns of a table of records: where a record is, what was found of it, and the members of
// the response, which come from the one description (lib/leadscan/fields.h). They are called as
// `extract` calls them.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/judge/judge.h"
#include "python/arrow/buffer.h"

namespace leadscan::arrow {

// A word is a text, too: one of a few, which rows have by its number.
enum class ColumnType : std::uint8_t { text, word, integer, boolean, texts };
constexpr bool is_text(ColumnType type) {
  return type == ColumnType::text || type == ColumnType::word;
}

struct Word {
  static constexpr std::size_t kMostBytes = 16;

  char text[kMostBytes] = {};
  std::uint8_t size = 0;

  std::string_view view() const { return {text, size}; }
};

using Row = Buffer<char>;

struct Column {
  std::string name;
  ColumnType type = ColumnType::text;
  bool nullable = false;
  std::string meaning;  // a sentence without full stop
  // Appends the value as Values reads it.
  void (*append)(const audit::Judged& judged, Row& row) = nullptr;
  std::span<const Word> words = {};

  // Whether rows have one of a few texts, so that a dictionary of them is worth while.
  bool has_few_texts() const;
};

// file, member, line, offset, length, verdict, error_code, error_offset, violations, httpStatus;
// each member of a response, and behind those that may be null NAME_presence.
std::span<const Column> columns();
// An index into columns(); its size if there is none of that name.
std::size_t find_column(std::string_view name);

// Values one behind the other, as Column::append wrote them.
class Values {
 public:
  explicit Values(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

  bool is_at_end() const { return at_ == end_; }
  template <typename T>
  T number() {
    T value;
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    return value;
  }
  // Of a text, which is in front of it in place of its size.
  static constexpr std::uint32_t kNull = ~std::uint32_t{0};

  // Of an integer or a boolean: whether there is a value behind it.
  bool has_value() { return *at_++ != 0; }
  std::string_view text() { return bytes(number<std::uint32_t>()); }
  std::string_view bytes(std::size_t size) {
    const char* const begin = at_;
    at_ += size;
    return {begin, size};
  }

 private:
  const char* at_;
  const char* end_;
};

}  // namespace leadscan::arrow
