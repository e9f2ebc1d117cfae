#include "audit/records/choose_mode.h"

#include <algorithm>

#include "audit/records/for_each_record.h"
#include "leadscan/json/scanner.h"
#include "leadscan/line.h"

namespace leadscan::audit {
namespace {

using leadscan::internal::JsonScanner;
using leadscan::internal::Token;

constexpr int kMostLines = 64;
constexpr std::string_view kWhiteSpace = " \t\r\n";

// What is at the front of `text`.
enum class Kind { object, objects, beginning, other };

// object: one whole object and nothing else. objects: something that begins with an object, and
// then another one. beginning: an object that does not end here.
Kind classify(std::string_view text) {
  if (text.empty() || text[0] != '{') return Kind::other;
  JsonScanner scanner(text.data(), text.size());
  for (;;) {
    const Token token = scanner.next();
    if (token == Token::end) return Kind::object;
    if (token != Token::error) continue;
    if (scanner.code() == ErrorCode::truncated) return Kind::beginning;
    const bool behind = scanner.code() == ErrorCode::content_after_document;
    return behind && text[scanner.error_offset()] == '{' ? Kind::objects : Kind::other;
  }
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

// {"log":{ and one of the names that the format has there.
bool is_har(std::string_view text) {
  JsonScanner scanner(text.data(), text.size());
  if (scanner.next() != Token::begin_object) return false;
  if (scanner.next() != Token::name || scanner.text() != "log") return false;
  if (scanner.next() != Token::begin_object || scanner.next() != Token::name) return false;
  const std::string_view name = scanner.text();
  return name == "version" || name == "creator" || name == "browser" || name == "pages" ||
         name == "entries" || name == "comment";
}

}  // namespace

RecordMode choose_mode(std::string_view front, bool whole) noexcept {
  front = front.substr(0, kChooseBytes);
  const std::size_t first = front.find_first_not_of(kWhiteSpace);
  if (first == front.npos) return RecordMode::ndjson;
  const std::string_view text = front.substr(first);
  if (is_har(text)) return RecordMode::har;
  if (text[0] == '[') {
    const std::size_t next = text.find_first_not_of(kWhiteSpace, 1);
    if (next == text.npos || text[next] == '{' || text[next] == ']') return RecordMode::json;
  }

  int objects = 0;
  int prefixed = 0;
  int beginnings = 0;
  int several = 0;
  std::string_view rest = text;
  for (int lines = 0; lines < kMostLines && !rest.empty(); ++lines) {
    const Line found = first_line(rest);
    const bool last = !found.has_end();
    const bool cut = last && !whole;  // by kChooseBytes, not by its writer
    const std::string_view line = trimmed(found.text);
    rest.remove_prefix(found.next);
    const Kind kind = classify(line);
    several += kind == Kind::objects;
    // As printers begin a document, however it goes on.
    if (lines == 0 && line == "{" && !last) return RecordMode::json;
    if (cut && lines > 0) break;
    objects += kind == Kind::object;
    beginnings += kind == Kind::beginning;
    const std::size_t brace = internal::find_document(line);
    if (brace != line.npos && brace > 0) {
      const Kind behind = classify(line.substr(brace));
      prefixed += behind == Kind::object || behind == Kind::beginning;
    }
  }
  if (several > objects) return RecordMode::json;
  // A document over several lines: it must be good JSON so far, or a bad line would decide.
  if (text[0] == '{' && objects == 0 && beginnings > 0) {
    const Kind kind = classify(text);
    if (kind == Kind::objects) return RecordMode::json;
    if (first_line(text).has_end() && (kind == Kind::object || kind == Kind::beginning))
      return RecordMode::json;
  }
  return prefixed > objects + beginnings ? RecordMode::prefixed : RecordMode::ndjson;
}

}  // namespace leadscan::audit
