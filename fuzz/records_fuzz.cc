// Fuzz target: where records begin and end in a text. Every byte is in one record, in order, or
// between records; what plainly is a document is a record; it does not matter where the text is cut
// or which of the readers finds them; and no byte is looked at more often than a few times.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "audit/engine/worker.h"
#include "audit/judge/log_presets.h"
#include "audit/judge/response_signs.h"
#include "audit/records/chunk_reader.h"
#include "audit/records/for_each_record.h"
#include "audit/records/log_parts.h"
#include "audit/records/text_records.h"
#include "audit/records/text_scanner.h"
#include "fuzz/memory_file.h"
#include "leadscan/leadscan.h"

namespace {

using namespace leadscan;
using namespace leadscan::audit;

struct Seen {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::uint64_t line = 0;
  ErrorCode syntax = ErrorCode::ok;
  TextEncoding encoding = TextEncoding::plain;
  bool behind_document = false;
  bool operator==(const Seen&) const = default;
  std::uint64_t end() const { return offset + size; }
};

struct Reading {
  std::vector<Seen> records;
  std::uint64_t passed_over = 0;
  bool operator==(const Reading&) const = default;
};

void print(const char* name, const Reading& reading) {
  std::fprintf(stderr, "-- %s, passed over %llu\n", name,
               static_cast<unsigned long long>(reading.passed_over));
  for (const Seen& seen : reading.records)
    std::fprintf(stderr, "%llu+%llu line %llu, %s, encoding %d\n",
                 static_cast<unsigned long long>(seen.offset),
                 static_cast<unsigned long long>(seen.size),
                 static_cast<unsigned long long>(seen.line),
                 std::string(name_of(seen.syntax)).c_str(), static_cast<int>(seen.encoding));
}

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

void expect_same(const Reading& expected, const Reading& found, const char* what) {
  if (found == expected) return;
  print("expected", expected);
  print(what, found);
  fail("other records");
}

// Whether lines of a container's log are read otherwise than as text: those with parts, and one
// whose document is open, with lines of the other stream behind it, or an open document in front.
bool has_parts(std::string_view text) {
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    if (parse_container_line(line).is_part) return true;
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  }
  LogParts parts(true);
  parts.scan(text, 0, 1, 0);
  return std::any_of(parts.joined().begin(), parts.joined().end(), [&](const JoinedLine& line) {
    const JoinedLine::Part& last = line.parts.back();
    const std::size_t begin = text.rfind('\n', line.parts.front().at) + 1;
    const bool is_behind_open = begin != 0 && next_hard_break(text, begin - 1) != begin;
    return line.parts.size() > 1 ||
           (line.is_open && (is_behind_open || last.at + last.size < text.size()));
  });
}

std::uint64_t lines_in(std::string_view text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

// In steps of so many bytes, as ChunkReader does it where a text cannot be cut.
Reading scan(std::string_view text, std::size_t step, const TextScanner::Options& options,
             std::uint64_t* looked_at = nullptr) {
  TextScanner scanner(options);
  Reading reading;
  std::vector<Span> spans;
  std::size_t from = 0;     // of what the scanner still wants
  std::size_t dropped = 0;  // of the record, in front of that
  for (std::size_t end = 0; end < text.size();) {
    end = std::min(text.size(), end + step);
    spans.clear();
    scanner.scan(text.substr(from, end - from), end == text.size(), spans);
    for (const Span& span : spans) {
      reading.records.push_back({from + span.begin - dropped, span.size + dropped, span.line,
                                 span.syntax, span.encoding, span.behind_document});
      dropped = 0;
    }
    from = end - scanner.pending();
    if (scanner.seen() > options.max_record || (scanner.dropped() && scanner.seen() > 0)) {
      dropped += scanner.seen();
      from += scanner.seen();
      scanner.drop_seen();
    }
    reading.passed_over += scanner.take_passed_over();
  }
  if (scanner.pending() != 0) fail("the scanner wants more than all");
  if (looked_at != nullptr) *looked_at = scanner.looked_at();
  return reading;
}

bool is_in_name(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

// Whether the line that ends at `at` may be the name of a journal's field.
bool is_name(std::string_view text, std::size_t at) {
  const std::string_view line = text.substr(0, at).substr(text.substr(0, at).rfind('\n') + 1);
  return !line.empty() && std::all_of(line.begin(), line.end(), is_in_name);
}

// Whether what ends at `at` may be the first bytes of such a field's length, in which there may be
// line ends, too.
bool is_in_length(std::string_view text, std::size_t at) {
  for (std::size_t line = at; line + 4 > at; --line) {
    const std::string_view high = text.substr(std::min(text.size(), line + 4), 4);
    if ((line == 0 || text[line - 1] == '\n') && high == std::string_view("\0\0\0\0", 4))
      return true;
    if (line == 0) break;
  }
  return false;
}

// Where no document goes on and no field has its length, whatever is in front of there: 0, and
// behind hard breaks.
std::vector<std::size_t> hard_breaks(std::string_view text) {
  std::vector<std::size_t> found{0};
  char last = '\0';  // of the line and those in front of it, not white space
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n' && at + 1 < text.size() && last != '\0' && is_hard_break(last, text[at + 1]) &&
        !is_name(text, at) && !is_in_length(text, at)) {
      found.push_back(at + 1);
      last = '\0';
    } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
      last = c;
    }
  }
  found.push_back(text.size());
  return found;
}

// Each stretch between hard breaks by a scanner of its own.
Reading scan_pieces(std::string_view text, const std::vector<std::size_t>& breaks,
                    const TextScanner::Options& options) {
  Reading reading;
  std::uint64_t line = 1;
  for (std::size_t i = 0; i + 1 < breaks.size(); ++i) {
    const std::string_view piece = text.substr(breaks[i], breaks[i + 1] - breaks[i]);
    TextScanner scanner(options);
    scanner.set_line(line);
    std::vector<Span> spans;
    scanner.scan(piece, true, spans);
    for (const Span& span : spans)
      reading.records.push_back({breaks[i] + span.begin, span.size, span.line, span.syntax,
                                 span.encoding, span.behind_document});
    reading.passed_over += scanner.take_passed_over();
    line += lines_in(piece);
  }
  return reading;
}

// Those of a journal's fields, and whatever may be one, are no holes. A name may be a record's end.
void hide_lengths(std::string_view text, std::string& between) {
  constexpr std::size_t kBytes = 8;
  for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) {
    if (at == 0 || !is_in_name(text[at - 1]) || text.size() - at <= kBytes) continue;
    const auto length = between.begin() + static_cast<std::ptrdiff_t>(at + 1);
    if (text.substr(at + 1 + kBytes / 2, kBytes / 2).find_first_not_of('\0') == text.npos)
      std::replace(length, length + kBytes, '\0', ' ');
  }
}

// What every reading of the text must be, told from the text alone.
void check_plain_facts(std::string_view text, const std::vector<std::size_t>& breaks,
                       const Reading& reading, const TextScanner::Options& options) {
  const std::vector<Seen>& records = reading.records;
  std::uint64_t behind = 0;
  std::uint64_t counted_to = 0;
  std::uint64_t line = 1;
  std::string between(text);  // with spaces for records, so that lines stay lines
  std::vector<bool> in_document(text.size());
  for (const Seen& seen : records) {
    if (seen.offset < behind || seen.end() > text.size()) fail("records overlap, or are outside");
    behind = seen.end();
    line += lines_in(text.substr(counted_to, seen.offset - counted_to));
    counted_to = seen.offset;
    if (seen.line != line) fail("a wrong line");
    if (seen.size == 0 && seen.syntax == ErrorCode::ok) fail("a record of no bytes");
    const std::string_view bytes = text.substr(seen.offset, seen.size);
    const bool nuls = seen.syntax == ErrorCode::nul_bytes;
    if (nuls != (seen.size > 1 && bytes.find_first_not_of('\0') == bytes.npos)) fail("NULs");
    for (std::size_t i = seen.offset; i < seen.end(); ++i) {
      if (text[i] != '\n') between[i] = ' ';
      in_document[i] = seen.syntax == ErrorCode::ok;
    }
  }
  hide_lengths(text, between);
  // Of two characters in UTF-16 one may end with a NUL, and the other one begin with it.
  const bool has_utf16 = std::any_of(records.begin(), records.end(), [](const Seen& seen) {
    return seen.encoding == TextEncoding::utf16;
  });
  if (between.find(std::string(has_utf16 ? 3 : 2, '\0')) != between.npos)
    fail("NULs between records");

  // Lines without a record, and of them those that are text beyond doubt.
  std::uint64_t most = 0;
  std::uint64_t least = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const auto begin = in_document.begin() + static_cast<std::ptrdiff_t>(at);
    const auto size = static_cast<std::ptrdiff_t>(end - at);
    const std::string_view bytes = std::string_view(between).substr(at, end - at);
    if (std::find(begin, begin + size, true) == begin + size &&
        bytes.find_first_not_of(" \t\r") != bytes.npos) {
      ++most;
      least += std::any_of(bytes.begin(), bytes.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    }
    // In an array elements that are no documents count, too, of which commas and brackets are
    // behind all but the line's last one.
    if (text.substr(0, end).find('[') != text.npos)
      most += 1 + static_cast<std::uint64_t>(std::count_if(
                      bytes.begin(), bytes.end(), [](char c) { return c == ',' || c == ']'; }));
    at = end + 1;
  }
  // Of one that is too long, it is not known on which line it broke.
  const bool has_large = std::any_of(records.begin(), records.end(), [&](const Seen& seen) {
    return seen.size > options.max_record;
  });
  if (!has_large && (reading.passed_over > most || reading.passed_over < least)) {
    std::fprintf(stderr, "%llu, and not %llu to %llu\n",
                 static_cast<unsigned long long>(reading.passed_over),
                 static_cast<unsigned long long>(least), static_cast<unsigned long long>(most));
    print("found", reading);
    fail("lines without a document");
  }

  static Parser parser;
  for (std::size_t i = 0; i + 1 < breaks.size(); ++i) {
    std::string_view piece = text.substr(breaks[i], breaks[i + 1] - breaks[i]);
    auto first =
        std::lower_bound(records.begin(), records.end(), breaks[i],
                         [](const Seen& seen, std::size_t at) { return seen.offset < at; });
    // What an array in front lacks.
    while (first != records.end() && first->offset == breaks[i] && first->size == 0) ++first;
    if (piece.size() > 2 && piece[0] == '{' && piece[1] == '"' && piece[2] != '"' &&
        (first == records.end() || first->offset != breaks[i])) {
      print("found", reading);
      fail("a document at the beginning of a line is none");
    }
    const std::size_t end = piece.find_last_not_of(" \t\r\n");
    if (end == piece.npos || piece[0] != '{' || end + 1 > options.max_record) continue;
    piece = piece.substr(0, end + 1);
    if (piece.find("{\"\"") != piece.npos) continue;  // as CSV has them
    LeadResponse response;
    const Error error = parser.parse(piece, response);
    if (error && !is_violation(error.code)) continue;
    const auto next =
        std::lower_bound(first, records.end(), breaks[i] + piece.size(),
                         [](const Seen& seen, std::size_t at) { return seen.offset < at; });
    if (next - first != 1 || first->offset != breaks[i] || first->size != piece.size()) {
      print("found", reading);
      fail("a document alone between hard breaks is not the record");
    }
  }
}

struct Chunks {
  Reading reading;
  std::string bytes;  // all that chunks had
  std::uint64_t accounted = 0;
  RecordMode mode = RecordMode::automatic;
  bool failed = false;
};

// No more than `most` bytes: an archive may have any number of them.
Chunks read_chunks(const std::string& path, const ReadOptions& options, std::size_t most) {
  Chunks all;
  ChunkReader reader(0, path, options);
  TextRecords text({options.max_record, options.envelope});
  Chunk chunk;
  std::uint64_t line = 1;
  const auto take = [&](const Record& record) {
    all.reading.records.push_back({record.offset, record.size, record.line, record.syntax,
                                   record.encoding, record.behind_document});
    all.accounted += record.size;
  };
  while (reader.next(chunk)) {
    std::string error;
    if (chunk.load(error) != 0) fail("bytes that are not there any more");
    if (all.bytes.size() > most) {
      all.failed = true;
      return all;
    }
    for (const Segment& segment : chunk.segments) {
      all.mode = segment.member->mode;
      all.bytes.append(segment.separators, '\xEF');  // a byte order mark
      all.bytes.append(chunk.data() + segment.begin, segment.size);
      if (segment.kind == Segment::Kind::oversize) {
        all.accounted += segment.separators + segment.size;
        if (segment.last_part)
          all.reading.records.push_back({segment.record_offset, segment.record_size,
                                         segment.record_line, segment.syntax, TextEncoding::plain,
                                         false});
      } else if (segment.kind == Segment::Kind::text) {
        if (options.count_lines) line = segment.line;
        all.accounted += segment.separators;
        all.accounted += text.for_each(chunk, segment, chunk.data() + segment.begin, segment.size,
                                       line, all.reading.passed_over, take);
      } else {
        all.accounted += for_each_record(chunk, segment, options.max_record, take);
        all.reading.passed_over += segment.passed_over;
      }
    }
  }
  all.failed = !reader.errors().empty() || reader.members() != 1;
  if (!all.failed && (all.accounted != reader.bytes() || all.accounted != all.bytes.size()))
    fail("bytes that are not accounted for");
  return all;
}

// What the judge's thread finds, which tries lines first.
class Positions final : public RecordSink {
 public:
  void see(const Judged& judged, std::string& memory) const override {
    const Record& record = *judged.record;
    const std::uint64_t position[] = {record.offset, record.size, record.line};
    memory.append(reinterpret_cast<const char*>(position), sizeof position);
  }
  void take(std::string_view) override {}
};

Reading judge(const std::string& path, PipelineOptions options) {
  Reading reading;
  Positions positions;
  options.totals_only = true;
  options.sinks = {&positions};
  Progress progress;
  Worker worker(options, progress);
  ChunkReader reader(0, path, options.read);
  FileTask task;
  task.summary.path = path;
  Totals totals;
  for (;;) {
    Work work;
    work.task = &task;
    work.chunk = std::make_unique<Chunk>();
    if (!reader.next(*work.chunk)) break;
    worker.process(work);
    if (work.result.lost) fail("lost");
    const std::string& memory = work.result.sink_memory[0];
    for (std::size_t at = 0; at < memory.size(); at += 3 * sizeof(std::uint64_t)) {
      std::uint64_t position[3];
      std::memcpy(position, memory.data() + at, sizeof position);
      reading.records.push_back({position[0], position[1], position[2]});
    }
    totals.merge(work.result.totals);
  }
  if (totals.record_bytes + totals.separator_bytes != reader.bytes())
    fail("bytes that the judge does not account for");
  reading.passed_over = totals.passed_over[static_cast<std::size_t>(PassedOver::no_object)] +
                        totals.passed_over[static_cast<std::size_t>(PassedOver::api_member)];
  return reading;
}

// A part of one that is too long has no encoding, nor is it known what is in front of it.
void forget_text_of_long_ones(Seen& seen, std::size_t max_record) {
  if (seen.size <= max_record) return;
  seen.encoding = TextEncoding::plain;
  seen.behind_document = false;
}

// Of what is no plain document, and of names with escapes, it is not asked further.
bool may_be_log_line(std::string_view record, TextEncoding encoding) {
  const bool is_escaped = record.find('\\') != record.npos;
  if (!is_escaped && record.find("message") == record.npos) return false;
  return encoding != TextEncoding::plain || may_hold_response(record);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string& path = memory_file(data, size);
  // A copy that ends where it ends.
  const std::vector<char> copy(data, data + size);
  const std::string_view text(copy.data(), size);

  // The last byte picks the options, so that seeds need nothing around them.
  const unsigned pick = size == 0 ? 0 : data[size - 1];
  TextScanner::Options options;
  options.strings = pick % 3 == 2;
  options.max_record = pick % 5 == 0 ? 50 : 1 << 20;

  std::uint64_t looked_at = 0;
  const Reading whole = scan(text, size + 1, options, &looked_at);
  if (looked_at > 8 * size + 64) {
    std::fprintf(stderr, "%llu looks at %zu bytes\n", static_cast<unsigned long long>(looked_at),
                 size);
    fail("bytes are looked at too often");
  }
  const std::vector<std::size_t> breaks = hard_breaks(text);
  check_plain_facts(text, breaks, whole, options);
  expect_same(whole, scan_pieces(text, breaks, options), "cut at hard breaks");
  for (const std::size_t step : std::initializer_list<std::size_t>{1, 1 + pick % 70, 1 + size / 2})
    expect_same(whole, scan(text, step, options), "in steps");

  PipelineOptions pipeline;
  ReadOptions& read = pipeline.read;
  read.envelope = options.strings;
  read.max_record = pipeline.judge.max_record = options.max_record;
  for (const std::size_t chunk_bytes :
       std::initializer_list<std::size_t>{1, 1 + pick * 7 % 300, 6000, std::size_t{1} << 20}) {
    read.chunk_bytes = chunk_bytes;
    for (const bool count_lines : {true, false}) {
      // Without lines only the last size, and one that leaves lines in their file.
      if (!count_lines && chunk_bytes < 6000) continue;
      read.count_lines = count_lines;
      Chunks chunks = read_chunks(path, read, size);
      // Compressed, or no text, or UTF-16, or an archive.
      if (chunks.failed || chunks.mode != RecordMode::automatic || chunks.bytes.size() != size ||
          chunks.bytes.substr(std::min<std::size_t>(3, size)) !=
              text.substr(std::min<std::size_t>(3, size)))
        return 0;
      const bool has_mark = text.starts_with("\xEF\xBB\xBF");
      if (!has_mark && chunks.bytes != text) return 0;
      Reading expected = whole;
      for (Seen& seen : chunks.reading.records) {
        if (!count_lines) seen.line = 0;
        forget_text_of_long_ones(seen, options.max_record);
      }
      for (Seen& seen : expected.records) {
        if (!count_lines) seen.line = 0;
        forget_text_of_long_ones(seen, options.max_record);
      }
      expect_same(expected, chunks.reading, "in chunks");
    }
    read.count_lines = true;
    // Of the envelopes of known logs, and in lines of loggers, records are parts; lines in parts
    // are put together.
    if (options.strings || has_parts(text) ||
        std::any_of(whole.records.begin(), whole.records.end(), [&](const Seen& seen) {
          const std::string_view record = text.substr(seen.offset, seen.size);
          return recognise(record) != nullptr || may_be_log_line(record, seen.encoding);
        }))
      continue;
    const Reading judged = judge(path, pipeline);
    Reading expected = whole;
    // What is behind a document may be JSON that is no response.
    std::erase_if(expected.records, [&](const Seen& seen) {
      return seen.behind_document && !may_hold_response(text.substr(seen.offset, seen.size)) &&
             std::none_of(judged.records.begin(), judged.records.end(),
                          // What an array lacks there has no bytes.
                          [&](const Seen& other) {
                            return other.offset == seen.offset && other.size == seen.size;
                          });
    });
    for (Seen& seen : expected.records) {
      seen.syntax = ErrorCode::ok;
      seen.encoding = TextEncoding::plain;
      seen.behind_document = false;
    }
    expect_same(expected, judged, "judged");
  }
  return 0;
}
