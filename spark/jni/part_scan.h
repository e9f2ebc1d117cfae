// PartScan: what one task reads, a batch at a time, whose memory stays until the next one is asked
// for. PartScans: those that are open, by numbers, so that who has one that was closed does no
// harm.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "python/arrow/scan.h"
#include "python/arrow/source.h"

namespace leadscan::spark {

class PartScan {
 public:
  // Throws std::runtime_error if the file has changed.
  PartScan(const arrow::Source& source, arrow::SourcePart part, arrow::Projection projection);
  ~PartScan();
  PartScan(const PartScan&) = delete;
  PartScan& operator=(const PartScan&) = delete;

  // Waits so long at most. Throws std::runtime_error at the end of a file that has changed while it
  // was read, and for a failure of the scan itself.
  arrow::Scan::Next next(unsigned milliseconds);
  // The one that next() gave last.
  const ArrowArray& batch() const { return batch_; }
  std::uint64_t begin() const { return part_.begin; }
  const arrow::Projection& projection() const { return scan_.projection(); }

  // At the end.
  std::vector<audit::InputError> errors() const { return scan_.errors(); }
  arrow::Account account() const { return scan_.account(); }
  std::string file() const { return scan_.file(); }

  // Held by whoever calls any of these.
  std::mutex& mutex() { return mutex_; }

 private:
  void release();

  std::mutex mutex_;
  arrow::SourcePart part_;
  arrow::Stamp stamp_;
  arrow::Scan scan_;
  ArrowArray batch_{};
};

class PartScans {
 public:
  // Its number, which is never given again.
  std::int64_t add(std::shared_ptr<PartScan> scan);
  // Null if it is not open.
  std::shared_ptr<PartScan> find(std::int64_t number);
  void remove(std::int64_t number);

 private:
  std::mutex mutex_;
  std::int64_t last_ = 0;
  std::unordered_map<std::int64_t, std::shared_ptr<PartScan>> open_;
};

}  // namespace leadscan::spark
