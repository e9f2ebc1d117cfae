// RecordSink: something that wants every record, in the order of the input: a list on standard
// output, a quarantine file, a database.
#pragma once

#include <string>
#include <string_view>

#include "audit/judge/judge.h"

namespace leadscan::audit {

// Records are judged on several threads, in chunks. see() is called on them, and writes down what
// is to be kept; take() is called in the order of the input with what see() wrote for one chunk
// after the other, by one thread at a time. So costly work belongs into see().
class RecordSink {
 public:
  virtual ~RecordSink() = default;

  // Appends to `memory`. Must be safe on several threads at once.
  virtual void see(const Judged& judged, std::string& memory) const = 0;
  // A part of a record that is too long to keep, before see() is called for it as a whole.
  virtual void see_part(const Segment& part, std::string_view bytes, std::string& memory) const {
    static_cast<void>(part), static_cast<void>(bytes), static_cast<void>(memory);
  }

  virtual void take(std::string_view memory) = 0;

  // For checkpoints: everything taken so far is safe with the operating system; what resume() is
  // to be given to go on from here, and drop what was taken later.
  virtual std::string mark() { return {}; }
  virtual void resume(std::string_view mark) { static_cast<void>(mark); }

  // Why it cannot go on; empty if all is well.
  virtual std::string error() const { return {}; }
};

}  // namespace leadscan::audit
