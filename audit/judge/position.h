// Position: where a record is, for reports.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "audit/judge/judge.h"

namespace leadscan::audit {

struct Position {
  std::uint64_t file = 0;  // index in the list of inputs
  std::uint64_t member_index = 0;
  std::optional<std::string> member;
  std::uint64_t line = 0;    // from 1
  std::uint64_t offset = 0;  // of the record's first byte, in the decompressed member
  std::uint64_t length = 0;

  static Position of(const Judged& judged) {
    return {judged.member->file_index, judged.member->member_index, judged.member->member,
            judged.record->line,       judged.record->offset,       judged.record->size};
  }

  // The order of the input.
  friend bool operator<(const Position& a, const Position& b) {
    if (a.file != b.file) return a.file < b.file;
    if (a.member_index != b.member_index) return a.member_index < b.member_index;
    return a.offset < b.offset;
  }
  template <typename Archive>
  void archive(Archive& a) {
    a(file, member_index, member, line, offset, length);
  }
};

}  // namespace leadscan::audit
