#include "audit/records/chunk_reader.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <new>
#include <utility>

#include "audit/records/count_bytes.h"
#include "audit/records/csv_splitter.h"
#include "audit/records/http_archive.h"
#include "audit/records/json_splitter.h"
#include "audit/records/text_scanner.h"
#include "leadscan/json/characters.h"
#include "leadscan/line.h"

namespace leadscan::audit {
namespace {

constexpr std::size_t kMostSegments = 4096;
// What is written of each record has its file's and member's names, so that short ones come to
// far more than they are. So much of it one chunk may make, besides its own bytes.
constexpr std::size_t kMostOutput = std::size_t{16} << 20;
constexpr std::size_t kOutputOfRecord = 256;  // besides the names
// As much of a text that has no hard break within a chunk tells who wrote it.
constexpr std::size_t kFrontOfStretch = 128;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Of the last line that is not blank; 0 if there is none.
std::size_t last_line_begin(std::string_view text) {
  const std::size_t last = text.find_last_not_of(leadscan::internal::kWhiteSpace);
  return last == text.npos ? 0 : text.rfind('\n', last) + 1;
}

}  // namespace

ChunkReader::ChunkReader(std::size_t file_index, std::string path, const ReadOptions& options,
                         Watch watch)
    : file_index_(file_index),
      path_(std::move(path)),
      options_(options),
      members_(path_, watch),
      watch_(watch),
      matching_(options.match, options.max_record),
      parts_(options.joins_docker, false),
      modes_(static_cast<std::size_t>(RecordMode::har) + 1) {}

ChunkReader::ChunkReader(std::size_t file_index, std::string path, const ReadOptions& options,
                         Section section, Watch watch)
    : file_index_(file_index),
      path_(std::move(path)),
      options_(options),
      begin_(section.begin),
      end_(section.end),
      first_line_(section.line),
      members_(path_, watch, std::move(section.bytes), section.plain_file),
      watch_(watch),
      matching_(options.match, options.max_record),
      parts_(options.joins_docker, false),
      modes_(static_cast<std::size_t>(RecordMode::har) + 1) {}

bool ChunkReader::next(Chunk& chunk) {
  chunk.clear();
  chunk.shrink(2 * options_.chunk_bytes);
  room_ = 0;
  output_ = 0;
  make_room(chunk, options_.chunk_bytes);
  while (chunk.segments.size() < kMostSegments) {
    const std::size_t segments = chunk.segments.size();
    const std::uint64_t had = bytes();
    try {
      if (!open_ && (given_up_ || !open_member(chunk))) break;
      fill(chunk);
    } catch (const std::bad_alloc&) {
      give_up_member(chunk, segments, had);
      continue;
    }
    // A member that goes on has filled its chunk. Behind a short one the next may still fit.
    // And of one that is followed nothing may come for long.
    if ((open_ || watch_.follow) && !chunk.segments.empty()) break;
    if (chunk.size() > options_.chunk_bytes / 2 || output_ > kMostOutput) break;
  }
  chunk.output = output_;
  return !chunk.segments.empty();
}

bool ChunkReader::open_member(Chunk& chunk) {
  for (;; --skip_) {
    // What is wrong with members that are passed over was told when they were read.
    if (skip_ == 0 && skipped_) members_.forget_errors();
    if (skip_ == 0) skipped_ = false;
    if (!members_.next()) return false;
    ++member_count_;
    if (skip_ == 0) break;
    skipped_ = true;
  }

  open_ = true;
  ended_ = false;
  offset_ = begin_;
  line_ = first_line_;
  separators_ = 0;
  splitter_.reset();
  in_stretch_ = is_cri_ = false;
  given_up_parts_ = 0;
  oversize_ = false;
  matching_.reset();
  unmatched_line_ = 0;

  // The first bytes are read into the chunk's free room, and taken from there.
  RecordMode mode = options_.mode;
  const bool may_be_archive = mode == RecordMode::automatic && !watch_.follow;
  const std::size_t wanted = begin_ != 0      ? 0
                             : may_be_archive ? kArchiveFront
                                              : kByteOrderMark.size();
  chunk.reserve(chunk.size() + wanted);
  char* front = chunk.data() + chunk.size();
  std::size_t got = 0;
  while (got < wanted && !ended_) {
    const std::size_t n = members_.bytes().read(front + got, wanted - got);
    ended_ = n == 0;
    got += n;
    if (watch_.follow && !kByteOrderMark.starts_with({front, got})) break;
  }
  bytes_ += got;
  std::string_view text(front, got);
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
    separators_ = offset_ = kByteOrderMark.size();
  }
  carry_.assign(text);
  is_looked_at_ = false;

  if (mode == RecordMode::automatic && !options_.envelope && !watch_.follow &&
      is_http_archive(text))
    mode = RecordMode::har;
  ++modes_[static_cast<std::size_t>(mode)];
  if (mode == RecordMode::json || mode == RecordMode::har)
    splitter_ = std::make_unique<JsonSplitter>(mode == RecordMode::har, options_.max_record);
  else if (!options_.column.empty())
    splitter_ = std::make_unique<CsvSplitter>(options_.column);
  info_ = std::make_shared<MemberInfo>(
      MemberInfo{file_index_, path_, members_.name(), member_count_ - 1, mode});
  if (is_rotated()) find_rests();
  return true;
}

// Memory was short after `segments` of the chunk were complete, and `had` bytes given in all. What
// chunks do not have of the member is as if it had not been read.
void ChunkReader::give_up_member(Chunk& chunk, std::size_t segments, std::uint64_t had) {
  std::size_t end = 0;
  std::uint64_t given = had;
  for (std::size_t i = 0; i < chunk.segments.size(); ++i) {
    const Segment& segment = chunk.segments[i];
    end = segment.begin + segment.size;
    if (i >= segments) given += segment.size - segment.elsewhere + segment.separators;
  }
  chunk.cut(end);
  carry_ = std::string();
  separators_ = 0;
  bytes_ = given;
  splitter_.reset();
  spans_left_.clear();
  if (std::exchange(open_, false)) {
    members_.give_up_member(kNoMemory);
  } else {
    given_up_ = true;
    members_.give_up(kNoMemory);
  }
  // Whatever else it holds, the record is too long.
  if (std::exchange(oversize_, false) && oversize_size_ > 0) end_oversize_part(chunk, end, 0, true);
}

void ChunkReader::end_member() {
  open_ = false;
  members_.close_member();
  if (splitter_ != nullptr && !splitter_->error().empty())
    members_.give_up_member(splitter_->error());
}

// A chunk is filled up to here, not to its capacity, which depends on what its thread has read
// before: how much decoders give in front of damage depends on how much they are asked for.
void ChunkReader::make_room(Chunk& chunk, std::size_t room) {
  chunk.reserve(std::max(room_, room));
  room_ = std::max(room_, room);
}

// Reads until the chunk is full or the member ends.
bool ChunkReader::read_some(Chunk& chunk) {
  if (watch_.follow) return read_growth(chunk);
  const std::size_t before = chunk.size();
  while (!ended_ && chunk.size() < room_) {
    const std::size_t n = members_.bytes().read(chunk.data() + chunk.size(), room_ - chunk.size());
    ended_ = n == 0;
    bytes_ += n;
    chunk.set_size(chunk.size() + n);
  }
  return chunk.size() != before;
}

// A segment that begins with what is left from the chunk before.
Segment ChunkReader::begin_segment(Chunk& chunk) {
  Segment segment;
  segment.member = info_;
  segment.begin = chunk.size();
  segment.offset = offset_;
  segment.line = line_;
  segment.separators = separators_;
  separators_ = 0;
  take_carry(chunk);
  return segment;
}

void ChunkReader::take_carry(Chunk& chunk) {
  if (carry_.empty()) return;
  const std::size_t size = chunk.size() + carry_.size();
  if (room_ < size + 1) make_room(chunk, size + options_.chunk_bytes);
  std::memcpy(chunk.data() + chunk.size(), carry_.data(), carry_.size());
  chunk.set_size(size);
  carry_.clear();
}

// The chunk's bytes from `from` on are for the next chunk.
void ChunkReader::keep_tail(Chunk& chunk, std::size_t from) {
  carry_.assign(chunk.data() + from, chunk.size() - from);
  is_looked_at_ = carry_.empty();
  chunk.set_size(from);
}

void ChunkReader::finish_segment(Chunk& chunk, Segment& segment, std::uint64_t lines) {
  offset_ = segment.offset + segment.size;
  if (matching_.is_asked() && segment.kind == Segment::Kind::spans)
    matching_.advance({chunk.data() + segment.begin, segment.size});
  if (segment.size == 0 && segment.separators == 0 && segment.span_count == 0 &&
      segment.passed_over == 0)
    return;
  line_ = segment.line + lines;
  chunk.segments.push_back(std::move(segment));
}

std::size_t ChunkReader::output_of_record() const {
  return kOutputOfRecord + info_->file.size() + (info_->member ? info_->member->size() : 0);
}

std::size_t ChunkReader::most_records() const {
  return 1 + (kMostOutput - std::min(kMostOutput, output_)) / output_of_record();
}

// Ends a segment of lines, which may be too many for one chunk. False if it does not have all of
// them: the others are for the next chunk.
bool ChunkReader::finish_lines(Chunk& chunk, Segment& segment) {
  const char* const begin = chunk.data() + segment.begin;
  std::uint64_t lines = options_.count_lines ? count_bytes(begin, segment.size, '\n') : 0;
  const std::uint64_t most = most_records();
  const bool is_whole = lines <= most;
  if (!is_whole) {
    lines = most;
    std::string_view rest(begin, segment.size);
    for (std::uint64_t i = 0; i < most; ++i) rest.remove_prefix(first_line(rest).next);
    segment.size -= rest.size();
  }
  output_ += lines * output_of_record();
  if (segment.begin + segment.size < chunk.size()) keep_tail(chunk, segment.begin + segment.size);
  finish_segment(chunk, segment, lines);
  return is_whole;
}

bool ChunkReader::fill(Chunk& chunk) {
  if (oversize_) return fill_oversize(chunk);
  Segment segment = begin_segment(chunk);
  if (splitter_ != nullptr) return fill_spans(chunk, std::move(segment));
  if (info_->mode == RecordMode::automatic) return fill_text(chunk, std::move(segment));
  return fill_lines(chunk, std::move(segment));
}

// Whether a file's last line in front of `end` may be a part of one that goes on behind it. `tail`:
// what is in front of it, which need not have all of the line: then more is read.
bool ChunkReader::may_go_on(const File& file, std::string_view tail, std::uint64_t end) {
  constexpr std::size_t kMore = std::size_t{64} << 10;
  constexpr std::size_t kMost = std::size_t{1} << 20;
  if (given_up_parts_ != 0) return true;
  std::size_t begin = last_line_begin(tail);
  for (std::size_t more = kMore; begin == 0 && tail.size() < end; more *= 4) {
    // Of a line that is longer it is not looked for here: then nothing is left in the file.
    if (more > kMost) return true;
    tail_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(more, end)));
    std::string error;
    tail_.resize(file.read_at(end - tail_.size(), tail_.data(), tail_.size(), error));
    tail = tail_;
    begin = last_line_begin(tail);
    if (!error.empty()) break;
  }
  return parts_.may_begin(tail.substr(begin));
}

// Where the text's last cut is, up to `end`, at which a line ends, that has no line's parts on both
// of its sides; 0 if there is none.
std::size_t ChunkReader::cut_between_parts(std::string_view text, std::uint64_t offset_of_text,
                                           std::size_t end) {
  if (!knows_parts_) {
    const std::string_view front = text.substr(0, end);
    if (given_up_parts_ == 0 && !parts_.may_begin(front.substr(last_line_begin(front)))) return end;
    parts_.scan(front, 0, 1, given_up_parts_, *info_, offset_of_text);
    knows_parts_ = true;
  }
  return parts_.last_cut(text.substr(0, end), end);
}

// Lines of a plain file are left to be read by the thread that judges them, for copying them from
// the page cache takes as long as judging. What is found here is only where the last one ends.
bool ChunkReader::leave_lines(Chunk& chunk, const Segment& segment) {
  constexpr std::size_t kTail = 4096;
  FdSource* const plain = members_.plain_file();
  if (plain == nullptr || ended_ || options_.count_lines || room_ < chunk.size() + kTail)
    return false;
  // Not while bytes that the file has given are still on their way here.
  const std::int64_t at = plain->seek(0, SEEK_CUR);
  const std::uint64_t offset = segment.offset + (chunk.size() - segment.begin);
  if (at < 0 || static_cast<std::uint64_t>(at) != offset) return false;
  std::size_t size = room_ - chunk.size();
  if (offset + size > end_) return false;
  char tail[kTail];
  std::string error;  // at the end of the file, or of what can be read, it is read() that tells
  if (plain->file()->read_at(offset + size - kTail, tail, kTail, error) != kTail) return false;
  const std::string_view text(tail, kTail);
  const bool is_text = segment.kind == Segment::Kind::text;
  const std::size_t end = is_text ? last_hard_break(text) : text.rfind('\n') + 1;
  if (end == 0) return false;
  size -= kTail - end;
  if (is_text && may_go_on(*plain->file(), text.substr(0, end), offset + size)) return false;
  if (plain->seek(static_cast<std::int64_t>(size), SEEK_CUR) < 0) return false;
  if (watch_.bytes != nullptr) watch_.bytes->fetch_add(size, std::memory_order_relaxed);
  bytes_ += size;
  chunk.leave(plain->file(), offset, size);
  return true;
}

bool ChunkReader::fill_lines(Chunk& chunk, Segment segment) {
  segment.kind =
      info_->mode == RecordMode::prefixed ? Segment::Kind::prefixed_lines : Segment::Kind::lines;
  if (leave_lines(chunk, segment)) {
    segment.size = chunk.size() - segment.begin;
    finish_segment(chunk, segment, 0);
    return true;
  }
  std::size_t searched = 0;
  for (;;) {
    read_some(chunk);
    const char* begin = chunk.data() + segment.begin;
    const std::size_t size = chunk.size() - segment.begin;
    if (ended_) {
      segment.size = size;
      const std::string_view text(begin, size);
      const std::string_view rest = text.substr(text.rfind('\n') + 1);
      if (is_left_open() && !ends_closed(rest)) {
        segment.size -= rest.size();
        forget(rest, segment.offset + segment.size,
               segment.line + count_bytes(begin, segment.size, '\n'));
        chunk.set_size(segment.begin + segment.size);
      }
      if (finish_lines(chunk, segment)) end_member();
      return true;
    }
    const void* newline = ::memrchr(begin + searched, '\n', size - searched);
    if (newline != nullptr) {
      segment.size = static_cast<std::size_t>(static_cast<const char*>(newline) - begin) + 1;
      finish_lines(chunk, segment);
      return true;
    }
    // One that is no longer may still end with a CR.
    if (size > options_.max_record + 1) {
      oversize_ = true;
      oversize_offset_ = segment.offset;
      oversize_line_ = segment.line;
      oversize_size_ = 0;
      if (matching_.is_asked()) {
        matching_.start({begin, size});
        oversize_matching_ = matching(0, size, segment.line);
      }
      separators_ = segment.separators;
      end_oversize_part(chunk, segment.begin, size, false);
      return true;
    }
    searched = size;
    make_room(chunk,
              segment.begin + std::min(2 * size, options_.max_record + 2) + options_.chunk_bytes);
  }
}

// Ends a segment of text at a hard break, or at the end of the member. No more of it than may hold
// as many records as a chunk may have, as far as it can be cut. False if some of it is for the next
// chunk.
bool ChunkReader::finish_text(Chunk& chunk, Segment& segment) {
  const char* const begin = chunk.data() + segment.begin;
  const std::size_t whole = segment.size;
  std::uint64_t lines = 0;
  if (options_.count_lines) {
    // A record has a brace, or is a run of NULs, which is on a line.
    const std::size_t most = most_records();
    std::uint64_t records = 0;
    for (;;) {
      lines = count_bytes(begin, segment.size, '\n');
      records = std::max(count_bytes(begin, segment.size, '{'), lines);
      if (records <= most) break;
      std::size_t cut = last_hard_break({begin, segment.size / 2});
      if (cut != 0) cut = cut_between_parts({begin, segment.size}, segment.offset, cut);
      if (cut == 0) break;
      segment.size = cut;
      segment.gives_up = 0;
    }
    output_ += records * output_of_record();
  }
  if (segment.begin + segment.size < chunk.size()) keep_tail(chunk, segment.begin + segment.size);
  const bool is_whole = segment.size == whole;
  if (is_whole && ended_) take_rest(chunk, segment);
  given_up_parts_ = segment.gives_up;
  if (given_up_parts_ == 0 && knows_parts_) given_up_parts_ = parts_.given_up(segment.size);
  finish_segment(chunk, segment, lines);
  return is_whole;
}

// Text is cut at hard breaks, so that records are found by the threads that judge them. Where there
// is none within a chunk, they are found here.
bool ChunkReader::fill_text(Chunk& chunk, Segment segment) {
  segment.kind = Segment::Kind::text;
  segment.given_up = given_up_parts_;
  if (leave_lines(chunk, segment)) {
    segment.size = chunk.size() - segment.begin;
    finish_segment(chunk, segment, 0);
    return true;
  }
  for (;;) {
    read_some(chunk);
    knows_parts_ = false;
    const std::string_view text(chunk.data() + segment.begin, chunk.size() - segment.begin);
    if (ended_ &&
        (!is_left_open() || (ends_closed(text) && cut_between_parts(text, segment.offset,
                                                                    text.size()) == text.size()))) {
      segment.size = text.size();
      if (finish_text(chunk, segment)) end_member();
      return true;
    }
    LineEnd end = {0, true};
    if (ended_ || watch_.follow) {
      end = last_line_end(text);
    } else {
      end.at = last_hard_break(text);
    }
    segment.size = end.at;
    if (segment.size == 0 && !ended_) {
      if (text.size() > kFrontOfStretch && (end.in_array || text.size() > options_.chunk_bytes))
        break;
      make_room(chunk, segment.begin + text.size() + options_.chunk_bytes);
      continue;
    }
    const std::size_t cut =
        segment.size == 0 ? 0 : cut_between_parts(text, segment.offset, segment.size);
    if (ended_) {
      segment.size = cut;
      forget(text.substr(segment.size), segment.offset + segment.size,
             segment.line + count_bytes(text.data(), segment.size, '\n'));
      chunk.set_size(segment.begin + segment.size);
      if (finish_text(chunk, segment)) end_member();
      return true;
    }
    // A line that was cut in parts is longer than all that is here.
    const std::size_t cost = cut == 0 ? parts_.cost_of_open() : 0;
    if (cut == 0 && text.size() + cost <= options_.max_record) {
      // As much of it as is allowed, if the rest of it is like this.
      const std::size_t most = options_.max_record / (text.size() + cost) * text.size();
      make_room(chunk, segment.begin + std::min(2 * text.size(), most + 1) + options_.chunk_bytes);
      continue;
    }
    if (cut == 0)
      segment.gives_up = parts_.open() | parts_.given_up(segment.size);
    else
      segment.size = cut;
    finish_text(chunk, segment);
    return true;
  }
  begin_stretch({chunk.data() + segment.begin, chunk.size() - segment.begin}, segment.line);
  is_looked_at_ = false;
  return fill_spans(chunk, std::move(segment));
}

}  // namespace leadscan::audit
