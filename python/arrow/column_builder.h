// ColumnBuilder: the values of a column on their way to be an Arrow array.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "python/arrow/abi.h"
#include "python/arrow/block.h"
#include "python/arrow/buffer.h"
#include "python/arrow/columns.h"
#include "python/arrow/exports.h"
#include "python/arrow/forms.h"

namespace leadscan::arrow {

// A text of Arrow's utf8_view.
struct TextView {
  static constexpr std::size_t kMostInline = 12;

  std::int32_t size;
  char front[4];  // the first bytes; of a short text these and the next eight are all
  std::int32_t buffer;
  std::int32_t offset;
};
static_assert(sizeof(TextView) == 16);

class ColumnBuilder {
 public:
  // Of so many rows at most.
  static constexpr std::size_t kMostRows = 65536;

  explicit ColumnBuilder(Chosen chosen);

  // A value of each row.
  void add(std::span<Values> rows);
  // What finish() copies into a block.
  std::size_t size() const;
  // Hands over what there is, and is empty again.
  void finish(const std::shared_ptr<Block>& block, ArrowArray* out);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };

  void start();
  bool is_blank(std::span<const Values> rows) const;
  void write_blank();
  void add_texts(std::span<Values> rows);
  void add_views(std::span<Values> rows);
  void add_numbers_of_texts(std::span<Values> rows);
  void add_words(std::span<Values> rows);
  void add_integers(std::span<Values> rows);
  void add_booleans(std::span<Values> rows);
  void add_lists(std::span<Values> rows);
  std::int32_t add_characters(std::string_view text);
  TextView view_of(std::string_view text);
  std::int32_t number_of(std::string_view text);
  bool moves_characters() const;
  void finish_blank(OwnedArray& out) const;
  void finish_texts(Block& block, Buffer<std::int32_t>& ends, OwnedArray& out);
  void export_texts(const std::shared_ptr<Block>& block, Buffer<std::int32_t>& ends,
                    ArrowArray* out);
  void finish_views(Block& block, OwnedArray& out);

  const ColumnType type_;
  const TextForm form_;
  const std::span<const Word> words_;

  std::size_t rows_ = 0;
  // Up to here all rows were null, or empty lists. Nothing is written then, as long as it lasts:
  // of many columns it does, and all of them have the same zeros.
  bool blank_ = true;
  std::int64_t nulls_ = 0;
  Buffer<std::uint8_t> valid_;  // a byte a row that may be null
  Buffer<std::int32_t> ends_;   // of texts, or lists; of a dictionary's texts
  Buffer<std::int64_t> integers_;
  Buffer<std::uint8_t> bytes_;  // booleans, words' numbers
  Buffer<TextView> views_;
  Buffer<std::int32_t> numbers_;  // of texts in the dictionary
  Buffer<char> characters_;
  Buffer<std::int32_t> item_ends_;  // of the texts of lists
  std::unordered_map<std::string, std::int32_t, Hash, std::equal_to<>> dictionary_;
  std::string last_text_;  // in the dictionary
  std::int32_t last_number_ = -1;
};

}  // namespace leadscan::arrow
