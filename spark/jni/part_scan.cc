#include "spark/jni/part_scan.h"

#include <stdexcept>
#include <string>
#include <utility>

namespace leadscan::spark {
PartScan::PartScan(const arrow::Source& source, arrow::SourcePart part,
                   arrow::Projection projection)
    : part_(std::move(part)),
      stamp_(check_planned(part_)),
      scan_(source.settings_of(part_), std::move(projection)) {}

PartScan::~PartScan() { release(); }

void PartScan::release() {
  if (batch_.release != nullptr) batch_.release(&batch_);
  batch_ = {};
}

arrow::Scan::Next PartScan::next(unsigned milliseconds) {
  release();
  const arrow::Scan::Next next = scan_.next(&batch_, milliseconds);
  if (next == arrow::Scan::Next::end) {
    check_unchanged(part_, stamp_);
    if (const std::string why = scan_.failure(); !why.empty()) throw std::runtime_error(why);
  }
  return next;
}

std::int64_t PartScans::add(std::shared_ptr<PartScan> scan) {
  const std::lock_guard lock(mutex_);
  open_.emplace(++last_, std::move(scan));
  return last_;
}

std::shared_ptr<PartScan> PartScans::find(std::int64_t number) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(number);
  return found == open_.end() ? nullptr : found->second;
}

void PartScans::remove(std::int64_t number) {
  std::shared_ptr<PartScan> last;  // goes when others may go on: it waits for the scan's threads
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(number);
  if (found == open_.end()) return;
  last = std::move(found->second);
  open_.erase(found);
}

}  // namespace leadscan::spark
