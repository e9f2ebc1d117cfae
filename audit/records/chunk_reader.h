// ChunkReader: one input file as chunks that end where records end.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audit/input/members.h"
#include "audit/input/rotated_files.h"
#include "audit/records/chunk.h"
#include "audit/records/log_parts.h"
#include "audit/records/matching_lines.h"
#include "audit/records/rotated_parts.h"
#include "audit/records/splitter.h"

namespace leadscan::audit {

struct ReadOptions {
  RecordMode mode = RecordMode::automatic;
  std::size_t max_record = std::size_t{16} << 20;
  // Chunks are about this long. Twice as much is hardly faster, a quarter of it up to 10 %
  // slower.
  std::size_t chunk_bytes = std::size_t{1} << 20;
  // Segment::line is wanted. Costs a pass over the bytes, before the next chunk can be had.
  bool count_lines = true;
  // An envelope is looked into (--at): a HAR file is then JSON like any other, and strings may be
  // records.
  bool envelope = false;
  // Lines that Docker has cut are put together (log_parts.h): the responses are looked for there.
  bool joins_docker = true;
  // The members are tables, and this column has the responses; empty: they need not be tables.
  std::string column;
  // Only records on lines with this text are wanted, which Matching says of those that are found
  // here.
  std::string match;
};

// Some of a file that is a text: [begin, end) of it, where lines begin and documents do not go on.
// It is read as all of it is, and placed where it is in the file.
struct Section {
  std::unique_ptr<ByteSource> bytes;
  // Of which they are read, if they are the file's own, and which they follow where it is sought.
  FdSource* plain_file = nullptr;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t line = 1;  // of its first byte
};

// Memory: the records of a chunk, and at most max_record + chunk_bytes of one that is not complete.
// One thread at a time, but any. A member for which there is not enough memory is left where that
// was found out, which is an error of the input like any other. With Watch::follow next() waits for
// the file to grow, and gives what is complete as soon as it has come.
class ChunkReader {
 public:
  ChunkReader(std::size_t file_index, std::string path, const ReadOptions& options,
              Watch watch = {});
  ChunkReader(std::size_t file_index, std::string path, const ReadOptions& options, Section section,
              Watch watch = {});

  // Fills `chunk`, though some may be left to Chunk::load(); false at the end of the file. Short
  // members share a chunk.
  bool next(Chunk& chunk);

  // Passes over members that an earlier run has done. Before the first next().
  void skip_members(std::uint64_t count) { skip_ = count; }

  // Which files are neighbours: what was cut at the end of one goes on in the next. Must live at
  // least as long as the reader; to be called before the first next(). A line is put together from
  // `files` at most: a file may begin with the rest of a line, so that those in front of it are
  // read, too.
  static constexpr unsigned kMostRotatedFiles = 16;
  void set_rotated(const RotatedFiles& rotated, unsigned files = kMostRotatedFiles) {
    rotated_ = &rotated;
    rotated_files_ = files;
  }

  // Whether the last chunk ended with its last member: nothing of another one was read.
  bool between_members() const { return !open_; }

  // Of all that was read so far.
  const std::vector<InputError>& errors() const { return members_.errors(); }
  std::uint64_t members() const { return member_count_; }
  // Decompressed bytes that were read, as far as chunks have them.
  std::uint64_t bytes() const { return bytes_ - carry_.size() - separators_; }
  // Of members, by how their records are laid out; index: RecordMode.
  const std::vector<std::uint64_t>& modes() const { return modes_; }

 private:
  bool open_member(Chunk& chunk);
  void end_member();
  void give_up_member(Chunk& chunk, std::size_t segments, std::uint64_t had);
  bool fill(Chunk& chunk);
  bool fill_lines(Chunk& chunk, Segment segment);
  bool leave_lines(Chunk& chunk, const Segment& segment);
  bool fill_text(Chunk& chunk, Segment segment);
  bool fill_spans(Chunk& chunk, Segment segment);
  void begin_stretch(std::string_view text, std::uint64_t line);
  std::size_t end_of_stretch(std::string_view text, std::size_t from) const;
  void end_stretch(Chunk& chunk, Segment& segment);
  bool is_left_open() const { return watch_.has_stopped() || members_.is_left_open(); }
  struct LineEnd {
    std::size_t at = 0;     // behind it
    bool in_array = false;  // what is open there is an array around documents
  };
  LineEnd last_line_end(std::string_view text) const;
  bool ends_closed(std::string_view text) const;
  bool may_go_on(const File& file, std::string_view tail, std::uint64_t end);
  std::size_t cut_between_parts(std::string_view text, std::uint64_t offset_of_text,
                                std::size_t end);
  bool is_rotated() const;
  void find_rests();
  OpenEnd open_end(std::string_view text, std::uint64_t offset);
  OpenEnd open_end_of(const std::string& path) const;
  void take_rest(Chunk& chunk, Segment& segment);
  bool finish_text(Chunk& chunk, Segment& segment);
  bool find_spans(Chunk& chunk, Segment& segment, bool whole);
  void find_in(Chunk& chunk, std::size_t begin, bool at_end);
  Matching matching(std::size_t begin, std::size_t size, std::uint64_t line);
  std::size_t output_of_record() const;
  std::size_t most_records() const;
  bool fill_oversize(Chunk& chunk);
  void make_room(Chunk& chunk, std::size_t room);
  bool read_some(Chunk& chunk);
  bool read_growth(Chunk& chunk);
  void forget(std::string_view rest, std::uint64_t offset, std::uint64_t line);
  Segment begin_segment(Chunk& chunk);
  void take_carry(Chunk& chunk);
  void keep_tail(Chunk& chunk, std::size_t from);
  void end_oversize_part(Chunk& chunk, std::size_t begin, std::size_t size, bool last);
  bool finish_lines(Chunk& chunk, Segment& segment);
  void finish_segment(Chunk& chunk, Segment& segment, std::uint64_t lines);

  std::size_t file_index_;
  std::string path_;
  ReadOptions options_;
  // Of a section, which is the only member; else of each.
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = UINT64_MAX;
  std::uint64_t first_line_ = 1;
  Members members_;
  std::size_t room_ = 0;
  std::size_t output_ = 0;  // what is written of the chunk's records may come to that
  Watch watch_;

  // Of the current member.
  bool open_ = false;
  bool ended_ = false;     // nothing more to read from it
  bool given_up_ = false;  // of the file nothing more is read
  std::shared_ptr<MemberInfo> info_;
  std::string carry_;             // bytes read that no chunk had yet
  bool is_looked_at_ = false;     // follow: there is no record in it that can be told already
  std::uint64_t offset_ = 0;      // of carry_'s first byte
  std::uint64_t line_ = 1;        // there
  std::uint64_t separators_ = 0;  // in front of it, not told of yet
  // Null for lines, and for text as long as it has hard breaks to cut it at: then in_stretch_ says
  // that the splitter is for what is in front of the next one.
  std::unique_ptr<Splitter> splitter_;
  bool in_stretch_ = false;
  std::size_t stretch_end_ = 0;  // in the text at hand; its size: not there yet
  std::size_t scan_end_ = 0;     // so much of it is looked at, if lines are to be matched
  MatchingLines matching_;
  std::uint64_t unmatched_line_ = 0;  // the last one; 0: none
  bool is_cri_ = false;               // the stretch begins with a line of Kubernetes'
  std::vector<Span> spans_left_;      // that were found in carry_
  std::string tail_;                  // of a file's chunk that is left in it
  LogParts parts_;
  const RotatedFiles* rotated_ = nullptr;
  unsigned rotated_files_ = 0;
  OpenEnd* asked_ = nullptr;              // the reader is there for what is open at the file's end
  std::string carried_;                   // what is open in front of the file, and at its end, too
  bool knows_parts_ = false;              // of the text that is at hand
  LogParts::Streams given_up_parts_ = 0;  // as in Segment, of the next one
  bool oversize_ = false;
  std::uint64_t oversize_offset_ = 0;
  std::uint64_t oversize_line_ = 0;
  std::uint64_t oversize_size_ = 0;
  Matching oversize_matching_ = Matching::yes;

  std::uint64_t skip_ = 0;
  bool skipped_ = false;
  std::uint64_t member_count_ = 0;
  std::uint64_t bytes_ = 0;
  std::vector<std::uint64_t> modes_;
};

}  // namespace leadscan::audit
