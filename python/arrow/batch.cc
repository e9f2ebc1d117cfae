#include "python/arrow/batch.h"

#include <memory>
#include <utility>

#include "python/arrow/exports.h"

namespace leadscan::arrow {
namespace {

// Rows that are added together: of some hundred bytes each they stay in the cache next to the CPU
// until all columns have theirs.
constexpr std::size_t kTogether = 128;

}  // namespace

Batch::Batch(const Projection& projection) {
  builders_.reserve(projection.size());
  for (const Chosen chosen : projection) builders_.emplace_back(chosen);
  values_.reserve(kTogether);
}

// A column at a time: by rows, what comes next would be another one each time, which no CPU
// foresees.
std::size_t Batch::add(std::string_view rows) {
  Values all(rows);
  std::size_t taken = 0;
  while (!all.is_at_end() && !is_full()) {
    values_.clear();
    while (!all.is_at_end() && !is_full() && values_.size() < kTogether) {
      const std::string_view row = all.text();
      values_.emplace_back(row);
      ++rows_;
      bytes_ += row.size();
      taken += sizeof(std::uint32_t) + row.size();
    }
    for (ColumnBuilder& builder : builders_) builder.add(values_);
  }
  return taken;
}

void Batch::finish(ArrowArray* out) {
  auto owned = std::make_unique<OwnedArray>();
  owned->buffers = {nullptr};
  owned->children.resize(builders_.size());
  std::size_t size = 0;
  for (const ColumnBuilder& builder : builders_) size += builder.size();
  const auto block = std::make_shared<Block>(size);
  for (std::size_t i = 0; i < builders_.size(); ++i)
    builders_[i].finish(block, &owned->children[i]);
  export_array(std::move(owned), rows_, 0, out);
  rows_ = 0;
  bytes_ = 0;
}

}  // namespace leadscan::arrow
