// LogParts: lines that the writer of a log has cut, and put together again.
//
// Docker's json-file driver and Kubernetes' runtimes (CRI) write a program's line that is longer
// than their buffer, of 16 KiB mostly, as several lines of theirs, with lines of the program's
// other stream between them. Of Docker, /log without a line end at its end goes on in the next line
// of the same /stream; of CRI, what has the tag P does, and F ends it.
//
// A document that is written over several lines of the program is, too, where it goes on in the
// next line of its stream as it would in a text (is_hard_break).
//
// Not all writers keep the line end at the end of /log. So Docker's goes on only where a document
// is open at its end, or where it is as long as Docker's buffer; and never with a line that is a
// document by itself. A line of no such writer ends all that is open.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/records/chunk.h"
#include "audit/records/for_each_record.h"
#include "audit/records/text_scanner.h"

namespace leadscan::audit {

// A line as container runtimes write it: `TIME STREAM TAGS TEXT`.
struct CriLine {
  std::string_view stream;
  bool is_part = false;  // goes on in the next line of the stream
  std::string_view text;
};
// False if it is none. `line` is without its line end.
bool parse_cri(std::string_view line, CriLine& parts);

// A line of a container's log. `begin` and `end`: where the program's text is in it; of Docker, the
// characters of a JSON string.
struct ContainerLine {
  enum class Writer : std::uint8_t { none, docker, cri };
  Writer writer = Writer::none;
  bool is_stderr = false;
  bool is_part = false;  // of Docker: perhaps
  bool escaped = false;
  std::size_t members_before = 0;  // of Docker: in front of /log
  std::size_t begin = 0;
  std::size_t end = 0;
};
ContainerLine parse_container_line(std::string_view line);
// Whether the line is one, as far as it can be told in a moment: it is asked of very many lines.
bool may_be_container_line(std::string_view line);
// The same of the text in front of a document.
bool may_be_cri(std::string_view prefix);

// A line of a program, from the lines that have its parts.
struct JoinedLine {
  struct Part {
    std::size_t at = 0;    // of the writer's line, in the text
    std::size_t size = 0;  // with its line end
    std::uint64_t line = 0;
    std::size_t begin = 0;  // in its line: what is taken from it
    std::size_t end = 0;
    std::size_t joined = 0;  // in the joined line: where that begins
    std::size_t before = 0;  // bytes of all lines in front of this one
  };
  std::vector<Part> parts;
  bool is_open = false;  // the text ends in front of its last part

  std::size_t size() const { return parts.back().before + parts.back().size; }
  std::size_t joined_size() const {
    return parts.back().joined + parts.back().end - parts.back().begin;
  }
  // The line as it would have been written in one.
  void join(std::string_view text, std::string& joined) const;
  // A record of the joined line as it is in the text: where it begins, and its bytes of all lines,
  // with what the writer has put between them. Where its lines are not beside each other, `copy`
  // has the bytes. Offsets are those in the text. `own_end`: behind it are bytes of other files.
  Record place(std::string_view text, std::size_t own_end, const Record& record,
               std::string& copy) const;
  // Bytes of its lines in front of that.
  std::size_t size_up_to(std::size_t own_end) const;

 private:
  const Part& part_at(std::size_t at) const;
};

// Finds in a text what was cut. Linear; of lines that are whole hardly more than the end is read.
class LogParts {
 public:
  // Of which of the two streams something holds, a bit each.
  using Streams = std::uint8_t;

  // What a part counts besides its bytes where --max-record is asked for, as it takes memory.
  static constexpr std::size_t kCostOfPart = 80;

  // `joins_docker`: else only CRI is looked for. `keeps_parts`: else it is only for last_cut(),
  // given_up(), open() and cost_of_open().
  explicit LogParts(bool joins_docker, bool keeps_parts = true)
      : joins_docker_(joins_docker), keeps_parts_(keeps_parts) {}

  // Whether scan() is worth it from a line on, as far as it can be told in a moment.
  bool may_begin(std::string_view line) const {
    return (joins_docker_ || !line.starts_with('{')) && may_be_container_line(line);
  }

  // From the beginning of a line at `at`, which is line number `line`, to the end of the text.
  // `given_up`: what comes first of these streams is the rest of a line that is too long.
  void scan(std::string_view text, std::size_t at, std::uint64_t line, Streams given_up);
  // The same of a text whose first byte is at `offset` of its member: lines that are among the
  // member's rests are passed over as if they were given up.
  void scan(std::string_view text, std::size_t at, std::uint64_t line, Streams given_up,
            const MemberInfo& member, std::uint64_t offset);

  // What lines begin with, in the order of the text.
  struct Event {
    // rest: of a line that was put together with what is in front of it; or that was given up.
    enum class Kind : std::uint8_t { first, rest, given_up };
    std::size_t at = 0;
    Kind kind = Kind::first;
    std::size_t joined = 0;  // first: in joined()
  };
  const std::vector<Event>& events() const { return events_; }
  const std::vector<JoinedLine>& joined() const { return joined_; }

  // The last place up to `at`, a hard break, where the text that was scanned can be cut so that no
  // line has parts on both sides, a hard break too; 0 if there is none. given_up(): streams of
  // which a line that was given up goes on there.
  std::size_t last_cut(std::string_view text, std::size_t at) const;
  Streams given_up(std::size_t at) const;
  // Streams of which a line goes on behind the text.
  Streams open() const;
  // Parts of such lines, as bytes (kCostOfPart).
  std::size_t cost_of_open() const;
  // Such lines, without what is between them.
  std::string open_lines(std::string_view text) const;
  // Whether a file's first line of a stream may be the rest of one in the file in front: it is
  // nothing whole.
  bool may_be_rest(std::string_view line);

 private:
  static constexpr std::size_t kNowhere = SIZE_MAX;
  struct Stream {
    bool is_open = false;
    std::size_t joined = 0;
    std::size_t parts = 0;  // of the line that is open
    ContainerLine::Writer writer = ContainerLine::Writer::none;
    std::size_t members_before = 0;
    // What the program wrote, from where the document begins that is open.
    std::string text;
    bool ended_line = false;  // its last part is a line's end
    char last = '\0';         // of it, not white space
    TextScanner scanner{{}};
    bool is_given_up = false;
    std::size_t given_up_until = 0;
  };
  void see_line(std::string_view text, std::size_t at, std::size_t size, std::uint64_t line);
  void take(Stream& stream, const ContainerLine& found, std::string_view raw,
            const JoinedLine::Part& part);
  bool goes_on(Stream& stream, std::string_view decoded, bool is_docker, bool is_part,
               bool is_first);

  std::string_view decode(const ContainerLine& found, std::string_view raw);

  bool joins_docker_;
  bool keeps_parts_;
  // Of the scan:
  const Range* rest_ = nullptr;  // the next one
  const Range* rests_end_ = nullptr;
  std::uint64_t offset_ = 0;
  std::array<Stream, 2> streams_;
  std::vector<JoinedLine> joined_;
  std::vector<Event> events_;
  std::vector<Span> spans_;
  std::string decoded_;
};

}  // namespace leadscan::audit
