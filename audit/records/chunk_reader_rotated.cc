// The part of ChunkReader that is for files of a log that was rotated (rotated_parts.h).
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "audit/records/chunk_reader.h"
#include "audit/records/text_scanner.h"
#include "leadscan/line.h"

namespace leadscan::audit {

bool ChunkReader::is_rotated() const {
  return rotated_ != nullptr && !watch_.follow && info_->mode == RecordMode::automatic &&
         splitter_ == nullptr && !info_->member;
}

// Which of the first lines belong to what is in the files in front of this one.
void ChunkReader::find_rests() {
  if (const std::string* const next = rotated_->behind(path_)) info_->continues_in = *next;
  const std::string* const before = rotated_->before(path_);
  if (before == nullptr || !may_begin_with_rest(path_, options_.joins_docker, watch_)) return;
  const OpenEnd end = open_end_of(*before);
  RestOfParts rest = find_rest(end, path_, options_.joins_docker, options_.max_record, watch_);
  given_up_parts_ = rest.given_up;
  info_->rests = std::move(rest.lines);
  if (rest.is_open) carried_ = end.lines + rest.bytes;
}

// At the end of a file that somebody else reads, or has read.
OpenEnd ChunkReader::open_end_of(const std::string& path) const {
  ReadOptions options = options_;
  options.count_lines = false;
  Watch watch;
  watch.stop = watch_.stop;
  watch.given_up = watch_.given_up;
  watch.memory = watch_.memory;
  OpenEnd end;
  ChunkReader reader(0, path, options, watch);
  reader.asked_ = &end;
  // One line may be all of several files, if they are short.
  std::error_code error;
  if (rotated_files_ > 2 && std::filesystem::file_size(path, error) <= options_.max_record &&
      !error)
    reader.set_rotated(*rotated_, rotated_files_ - 1);
  Chunk chunk;
  const auto is_stopped = [this] {
    return watch_.stop != nullptr && watch_.stop->load(std::memory_order_relaxed);
  };
  while (!is_stopped() && reader.next(chunk)) {
  }
  throw_if_starved(reader.errors());
  if (!reader.errors().empty()) return {};
  return end;
}

// Of the last text of the file, which has all of it that is open.
OpenEnd ChunkReader::open_end(std::string_view text, std::uint64_t offset) {
  OpenEnd end;
  end.given_up = given_up_parts_;
  if (!text.ends_with('\n')) return end;
  const std::string_view lines = text.substr(0, text.find_last_not_of("\r\n") + 1);
  const std::string_view last = lines.substr(lines.rfind('\n') + 1);
  if (given_up_parts_ == 0 && !parts_.may_begin(last)) return end;
  LogParts parts(options_.joins_docker);
  parts.scan(text, 0, 1, given_up_parts_, *info_, offset);
  end.given_up = parts.given_up(text.size());
  end.lines = parts.open_lines(text);
  end.last_line = last;
  if (end.lines.size() + parts.cost_of_open() > options_.max_record) end.too_long = parts.open();
  return end;
}

// What has no end in the file is read on in the files behind it.
void ChunkReader::take_rest(Chunk& chunk, Segment& segment) {
  if (asked_ == nullptr && (!is_rotated() || info_->continues_in.empty())) return;
  if (info_->member || is_left_open() || !members_.bytes().error().empty()) return;
  OpenEnd end = open_end({chunk.data() + segment.begin, segment.size}, segment.offset);
  if (asked_ != nullptr) {
    // In front of what began in this file, of the other stream.
    end.lines.insert(0, carried_);
    *asked_ = std::move(end);
    return;
  }
  const std::string* next = rotated_->behind(path_);
  for (unsigned files = 1; next != nullptr && files < kMostRotatedFiles && !end.lines.empty();
       ++files) {
    const RestOfParts rest =
        find_rest(end, *next, options_.joins_docker, options_.max_record, watch_);
    chunk.reserve(chunk.size() + rest.bytes.size());
    std::memcpy(chunk.data() + chunk.size(), rest.bytes.data(), rest.bytes.size());
    chunk.set_size(chunk.size() + rest.bytes.size());
    segment.size += rest.bytes.size();
    segment.elsewhere += rest.bytes.size();
    segment.gives_up |= static_cast<LogParts::Streams>(rest.given_up & ~end.given_up);
    if (!rest.is_open || segment.elsewhere > options_.max_record) break;
    end.lines += rest.bytes;
    end.last_line = first_line(rest.bytes).text;
    next = rotated_->behind(*next);
  }
}

}  // namespace leadscan::audit
