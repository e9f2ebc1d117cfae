// Batch: rows on their way to be an Arrow record batch, one buffer of a column behind the other.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "python/arrow/abi.h"
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

  // One row: a value for each column of the projection.
  void add(std::string_view row);

  std::int64_t rows() const { return rows_; }
  bool is_full() const { return rows_ >= kMostRows || bytes_ >= kMostBytes; }
  // Hands over what there is, and is empty again.
  void finish(ArrowArray* out);

 private:
  struct Builder {
    ColumnType type{};
    std::vector<std::uint8_t> valid;  // a bit a row; none as long as there is no null
    std::vector<std::int32_t> offsets;
    std::vector<std::int64_t> integers;
    std::vector<std::uint8_t> bits;
    std::vector<char> characters;
    std::vector<std::int32_t> text_offsets;  // of the texts of lists
    std::int64_t nulls = 0;

    void clear();
    void add(Values& values, std::int64_t row);
    void add_null(std::int64_t row);
    void add_characters(std::string_view text, std::vector<std::int32_t>& ends);
    void finish(std::int64_t rows, ArrowArray* out);
  };

  std::vector<Builder> builders_;
  std::int64_t rows_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace leadscan::arrow
