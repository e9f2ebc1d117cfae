// Chunk: some bytes of one input file, cut where records end, so that any thread can read them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audit/input/byte_source.h"
#include "leadscan/error.h"

namespace leadscan::audit {

// How records are laid out in a member.
enum class RecordMode : std::uint8_t {
  automatic,  // told wherever a document may begin: TextScanner
  ndjson,     // one a line
  json,       // whole documents, one or many, or an array of them, with any white space
  prefixed,   // one a line, behind some text: from its '{' to the line's end
  har,        // the entries of an HTTP archive
};
const char* name_of(RecordMode mode) noexcept;

// Some of a member's bytes.
struct Range {
  std::uint64_t offset = 0;
  std::size_t size = 0;
};

// What all records of one member share.
struct MemberInfo {
  std::size_t file_index = 0;
  std::string file;
  std::optional<std::string> member;  // null for a file that is no archive
  std::uint64_t member_index = 0;     // in its file, from 0
  RecordMode mode = RecordMode::ndjson;
  // Of a log that was rotated (rotated_parts.h): the file with which it goes on; and the lines that
  // are the rest of what the file in front has the first part of.
  std::string continues_in = {};
  std::vector<Range> rests = {};
};

// How the quotes and line ends of a document are written where it is part of a text.
enum class TextEncoding : std::uint8_t {
  plain,
  nginx,           // \\xHH
  backslashes,     // as in a JSON string
  doubled_quotes,  // as in CSV (RFC 4180)
  entities,        // as in XML: &quot;
  quoted,          // behind a ': plain, or with what Python escapes in what it quotes so
  sql,             // with backslashes, and each ' twice: PostgreSQL's E'...'
  utf16,           // little-endian, in a text that is not: what PowerShell's >> appends
};

// Whether a record is on a line that is asked for (matching_lines.h), as far as the producer knows.
enum class Matching : std::uint8_t {
  yes,
  no,
  no_nor_before,  // and it is not the first such one on its line
};

// Where a record is when the producer has found it already (json, har).
struct Span {
  std::size_t begin = 0;  // in Segment
  std::size_t size = 0;
  std::uint64_t line = 0;
  // Not ok: no document, but where what is around the documents is not JSON, and why.
  ErrorCode syntax = ErrorCode::ok;
  bool har_entry = false;  // of an HTTP archive
  TextEncoding encoding = TextEncoding::plain;
  Matching matching = Matching::yes;
  // Nothing but spaces is between it and another document on its line, which has text in front.
  bool behind_document = false;
};

// Bytes of one member, one behind the other.
struct Segment {
  enum class Kind : std::uint8_t {
    text,  // from one hard break to another (text_scanner.h): what is in there, TextRecords tells
    lines,
    prefixed_lines,
    spans,
    oversize,  // a part of a record longer than --max-record; its parts follow each other
  };

  std::shared_ptr<const MemberInfo> member;
  Kind kind = Kind::lines;
  std::size_t begin = 0;  // in Chunk::data()
  std::size_t size = 0;
  std::uint64_t offset = 0;      // of `begin`, in the member
  std::uint64_t line = 1;        // of `begin`, from 1; only if the reader counts lines
  std::uint64_t separators = 0;  // bytes in front of `begin` that are no record (a BOM)

  std::size_t first_span = 0;  // spans: in Chunk::spans
  std::size_t span_count = 0;
  std::uint64_t passed_over = 0;  // spans: lines of text without a document
  std::uint64_t with_names = 0;   // of those: with the name of a member of the API
  bool is_cri = false;            // spans, oversize: of a line of Kubernetes'

  // text: streams of a container's log (log_parts.h) whose line, too long to be put together, goes
  // on at the beginning, a bit each; and those whose line goes on behind the end.
  std::uint8_t given_up = 0;
  std::uint8_t gives_up = 0;
  // text: how many bytes at the end belong to the files behind, and are counted there.
  std::size_t elsewhere = 0;

  bool first_part = false;  // oversize
  bool last_part = false;
  std::uint64_t record_offset = 0;
  std::uint64_t record_line = 0;
  std::uint64_t record_size = 0;      // up to the end of this part
  ErrorCode syntax = ErrorCode::ok;   // of the last part, as in Span
  Matching matching = Matching::yes;  // of all parts
};

// The buffer of one thread, filled again and again. Behind size() there are always kSlack bytes
// that may be read.
class Chunk {
 public:
  static constexpr std::size_t kSlack = 64;

  char* data() { return bytes_.get(); }
  const char* data() const { return bytes_.get(); }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  void set_size(std::size_t size) { size_ = size; }
  void clear() {
    size_ = 0;
    unread_ = {};
    segments.clear();
    spans.clear();
  }
  // Room for `capacity` bytes and the slack; what is there stays.
  void reserve(std::size_t capacity);
  // Gives back what one very long record took.
  void shrink(std::size_t capacity);

  // Takes back what is at `size` and behind.
  void cut(std::size_t size);

  // Appends `size` bytes that stay in their file until load().
  void leave(std::shared_ptr<const File> file, std::uint64_t offset, std::size_t size);
  bool is_left() const { return unread_.file != nullptr; }
  // Reads them into the last segment, which ends earlier if the file has been cut, or cannot be
  // read: `error` says so. Returns how many bytes are missing.
  std::size_t load(std::string& error);

  std::vector<Segment> segments;
  std::vector<Span> spans;
  std::size_t output = 0;  // how much may be written of its records; 0: not known

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  struct {
    std::shared_ptr<const File> file;
    std::uint64_t offset = 0;
    std::size_t size = 0;
  } unread_;  // at the end
};

}  // namespace leadscan::audit
