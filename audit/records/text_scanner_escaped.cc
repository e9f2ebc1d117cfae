// The part of TextScanner that is inside of a document whose quotes are escaped.
#include <utility>

#include "audit/records/text_bytes.h"
#include "audit/records/text_scanner.h"

namespace leadscan::audit {

using namespace internal;  // NOLINT

namespace {

// Whether a document in ASCII begins there.
bool begins_ascii(std::string_view text) {
  return text.size() > 2 && text.starts_with("{\"") && text[2] > ' ' && text[2] < 0x7F;
}

}  // namespace

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
// brace where no element may be; at NULs; and where the text is UTF-16 no longer.
TextScanner::Unit TextScanner::utf16_unit() {
  if (lacks(at_ + 4)) return {};
  const std::string_view here = text_.substr(at_, 4);
  if (here.size() == 1) return {here[0], 1, here[0] == '\n'};
  if (here[1] != '\0') return wide_unit();
  if (here[0] == '\0') return {'\0', 2, true};
  if (here[0] == '\n') {
    constexpr std::string_view kInFrontOfElement("[,");
    const bool is_next = here.substr(2).starts_with(std::string_view("{\0", 2)) &&
                         kInFrontOfElement.find(last_unit_) == kInFrontOfElement.npos;
    if (in_string_ || is_next) return {'\n', 2, true};
    begin_next_line(at_);
  } else if (!is_white(here[0])) {
    last_unit_ = here[0];
  }
  return {here[0], 2};
}

// A character beyond Latin-1; or what is UTF-8 in truth: a document, or a line's end at which a
// text may be cut, for lines are told by bytes.
TextScanner::Unit TextScanner::wide_unit() {
  for (std::size_t at = at_; at < at_ + 2; ++at) {
    bool ends = begins_ascii(text_.substr(at, 3));
    if (text_[at] == '\n') {
      note_last(at);
      ends = !has(at + 1) || is_hard_break(last_, text_[at + 1]) ||
             begins_ascii(text_.substr(at + 1, 3));
      if (!ends) begin_next_line(at);
    }
    if (ends) {
      at_ = at;
      return {'\0', 1, true};
    }
  }
  last_unit_ = '\0';
  return {'\0', 2};
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
