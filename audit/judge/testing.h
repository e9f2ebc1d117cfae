// What the tests of this folder share: records judged without files around them.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audit/judge/judge.h"

namespace leadscan::audit {

// A text that stays, with what a parser may read behind it.
class PaddedText {
 public:
  explicit PaddedText(std::string_view text) : bytes_(text), size_(text.size()) {
    bytes_.append(Chunk::kSlack, '\n');
  }
  Record record() const {
    Record record;
    record.data = bytes_.data();
    record.size = size_;
    record.capacity = bytes_.size();
    record.line = 1;
    return record;
  }

 private:
  std::string bytes_;
  std::size_t size_;
};

inline MemberInfo member_of(std::size_t file, RecordMode mode = RecordMode::ndjson) {
  MemberInfo member;
  member.file_index = file;
  member.file = "file" + std::to_string(file);
  member.mode = mode;
  return member;
}

}  // namespace leadscan::audit
