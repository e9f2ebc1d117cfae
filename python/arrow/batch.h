// Batch: rows on their way to be an Arrow record batch.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "python/arrow/abi.h"
#include "python/arrow/column_builder.h"
#include "python/arrow/forms.h"

namespace leadscan::arrow {

class Batch {
 public:
  // Texts have offsets of 32 bits, so that a batch must end long before 2 GiB of them.
  static constexpr std::int64_t kMostRows = ColumnBuilder::kMostRows;
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
  std::vector<ColumnBuilder> builders_;
  std::vector<Values> values_;  // of the rows that are being added, what is left of them
  std::int64_t rows_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace leadscan::arrow
