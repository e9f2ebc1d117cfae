// The part of ChunkReader that is for texts that may go on behind what was read of them: because
// they are followed, or because reading was stopped.
#include <cstring>
#include <string>
#include <utility>

#include "audit/records/chunk_reader.h"
#include "audit/records/text_scanner.h"
#include "leadscan/json/characters.h"
#include "leadscan/line.h"

namespace leadscan::audit {

// What has come; waits only if what was there before is not enough for a record.
bool ChunkReader::read_growth(Chunk& chunk) {
  if (!std::exchange(is_looked_at_, true)) return false;
  if (ended_ || chunk.size() >= room_) return false;
  const std::size_t n = members_.bytes().read(chunk.data() + chunk.size(), room_ - chunk.size());
  ended_ = n == 0;
  bytes_ += n;
  chunk.set_size(chunk.size() + n);
  return n != 0;
}

// The last bytes, from `offset` on, belong to a record that goes on behind where reading was
// stopped: nothing can be said of it.
void ChunkReader::forget(std::string_view rest, std::uint64_t offset, std::uint64_t line) {
  bytes_ -= rest.size();
  if (members_.is_left_open() && watch_.tell != nullptr &&
      rest.find_first_not_of(leadscan::internal::kWhiteSpace) != rest.npos)
    (*watch_.tell)(path_ + ": line " + std::to_string(line) + " (byte " + std::to_string(offset) +
                   "): a record had not ended; what there is of it was not judged (" +
                   std::to_string(rest.size()) + (rest.size() == 1 ? " byte)" : " bytes)"));
}

// Behind the last line's end of a text that is not read on, or not now, if no document is open
// there; else behind the last hard break.
ChunkReader::LineEnd ChunkReader::last_line_end(std::string_view text) const {
  const std::size_t line_end = text.rfind('\n') + 1;
  const std::size_t hard_break = last_hard_break(text.substr(0, line_end));
  TextScanner scanner({options_.max_record, options_.envelope});
  std::vector<Span> spans;
  scanner.scan(text.substr(hard_break, line_end - hard_break), false, spans);
  return {scanner.can_be_cut() ? line_end : hard_break, scanner.in_array()};
}

// Whether a text that may go on ends with documents that are whole, or white space: what comes
// behind a line's end that is not there yet cannot change them.
bool ChunkReader::ends_closed(std::string_view text) const {
  if (!members_.is_left_open()) return false;
  const std::string_view rest = text.substr(text.rfind('\n') + 1);
  std::size_t end = rest.size();
  while (end > 0 && leadscan::internal::is_blank(rest[end - 1])) --end;
  if (end == 0) return last_line_end(text).at == text.size() - rest.size();
  TextScanner scanner({options_.max_record, options_.envelope});
  std::vector<Span> spans;
  scanner.scan(text, false, spans);
  return scanner.between_documents() && !spans.empty() &&
         spans.back().begin + spans.back().size == text.size() - rest.size() + end;
}

}  // namespace leadscan::audit
