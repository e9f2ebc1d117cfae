// Batch: rows on their way to be an Arrow record batch, one buffer of a column behind the other.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "python/arrow/abi.h"
#include "python/arrow/block.h"
#include "python/arrow/columns.h"

namespace leadscan::arrow {

// The chosen columns, by their indexes in columns(), in the order in which they are given.
using Projection = std::vector<std::size_t>;

// A struct with a child a column. What it needs it owns.
void export_schema(const Projection& projection, ArrowSchema* out);

class Batch {
 public:
  // Texts have offsets of 32 bits, so that a batch must end long before 2 GiB of them.
  static constexpr std::int64_t kMostRows = 65536;
  static constexpr std::size_t kMostBytes = std::size_t{64} << 20;

  explicit Batch(const Projection& projection);

  // Adds rows, each behind its size in 32 bits, with a value for each column of the projection.
  // Those that are behind is_full() are left; how many bytes were taken.
  std::size_t add(std::string_view rows);

  std::int64_t rows() const { return rows_; }
  bool is_full() const { return rows_ >= kMostRows || bytes_ >= kMostBytes; }
  // Hands over what there is, and is empty again.
  void finish(ArrowArray* out);

 private:
  struct Builder {
    ColumnType type{};
    std::span<const Word> words;
    Buffer<std::uint8_t> valid;  // a byte a row that may be null
    Buffer<std::int32_t> offsets;
    Buffer<std::int64_t> integers;
    Buffer<std::uint8_t> bits;  // a byte a row, too
    Buffer<char> characters;
    Buffer<std::int32_t> text_offsets;  // of the texts of lists
    std::int64_t nulls = 0;

    void start();
    void add(std::span<Values> rows);
    void add_texts(std::span<Values> rows);
    void add_words(std::span<Values> rows);
    void add_integers(std::span<Values> rows);
    void add_booleans(std::span<Values> rows);
    void add_lists(std::span<Values> rows);
    std::int32_t add_characters(std::string_view text);
    std::size_t size() const;
    void finish(std::int64_t rows, const std::shared_ptr<Block>& block, ArrowArray* out);
  };

  std::vector<Builder> builders_;
  std::vector<Values> values_;  // of the rows that are being added, what is left of them
  std::int64_t rows_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace leadscan::arrow
