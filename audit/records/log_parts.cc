#include "audit/records/log_parts.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "leadscan/fields.h"
#include "leadscan/json/characters.h"
#include "leadscan/json/scanner.h"
#include "leadscan/line.h"
#include "leadscan/text.h"

namespace leadscan::audit {
namespace {

using leadscan::internal::is_digit;
using leadscan::internal::JsonScanner;
using leadscan::internal::kWhiteSpace;
using leadscan::internal::Token;

constexpr std::size_t kDockerBuffer = std::size_t{16} << 10;
constexpr std::size_t kShortestTime = 20;  // of CRI
constexpr std::size_t kLongestTime = 40;

// 2025-06-30T12:36:46.556789Z or with an offset from UTC.
bool is_cri_time(std::string_view time) {
  constexpr std::string_view kPattern = "dddd-dd-ddTdd:dd:dd";
  if (time.size() < kShortestTime || time.size() > kLongestTime) return false;
  for (std::size_t i = 0; i < kPattern.size(); ++i)
    if (kPattern[i] == 'd' ? !is_digit(static_cast<unsigned char>(time[i]))
                           : time[i] != kPattern[i])
      return false;
  return std::all_of(time.begin() + kPattern.size(), time.end(), [](char c) {
    return is_digit(static_cast<unsigned char>(c)) || c == '.' || c == 'Z' || c == '+' ||
           c == '-' || c == ':';
  });
}

std::string_view take_word(std::string_view& text) {
  const std::size_t end = text.find(' ');
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

// Whether the characters of a JSON string end with \n: behind an even number of backslashes.
bool ends_with_line_end(std::string_view raw) {
  if (!raw.ends_with("\\n")) return false;
  std::size_t backslashes = 0;
  for (std::size_t i = raw.size() - 1; i > 0 && raw[i - 1] == '\\'; --i) ++backslashes;
  return backslashes % 2 == 1;
}

bool contains(std::string_view text, std::string_view word) {
  return ::memmem(text.data(), text.size(), word.data(), word.size()) != nullptr;
}

std::string_view without_lf(std::string_view line) {
  return line.substr(0, line.size() - (line.ends_with('\n') ? 1 : 0));
}

bool is_object(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kWhiteSpace);
  return first != text.npos && text[first] == '{' &&
         leadscan::internal::is_json(text.data(), text.size(), 0);
}

std::string_view last_bytes(std::string_view text, std::size_t size) {
  return text.substr(text.size() - std::min(text.size(), size));
}

// Whether a document that is open may go on behind a line that ends so.
bool may_go_on_behind(char last) { return !is_hard_break(last, 'x'); }

// Whether a string ends with \n near the end of the line, and no document goes on behind it:
// Docker's text comes before a few short members. So most lines need not be read.
bool is_plainly_whole(std::string_view line) {
  constexpr std::size_t kTail = 256;
  constexpr std::string_view kEnd = "\\n\"";
  line = last_bytes(line, kTail);
  for (std::size_t at = line.find(kEnd); at != line.npos; at = line.find(kEnd, at + 1))
    if (ends_with_line_end(line.substr(0, at + 2))) {
      std::string_view front = line.substr(0, at);
      if (front.ends_with("\\r")) front.remove_suffix(2);
      front = front.substr(0, front.find_last_not_of(" \t") + 1);
      return !front.empty() && !may_go_on_behind(front.back());
    }
  return false;
}

ContainerLine parse_docker_line(std::string_view line) {
  ContainerLine found;
  bool has_log = false;
  bool has_stream = false;
  JsonScanner scanner(line.data(), line.size());
  std::size_t depth = 0;
  std::size_t members = 0;
  std::string_view name;
  for (;;) {
    switch (scanner.next()) {
      case Token::error:
        return {};
      case Token::end:
        if (has_log && has_stream) found.writer = ContainerLine::Writer::docker;
        return found;
      case Token::begin_object:
      case Token::begin_array:
        ++depth;
        continue;
      case Token::end_object:
      case Token::end_array:
        --depth;
        continue;
      case Token::name:
        name = depth == 1 ? scanner.text() : std::string_view();
        // A response, which is none of a log (log_presets.h).
        if (name == info_of(Field::info).name) return {};
        members += depth == 1;
        continue;
      case Token::string:
        break;
      default:
        continue;
    }
    if (depth != 1) continue;
    if (name == "stream") {
      has_stream = scanner.text() == "stdout" || scanner.text() == "stderr";
      found.is_stderr = scanner.text() == "stderr";
    } else if (name == "log") {
      has_log = true;
      found.begin = scanner.begin();
      found.end = scanner.end();
      found.escaped = scanner.escaped();
      found.is_part = !ends_with_line_end(scanner.text());
      found.members_before = members;
    }
  }
}

}  // namespace

bool parse_cri(std::string_view line, CriLine& parts) {
  if (!is_cri_time(take_word(line))) return false;
  parts.stream = take_word(line);
  if (parts.stream != "stdout" && parts.stream != "stderr") return false;
  // P or F, and then perhaps more tags behind colons, which mean nothing yet.
  const std::string_view tags = take_word(line);
  const std::string_view tag = tags.substr(0, tags.find(':'));
  if (tag != "P" && tag != "F") return false;
  parts.is_part = tag == "P";
  parts.text = line;
  return true;
}

ContainerLine parse_container_line(std::string_view line) {
  if (line.starts_with('{')) return parse_docker_line(line);
  CriLine cri;
  if (!may_be_cri(line) || !parse_cri(line, cri)) return {};
  ContainerLine found;
  found.writer = ContainerLine::Writer::cri;
  found.is_stderr = cri.stream == "stderr";
  found.is_part = cri.is_part;
  found.begin = line.size() - cri.text.size();
  found.end = line.size();
  return found;
}

bool may_be_cri(std::string_view prefix) {
  if (prefix.size() < kShortestTime + 9 || prefix[4] != '-' || prefix[10] != 'T') return false;
  const std::size_t space = prefix.substr(0, kLongestTime + 1).find(' ', kShortestTime);
  return space != prefix.npos && prefix.substr(space + 1, 3) == "std";
}

bool may_be_container_line(std::string_view line) {
  if (!line.starts_with('{')) return may_be_cri(line);
  constexpr std::size_t kFront = 256;
  constexpr std::size_t kTail = 4096;
  constexpr std::string_view kName = "\"stream\"";
  return contains(last_bytes(line, kTail), kName) || contains(line.substr(0, kFront), kName);
}

void JoinedLine::join(std::string_view text, std::string& joined) const {
  joined.clear();
  for (const Part& part : parts) joined += text.substr(part.at + part.begin, part.end - part.begin);
}

// The part that has the byte at `at` of the joined line.
const JoinedLine::Part& JoinedLine::part_at(std::size_t at) const {
  const auto behind =
      std::upper_bound(parts.begin(), parts.end(), at,
                       [](std::size_t place, const Part& part) { return place < part.joined; });
  return *std::prev(behind);
}

std::size_t JoinedLine::size_up_to(std::size_t own_end) const {
  const auto behind =
      std::lower_bound(parts.begin(), parts.end(), own_end,
                       [](const Part& part, std::size_t place) { return part.at < place; });
  return behind == parts.end() ? size() : behind->before;
}

Record JoinedLine::place(std::string_view text, std::size_t own_end, const Record& record,
                         std::string& copy) const {
  const Part& first = part_at(record.offset);
  const auto begin = static_cast<std::size_t>(record.offset) - first.joined + first.begin;
  Record placed = record;
  placed.line = first.line;
  placed.offset = first.at + begin;
  placed.data = text.data() + placed.offset;
  placed.capacity = text.size() - static_cast<std::size_t>(placed.offset);
  if (record.size == 0) return placed;
  const Part& last = part_at(record.offset + record.size - 1);
  const std::size_t end =
      static_cast<std::size_t>(record.offset) + record.size - last.joined + last.begin;
  placed.size = last.before + end - first.before - begin;
  if (last.at >= own_end) {
    const std::size_t own = size_up_to(own_end);
    placed.elsewhere = placed.size - (own - std::min(own, first.before + begin));
  }
  placed.parts = static_cast<std::size_t>(&last - &first) + 1;
  if (last.at + end - placed.offset == placed.size) return placed;
  copy.clear();
  for (const Part* part = &first; part <= &last; ++part) {
    const std::size_t from = part == &first ? begin : 0;
    const std::size_t to = part == &last ? end : part->size;
    copy += text.substr(part->at + from, to - from);
  }
  placed.data = copy.data();
  placed.capacity = copy.size();
  return placed;
}

void LogParts::scan(std::string_view text, std::size_t at, std::uint64_t line, Streams given_up,
                    const MemberInfo& member, std::uint64_t offset) {
  offset_ = offset;
  rests_end_ = member.rests.data() + member.rests.size();
  rest_ =
      std::lower_bound(member.rests.data(), rests_end_, offset + at,
                       [](const Range& rest, std::uint64_t place) { return rest.offset < place; });
  scan(text, at, line, given_up);
  rest_ = rests_end_ = nullptr;
}

void LogParts::scan(std::string_view text, std::size_t at, std::uint64_t line, Streams given_up) {
  joined_.clear();
  events_.clear();
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    streams_[i].is_open = false;
    streams_[i].is_given_up = (given_up >> i & 1) != 0;
    streams_[i].given_up_until = streams_[i].is_given_up ? kNowhere : 0;
  }
  for (; at < text.size(); ++line) {
    const std::size_t size = first_line(text.substr(at)).next;
    see_line(text, at, size, line);
    at += size;
  }
  for (Stream& stream : streams_)
    if (stream.is_open) joined_[stream.joined].is_open = true;
  for (std::size_t i = 0; i < joined_.size(); ++i) {
    JoinedLine& joined = joined_[i];
    std::vector<JoinedLine::Part>& parts = joined.parts;
    // Of Docker's lines, the front of the first one and the rest of the last one are around it.
    parts.front().begin = 0;
    parts.back().end =
        without_line_end(without_lf(text.substr(parts.back().at, parts.back().size))).size();
    for (std::size_t k = 1; k < parts.size(); ++k) {
      const JoinedLine::Part& before = parts[k - 1];
      parts[k].joined = before.joined + before.end - before.begin;
      parts[k].before = before.before + before.size;
    }
    if (!keeps_parts_ || (parts.size() == 1 && !joined.is_open)) continue;
    events_.push_back({parts.front().at, Event::Kind::first, i});
    for (std::size_t k = 1; k < parts.size(); ++k)
      events_.push_back({parts[k].at, Event::Kind::rest, i});
  }
  std::sort(events_.begin(), events_.end(),
            [](const Event& a, const Event& b) { return a.at < b.at; });
}

void LogParts::see_line(std::string_view text, std::size_t at, std::size_t size,
                        std::uint64_t line) {
  const std::string_view whole = without_line_end(without_lf(text.substr(at, size)));
  if (rest_ != rests_end_ && rest_->offset == offset_ + at) [[unlikely]] {
    ++rest_;
    events_.push_back({at, Event::Kind::given_up, 0});
    return;
  }
  if (is_blank_line(whole)) return;
  const bool is_awaited = std::any_of(streams_.begin(), streams_.end(), [](const Stream& stream) {
    return stream.is_open || stream.is_given_up;
  });
  if (!is_awaited && (!may_be_container_line(whole) ||
                      (whole.starts_with('{') && (!joins_docker_ || is_plainly_whole(whole)))))
    return;
  const ContainerLine found = parse_container_line(whole);
  if (found.writer == ContainerLine::Writer::none ||
      (found.writer == ContainerLine::Writer::docker && !joins_docker_)) {
    for (Stream& stream : streams_) {
      stream.is_open = false;
      if (std::exchange(stream.is_given_up, false)) stream.given_up_until = at;
    }
    return;
  }
  take(streams_[found.is_stderr ? 1 : 0], found, whole.substr(found.begin, found.end - found.begin),
       {at, size, line, found.begin, found.end, 0, 0});
}

// As the program wrote it: Docker's text may be escaped.
std::string_view LogParts::decode(const ContainerLine& found, std::string_view raw) {
  if (!found.escaped) return raw;
  decoded_.resize(raw.size());
  return *Text::string(raw, true).decode(decoded_);
}

void LogParts::take(Stream& stream, const ContainerLine& found, std::string_view raw,
                    const JoinedLine::Part& part) {
  const bool is_docker = found.writer == ContainerLine::Writer::docker;
  const bool is_awaited = stream.is_open || stream.is_given_up;
  const std::string_view decoded = found.escaped ? decode(found, raw) : raw;
  const bool is_cut = is_awaited && !(stream.is_open && stream.ended_line);
  const bool is_document = is_docker && is_cut && is_object(decoded);
  if (stream.is_open && stream.ended_line &&
      is_hard_break(stream.last, is_blank_line(decoded) ? '\n' : decoded[0]))
    stream.is_open = false;
  if (stream.is_open && (is_document || stream.writer != found.writer ||
                         stream.members_before != found.members_before))
    stream.is_open = false;
  if (stream.is_given_up) {
    stream.is_given_up = found.is_part && !is_document;
    if (!stream.is_given_up) stream.given_up_until = part.at + (is_document ? 0 : part.size);
    if (!is_document) {
      events_.push_back({part.at, Event::Kind::given_up, 0});
      return;
    }
  }
  const bool is_first = !stream.is_open;
  if (!is_first && stream.ended_line && !is_docker) {
    JoinedLine::Part& before = joined_[stream.joined].parts.back();
    before.end = before.size;  // with its line end, which is the program's
  }
  stream.is_open = goes_on(stream, decoded, is_docker, found.is_part, is_first);
  if (is_first) {
    if (!stream.is_open) return;
    stream.joined = joined_.size();
    stream.parts = 0;
    stream.writer = found.writer;
    stream.members_before = found.members_before;
    joined_.emplace_back();
  }
  ++stream.parts;
  std::vector<JoinedLine::Part>& parts = joined_[stream.joined].parts;
  if (keeps_parts_ || parts.size() < 2)
    parts.push_back(part);
  else
    parts.back() = part;
}

// Whether what was written of a line, or of a document, is not all of it.
bool LogParts::goes_on(Stream& stream, std::string_view decoded, bool is_docker, bool is_part,
                       bool is_first) {
  const std::size_t last = decoded.find_last_not_of(kWhiteSpace);
  // Of nearly all lines no more is to be known.
  if (is_first && !is_part && !may_go_on_behind(last == decoded.npos ? '}' : decoded[last]))
    return false;
  if (is_first) {
    stream.text.clear();
    stream.scanner = TextScanner({});
    stream.last = '\0';
  }
  stream.ended_line = !is_part;
  if (last != decoded.npos) stream.last = decoded[last];
  stream.text.erase(0, stream.text.size() - stream.scanner.pending());
  stream.text += decoded;
  if (!is_part && !is_docker) stream.text += '\n';
  spans_.clear();
  stream.scanner.scan(stream.text, false, spans_);
  // The line's end waits for what comes behind it.
  if (!is_part) return !stream.scanner.between_documents() || stream.scanner.pending() > 1;
  return !is_docker || !stream.scanner.between_documents() || stream.scanner.pending() > 0 ||
         decoded.size() == kDockerBuffer;
}

std::size_t LogParts::last_cut(std::string_view text, std::size_t at) const {
  // In the order of their beginnings: those behind one that is split are not split where that
  // begins, or have been looked at.
  for (auto joined = joined_.rbegin(); joined != joined_.rend(); ++joined) {
    const JoinedLine::Part& last = joined->parts.back();
    const std::size_t end = joined->is_open ? kNowhere : last.at + last.size;
    if (joined->parts.front().at < at && end > at)
      at = last_hard_break(text.substr(0, joined->parts.front().at + 1));
  }
  return at;
}

LogParts::Streams LogParts::given_up(std::size_t at) const {
  Streams streams = 0;
  for (std::size_t i = 0; i < streams_.size(); ++i)
    streams |= static_cast<Streams>((streams_[i].given_up_until > at ? 1U : 0U) << i);
  return streams;
}

std::size_t LogParts::cost_of_open() const {
  std::size_t cost = 0;
  for (const Stream& stream : streams_) cost += stream.is_open ? stream.parts * kCostOfPart : 0;
  return cost;
}

std::string LogParts::open_lines(std::string_view text) const {
  std::string lines;
  for (const Event& event : events_)
    if (event.kind != Event::Kind::given_up && joined_[event.joined].is_open)
      lines += text.substr(event.at, first_line(text.substr(event.at)).next);
  return lines;
}

bool LogParts::may_be_rest(std::string_view line) {
  const ContainerLine found = parse_container_line(line);
  if (found.writer == ContainerLine::Writer::none) return false;
  if (found.is_part) return true;
  const std::string_view text = decode(found, line.substr(found.begin, found.end - found.begin));
  const std::size_t end = text.find_last_not_of(kWhiteSpace) + 1;
  if (end == 0) return false;
  // Nothing begins so that does not go on with what is in front of it.
  if (!is_hard_break('}', text[0])) return true;
  // A document with text around it is whole; without one, but with its end, it is a rest.
  const std::size_t last = text.rfind('}');
  if (last == text.npos) return false;
  const std::size_t first = text.find('{');
  return first > last || !leadscan::internal::is_json(text.data() + first, last + 1 - first, 0);
}

LogParts::Streams LogParts::open() const {
  Streams streams = 0;
  for (std::size_t i = 0; i < streams_.size(); ++i)
    streams |= static_cast<Streams>((streams_[i].is_open ? 1U : 0U) << i);
  return streams;
}

}  // namespace leadscan::audit
