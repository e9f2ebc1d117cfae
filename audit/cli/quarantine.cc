#include "audit/cli/quarantine.h"

#include <charconv>
#include <cstring>

#include "audit/base/json_output.h"
#include "audit/cli/check.h"

namespace leadscan::audit {
namespace {

// In front of what see() writes down: how it is to be taken.
enum Kind : char {
  kWhole,      // bytes to be written
  kFirstPart,  // the same; the length is behind the first kLengthMark in them
  kPart,       // bytes to be written
  kEnd,        // the length in decimal, for the record whose first part came before
};
constexpr std::string_view kLengthName = ",\"length\":";
constexpr std::string_view kRoom = "                    ";  // for 64 bits in decimal

void append_piece(std::string& memory, Kind kind, std::string_view bytes) {
  memory += kind;
  const std::uint64_t size = bytes.size();
  memory.append(reinterpret_cast<const char*>(&size), sizeof size);
  memory += bytes;
}

}  // namespace

void QuarantineSink::see(const Judged& judged, std::string& memory) const {
  if (!is_bad(judged.verdict)) return;
  if (judged.record->data == nullptr) {
    append_piece(memory, kEnd, std::to_string(judged.record->size));
    return;
  }
  std::string piece;
  append_position(piece, judged);
  piece += ",\"verdict\":\"";
  piece += name_of(judged.verdict);
  piece += "\"}\n";
  piece += judged.record->bytes();
  piece += '\n';
  append_piece(memory, kWhole, piece);
}

void QuarantineSink::see_part(const Segment& part, std::string_view bytes,
                              std::string& memory) const {
  if (!part.first_part) {
    append_piece(memory, kPart, bytes);
    return;
  }
  // How long it is, is not known yet.
  Record record;
  record.offset = part.record_offset;
  record.line = part.record_line;
  Judged judged;
  judged.record = &record;
  judged.member = part.member.get();
  std::string piece;
  append_position(piece, judged);
  piece.pop_back();  // the length: 0
  piece += kRoom;
  piece += ",\"verdict\":\"too_large\"}\n";
  piece += bytes;
  append_piece(memory, kFirstPart, piece);
}

void QuarantineSink::take(std::string_view memory) {
  while (!memory.empty()) {
    const auto kind = static_cast<Kind>(memory[0]);
    std::uint64_t size = 0;
    std::memcpy(&size, memory.data() + 1, sizeof size);
    const std::string_view bytes = memory.substr(1 + sizeof size, size);
    memory.remove_prefix(1 + sizeof size + size);
    if (kind == kFirstPart)
      length_at_ = out_.size() + bytes.rfind(kLengthName, bytes.find('\n')) + kLengthName.size();
    if (kind == kEnd) {
      out_.write_at(length_at_, std::string(kRoom.substr(bytes.size())) + std::string(bytes));
      out_.write("\n");
    } else {
      out_.write(bytes);
    }
  }
}

void QuarantineSink::resume(std::string_view mark) {
  std::uint64_t size = 0;
  std::from_chars(mark.data(), mark.data() + mark.size(), size);
  out_.resume(size);
}

}  // namespace leadscan::audit
