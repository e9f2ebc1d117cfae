#include "leadscan/columns/column_reader.h"

#include <new>

#include "leadscan/columns/column_state.h"

namespace leadscan::internal {

bool ColumnReader::exists_for(Isa isa) noexcept {
#if defined(__x86_64__)
  return isa == Isa::avx512;
#else
  static_cast<void>(isa);
  return false;
#endif
}

ColumnReader::ColumnReader(Isa isa) noexcept {
#if defined(__x86_64__)
  if (exists_for(isa)) functions_ = &columns_avx512();
#else
  static_cast<void>(isa);
#endif
}
ColumnReader::~ColumnReader() = default;
ColumnReader::ColumnReader(ColumnReader&&) noexcept = default;
ColumnReader& ColumnReader::operator=(ColumnReader&&) noexcept = default;

bool ColumnReader::allocate() noexcept {
  if (functions_ == nullptr) return false;
  state_.reset(new (std::nothrow) ColumnState);
  return state_ != nullptr;
}

}  // namespace leadscan::internal
