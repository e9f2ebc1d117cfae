// The part of TextScanner that is inside of a document whose quotes are escaped.
#include <utility>

#include "audit/records/text_bytes.h"
#include "audit/records/text_scanner.h"

namespace leadscan::audit {

using namespace internal;  // NOLINT

// What is at at_ for one character of the document; of no bytes if more text is needed.
TextScanner::Unit TextScanner::unit_here() {
  const char c = text_[at_];
  switch (encoding_) {
    case TextEncoding::utf16:
      return utf16_unit();
    case TextEncoding::nginx:
      if (c == '"') return {c, 1, true};
      if (c != '\\') break;
      if (lacks(at_ + 3)) return {};
      if (text_.substr(at_).starts_with("\\x22")) return {'"', 4};
      if (text_.substr(at_).starts_with("\\x5C") || text_.substr(at_).starts_with("\\x5c"))
        return {'\\', 4};
      return {'\0', 1};
    case TextEncoding::doubled_quotes:
      if (c != '"') break;
      if (lacks(at_ + 1)) return {};
      return has(at_ + 1) && text_[at_ + 1] == '"' ? Unit{c, 2} : Unit{c, 1, true};
    case TextEncoding::entities:
      if (c == '<' || c == '"') return {c, 1, true};
      if (c != '&') break;
      if (lacks(at_ + kLongestEntity - 1)) return {};
      return {entity_at(text_, at_).c, 1};
    case TextEncoding::quoted:
    case TextEncoding::sql:
      if (c == '\'') {
        if (lacks(at_ + 1)) return {};
        if (!has(at_ + 1) || text_[at_ + 1] != '\'') return {c, 1, true};
        encoding_ = TextEncoding::sql;
        return {c, 2};
      }
      [[fallthrough]];
    case TextEncoding::backslashes:
    case TextEncoding::plain:
      if (c == '"') {
        // As Python quotes with ', only line ends and backslashes are escaped.
        if (quotes_ == Quotes::unknown) quotes_ = Quotes::bare;
        return {c, 1, quotes_ == Quotes::escaped};
      }
      // Of a cell none is in it as it is.
      if (c == '\t' && is_cell_) return {c, 1, true};
      if (c != '\\') break;
      if (lacks(at_ + 1)) return {};
      const char escape = has(at_ + 1) ? text_[at_ + 1] : '\0';
      if (escape == '\n' || escape == '\0') return {'\0', 1};
      if (escape == 'n' || escape == 'r') return {'\n', 2};
      if (escape == '"' && quotes_ == Quotes::unknown) quotes_ = Quotes::escaped;
      return {escape == '"' || escape == '\\' ? escape : '\0', 2};
  }
  return {c, 1};
}

// Two bytes. It ends where a line does inside of a string, or in front of one that begins with a
// brace, as none does that goes on with a document; at NULs; and where the text is UTF-16 no
// longer.
TextScanner::Unit TextScanner::utf16_unit() {
  if (lacks(at_ + 3)) return {};
  const std::string_view here = text_.substr(at_, 4);
  if (here.size() == 1) return {here[0], 1, here[0] == '\n'};
  if (here[1] != '\0') {
    if (here.starts_with("{\"")) return {'\0', 2, true};
    // Bytes are what tells lines, and where a text may be cut.
    for (std::size_t at = at_; at < at_ + 2; ++at) {
      if (text_[at] != '\n') continue;
      note_last(at);
      if (!has(at + 1) || is_hard_break(last_, text_[at + 1])) {
        at_ = at;
        return {'\n', 1, true};
      }
      begin_next_line(at);
    }
    return {'\0', 2};
  }
  if (here[0] == '\0') return {'\0', 2, true};  // a hole
  if (here[0] != '\n') return {here[0], 2};
  if (in_string_ || here.substr(2) == std::string_view("{\0", 2)) return {'\n', 2, true};
  begin_next_line(at_);
  return {'\n', 2};
}

// Of a document that goes on behind the line's end at `at`.
void TextScanner::begin_next_line(std::size_t at) {
  ++line_;
  if (broken_line_open_) {
    broken_line_open_ = false;
  } else if (last_brace_ > 0 && !dropped_ && !is_blank_since_line_end(at)) {
    ++lines_behind_;
  }
}

// False if more text is needed.
bool TextScanner::escaped_line_end() {
  if (lacks(at_ + 1)) return false;
  note_last(at_);
  const bool goes_on =
      encoding_ == TextEncoding::doubled_quotes || encoding_ == TextEncoding::entities;
  if (!goes_on || !has(at_ + 1) || is_hard_break(last_, text_[at_ + 1])) {
    end(at_, false);
    return true;
  }
  begin_next_line(at_);
  in_string_ = escape_ = false;
  ++at_;
  return true;
}

// Up to the brace that ends it; of one that is broken, up to what ends the text that it is part of.
// White space and what else is behind its last brace is no part of it then.
bool TextScanner::escaped() {
  const char c = text_[at_];
  const bool are_bytes = encoding_ != TextEncoding::utf16;
  if (c == '\n' && are_bytes) return escaped_line_end();
  const Unit unit = c == '\0' && are_bytes ? Unit{c, 1, true} : unit_here();
  if (unit.size == 0) return false;
  if (unit.ends) {
    end(at_, false);
    return true;
  }
  at_ += unit.size;
  if (unit.c == '}') {
    last_brace_ = at_ - begin_;
    broken_line_open_ = true;
    lines_behind_ = 0;
  }
  if (std::exchange(escape_, false)) return true;
  switch (unit.c) {
    case '\\':
      escape_ = in_string_;
      break;
    case '"':
      in_string_ = !in_string_;
      break;
    case '\n':
      in_string_ = false;
      break;
    case '{':
      deeper_ += in_string_ ? 0 : 1;
      break;
    case '}':
      if (!in_string_ && --deeper_ == 0) end(at_, false);
      break;
    default:
      break;
  }
  return true;
}

}  // namespace leadscan::audit
