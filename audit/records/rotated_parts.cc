#include "audit/records/rotated_parts.h"

#include <algorithm>
#include <array>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

#include "audit/base/timestamp.h"
#include "leadscan/json/scanner.h"
#include "leadscan/line.h"

namespace leadscan::audit {
namespace {

using leadscan::internal::JsonScanner;
using leadscan::internal::Token;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
// The rest of a line begins within this many bytes; anything later is not one.
constexpr std::size_t kFront = std::size_t{64} << 10;

// The beginning of a file that is a text, as far as it was asked for.
class Front {
 public:
  Front(const std::string& path, const Watch& watch) : members_(path, watch) {
    is_text_ = members_.next() && !members_.name();
    throw_if_starved(members_.errors());
  }

  // Up to `size` bytes of it in all, appended to `text`.
  void read(std::size_t size, std::string& text) {
    if (!is_text_) return;
    while (!has_ended_ && got_ < size) {
      const std::size_t before = text.size();
      text.resize(before + size - got_);
      const std::size_t n = members_.bytes().read(text.data() + before, size - got_);
      text.resize(before + n);
      has_ended_ = n == 0;
      // Its mark is no part of the first line.
      if (got_ == 0 && std::string_view(text).substr(before).starts_with(kByteOrderMark)) {
        text.erase(before, kByteOrderMark.size());
        skipped_ = kByteOrderMark.size();
      }
      got_ += n;
    }
  }
  bool is_text() const { return is_text_; }
  bool has_ended() const { return has_ended_; }
  bool is_damaged() { return !members_.bytes().error().empty(); }
  std::size_t skipped() const { return skipped_; }

 private:
  Members members_;
  bool is_text_ = false;
  bool has_ended_ = false;
  std::size_t got_ = 0;
  std::size_t skipped_ = 0;
};

// For a look at a file beside the one that is read, which is neither counted nor reported.
Watch for_a_look(const Watch& watch) {
  Watch look;
  look.stop = watch.stop;
  look.given_up = watch.given_up;
  look.memory = watch.memory;
  return look;
}

// When a container's runtime has written a line: of Docker, the last member of that name.
std::optional<Timestamp> written_at(std::string_view line) {
  if (!line.starts_with('{')) return parse_timestamp(line.substr(0, line.find(' ')));
  std::string_view time;
  std::string_view name;
  std::size_t depth = 0;
  JsonScanner scanner(line.data(), line.size());
  for (Token token = scanner.next(); token != Token::end; token = scanner.next()) {
    if (token == Token::error) return std::nullopt;
    if (token == Token::name) name = scanner.text();
    if (token == Token::string && depth == 1 && name == "time") time = scanner.text();
    if (token == Token::begin_object || token == Token::begin_array) ++depth;
    if (token == Token::end_object || token == Token::end_array) --depth;
  }
  return parse_timestamp(time);
}

// By the second: a writer's lines of one second need not be in their order.
bool is_in_order(std::string_view line, std::string_view later) {
  const std::optional<Timestamp> first = written_at(line);
  const std::optional<Timestamp> second = written_at(later);
  return first && second && first->seconds <= second->seconds;
}

std::string_view first_line_that_is_not_blank(std::string_view text) {
  while (!text.empty()) {
    const Line line = first_line(text);
    if (!is_blank_line(line.text)) return line.text;
    text.remove_prefix(line.next);
  }
  return {};
}

}  // namespace

void throw_if_starved(const std::vector<InputError>& errors) {
  for (const InputError& error : errors)
    if (error.why == kNoMemory) throw std::bad_alloc();
}

bool may_begin_with_rest(const std::string& path, bool joins_docker, const Watch& watch) {
  Front front(path, for_a_look(watch));
  std::string text;
  front.read(kFront, text);
  LogParts parts(joins_docker);
  std::array<bool, 2> seen{};
  for (std::size_t at = 0; at < text.size() && !(seen[0] && seen[1]);) {
    const Line line = first_line(std::string_view(text).substr(at));
    // Of a line that is longer than the front enough is known.
    if (!line.has_end() && !front.has_ended()) return parts.may_begin(line.text) || at == 0;
    at += line.next;
    if (is_blank_line(line.text)) continue;
    const ContainerLine found = parse_container_line(line.text);
    if (found.writer == ContainerLine::Writer::none) return false;
    if (std::exchange(seen[found.is_stderr ? 1 : 0], true)) continue;
    if (parts.may_be_rest(line.text)) return true;
  }
  return false;
}

RestOfParts find_rest(const OpenEnd& end, const std::string& path, bool joins_docker,
                      std::size_t max_record, const Watch& watch) {
  RestOfParts rest;
  rest.given_up = end.given_up;
  if (end.lines.empty()) return rest;
  Front front(path, for_a_look(watch));
  if (!front.is_text()) return rest;
  LogParts parts(joins_docker);
  std::string text = end.lines;
  const std::size_t behind = text.size();
  for (std::size_t wanted = kFront;; wanted *= 2) {
    front.read(wanted, text);
    // A file that is not read to its end is no place to be certain of anything.
    if (front.has_ended() && front.is_damaged()) return {};
    const std::size_t lines_end =
        front.has_ended() ? text.size() : std::max(behind, text.rfind('\n') + 1);
    const std::string_view lines = std::string_view(text).substr(0, lines_end);
    const std::string_view first = first_line_that_is_not_blank(lines.substr(behind));
    const bool is_ended = front.has_ended();
    rest.lines.clear();
    rest.is_open = false;
    // Of a first line that is longer nothing is known yet.
    bool is_enough = is_ended || lines_end > behind;
    if (is_enough && is_in_order(end.last_line, first)) {
      parts.scan(lines, 0, 1, 0);
      for (const JoinedLine& joined : parts.joined()) {
        if (joined.parts.front().at >= behind) break;
        const auto found = std::find_if(joined.parts.begin(), joined.parts.end(),
                                        [&](const auto& part) { return part.at >= behind; });
        if (found == joined.parts.end()) {
          is_enough = is_enough && (!joined.is_open || lines_end - behind >= kFront);
          rest.is_open |= joined.is_open && lines_end == behind;
          continue;
        }
        if (found->at - behind >= kFront ||
            !parts.may_be_rest(first_line(lines.substr(found->at)).text))
          continue;
        for (auto part = found; part != joined.parts.end(); ++part)
          rest.lines.push_back({part->at - behind + front.skipped(), part->size});
        rest.is_open |= joined.is_open;
        is_enough = is_enough && !joined.is_open;
      }
    }
    if (!is_ended && !is_enough && text.size() - behind <= max_record) continue;
    if (!is_ended && !is_enough) {
      // Lines of that length are not put together.
      rest.given_up |= parts.open();
      rest.lines.clear();
    }
    rest.is_open = rest.is_open && is_ended;
    break;
  }
  if (end.too_long != 0) {
    if (!rest.lines.empty()) rest.given_up |= end.too_long;
    rest.lines.clear();
    rest.is_open = false;
  }
  std::sort(rest.lines.begin(), rest.lines.end(),
            [](const Range& a, const Range& b) { return a.offset < b.offset; });
  for (const Range& line : rest.lines)
    rest.bytes.append(text, behind + line.offset - front.skipped(), line.size);
  return rest;
}

}  // namespace leadscan::audit
