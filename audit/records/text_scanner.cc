#include "audit/records/text_scanner.h"

#include <algorithm>
#include <utility>

#include "audit/records/member_names.h"
#include "audit/records/text_bytes.h"

namespace leadscan::audit {

using namespace internal;  // NOLINT

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
// Of a journal's field. It is shorter than 512 MiB, so that four letters in front of a hole are no
// length.
constexpr std::size_t kLengthBytes = 8;
constexpr std::string_view kHighOfLength("\0\0\0\0", 4);
constexpr std::size_t kLongestName = 64;

// As journald has names of fields.
constexpr CharacterSet kInName{"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"};

// Whether the last line is nothing but one.
bool ends_with_name(std::string_view text) {
  text = text.substr(text.size() - std::min(text.size(), kLongestName + 1));
  std::size_t size = 0;
  while (size < text.size() &&
         kInName.contains(static_cast<unsigned char>(text[text.size() - size - 1])))
    ++size;
  return size > 0 && size <= kLongestName &&
         (size == text.size() || text[text.size() - size - 1] == '\n');
}

// Whether the line that begins at `line` may be a journal's length, and `at` is a byte of it that
// counts. Of a text that goes on, as far as it is here.
bool may_be_in_length(std::string_view text, std::size_t line, std::size_t at) {
  const std::size_t high = std::min(text.size(), line + kHighOfLength.size());
  return at < line + kHighOfLength.size() &&
         text.substr(high, kHighOfLength.size()).find_first_not_of('\0') == text.npos;
}

// Whether the line's end at `at` is a hard break, and not in front of a journal's field nor inside
// of its length.
bool breaks_at(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size() || !is_hard_break('}', text[at + 1])) return false;
  if (ends_with_name(text.substr(0, at))) return false;
  for (std::size_t line = at; at - line < kHighOfLength.size(); --line) {
    if ((line == 0 || text[line - 1] == '\n') && may_be_in_length(text, line, at)) return false;
    if (line == 0) break;
  }
  std::size_t last = at;
  while (last > 0 && is_white(text[last - 1])) --last;
  return last > 0 && is_hard_break(text[last - 1], text[at + 1]);
}

}  // namespace

std::size_t last_hard_break(std::string_view text) {
  for (std::size_t at = text.rfind('\n'); at != text.npos; at = text.rfind('\n', at - 1)) {
    if (breaks_at(text, at)) return at + 1;
    if (at == 0) break;
  }
  return 0;
}

std::size_t next_hard_break(std::string_view text, std::size_t at) {
  for (at = text.find('\n', at); at != text.npos; at = text.find('\n', at + 1))
    if (breaks_at(text, at)) return at + 1;
  return text.size();
}

PlainLine plain_line_with_text(std::string_view text) {
  using Kind = PlainLine::Kind;
  const auto starts_document = [&](std::size_t at) {
    ++at;
    while (at < text.size() && is_blank(text[at])) ++at;
    return at + 1 < text.size() && text[at] == '"' && text[at + 1] != '"';
  };
  if (text[0] == '{' && starts_document(0)) return {Kind::document, 0};
  std::size_t first = 0;
  while (first < text.size() && is_blank(text[first])) ++first;
  if (first == text.size()) return {};
  constexpr std::string_view kNoText("\n\0],\"\x1e\xEF", 7);
  if (kNoText.find(text[first]) != kNoText.npos) return {};
  if (text[first] == '[') {
    std::size_t next = first + 1;
    while (next < text.size() && is_white(text[next])) ++next;
    constexpr std::string_view kInArray("{[]\"\0", 5);
    if (next == text.size() || kInArray.find(text[next]) != kInArray.npos) return {};
    if (text.substr(next).starts_with(kNullElement)) return {};
  }
  const std::size_t stop = run_until(kInText, text, first);
  if (stop == text.size()) return {Kind::text, stop};
  if (text[stop] == '\n') {
    if (may_be_in_length(text, 0, stop)) return {};
    return {Kind::text, stop};
  }
  if (text[stop] == '{' && starts_document(stop)) return {Kind::document, stop};
  return {};
}

void TextScanner::scan(std::string_view text, bool at_end, std::vector<Span>& spans) {
  text_ = text;
  at_end_ = at_end;
  spans_ = &spans;
  begin_ = 0;
  at_ = seen_;
  bool goes_on = true;
  while (goes_on) {
    while (goes_on && at_ < text_.size()) goes_on = step();
    goes_on = at_end_ && end_text();
  }
  note_last(at_);
  if (at_ - begin_ > most_held()) give_held();
  const std::size_t kept_from = in_ == In::between && !holds_ ? at_ : begin_;
  if (in_ == In::between) record_line_ = line_;
  pending_ = text_.size() - kept_from;
  last_seen_ = in_front_of(at_);
  in_front_ = in_front_of(kept_from);
  seen_ = at_ - kept_from;
  base_ += kept_from;
  text_ = {};
}

bool TextScanner::step() {
  ++looked_at_;
  switch (in_) {
    case In::between:
      return between();
    case In::document:
      return document();
    case In::string:
      return string_record();
    case In::escaped:
      return escaped();
    case In::nuls:
      return nuls();
  }
  return false;
}

// Nothing follows. True if there is something to be looked at again.
bool TextScanner::end_text() {
  if (in_ == In::nuls) {
    nuls();
  } else if (in_ == In::document) {
    end_by_force();
    if (at_ < text_.size()) return true;
  } else if (in_ != In::between) {
    end(at_, in_ == In::string);
  }
  give_held();
  end_line();
  end_arrays();
  return false;
}

// Nothing closes the arrays. If a document in there was cut, that has been told.
void TextScanner::end_arrays() {
  if (arrays_ > 0 && before_ != Before::unsure)
    spans_->push_back({at_, 0, line_, ErrorCode::truncated, false, {}});
  arrays_ = 0;
  last_ = '\0';
}

void TextScanner::drop_seen() {
  base_ += seen_;
  pending_ -= seen_;
  seen_ = 0;
  in_front_ = last_seen_;
  dropped_ = true;
}

std::uint64_t TextScanner::take_passed_over() { return std::exchange(passed_over_, 0); }

std::uint64_t TextScanner::take_with_names() { return std::exchange(with_names_, 0); }

// The last byte in front of `at` that is not white space, back to the line's beginning.
void TextScanner::note_last(std::size_t at) {
  const std::size_t from = at;
  while (at > 0 && is_blank(text_[at - 1])) --at;
  looked_at_ += from - at;
  if (at > 0 && text_[at - 1] != '\n') last_ = text_[at - 1];
}

std::size_t TextScanner::skip_white(std::size_t at) {
  const std::size_t from = at;
  const std::size_t most = std::min(text_.size(), at + kFarAhead);
  while (at < most && is_white(text_[at])) ++at;
  looked_at_ += at - from;
  return at;
}

// Behind the last byte in front of `at` that is not white space, back to `from` at most.
std::size_t TextScanner::behind_white(std::size_t at, std::size_t from) {
  const std::size_t begin = at;
  while (at > from && is_white(text_[at - 1])) --at;
  looked_at_ += begin - at;
  return at;
}

std::size_t TextScanner::run(const CharacterSet& set, std::string_view text, std::size_t at) {
  const std::size_t end = run_until(set, text, at);
  looked_at_ += end - at;
  return end;
}

void TextScanner::text_here() {
  is_indent_ = behind_document_ = false;
  line_has_text_ = in_text_ = true;
  tail_.assign(1, text_[at_]);
  ++at_;
}

// In the text from `begin` to at_, which goes on from the tail.
void TextScanner::look_for_names(std::size_t begin) {
  const std::string_view text = text_.substr(begin, at_ - begin);
  looked_at_ += text.size();
  if (!line_has_name_) {
    const std::size_t most = longest_member_name() - 1;
    tail_ += text.substr(0, most);
    line_has_name_ = has_member_name(tail_) || has_member_name(text);
    if (text.size() >= most) tail_ = text.substr(text.size() - most);
    if (tail_.size() > most) tail_.erase(0, tail_.size() - most);
  }
}

// Counts the line that ends here.
void TextScanner::end_line() {
  passed_over_ += line_has_text_ && !line_has_document_;
  with_names_ += line_has_text_ && !line_has_document_ && line_has_name_;
  behind_name_ = may_be_name_ && (line_has_text_ || line_has_element_) && !line_has_document_;
  may_be_name_ = at_line_begin_ = true;
  name_size_ = 0;
  line_has_text_ = line_has_document_ = line_has_element_ = line_has_name_ = in_text_ = false;
}

// Of which so much is in front of what comes next.
void TextScanner::begin_line(std::size_t indent) {
  is_indent_ = true;
  column_ = indent;
}

bool TextScanner::line_end() {
  if (lacks(at_ + 1)) return false;
  note_last(at_);
  end_line();
  begin_line(0);
  ++line_;
  ++at_;
  if (has(at_) && is_hard_break(last_, text_[at_])) end_arrays();
  return true;
}

void TextScanner::set_before(std::string_view text) {
  in_front_ = text.empty() ? '\0' : text.back();
  behind_name_ = text.ends_with('\n') && ends_with_name(text.substr(0, text.size() - 1));
}

// The line goes on with these bytes.
void TextScanner::note_name(std::size_t begin, std::size_t end) {
  for (; may_be_name_ && begin < end; ++begin)
    may_be_name_ =
        kInName.contains(static_cast<unsigned char>(text_[begin])) && ++name_size_ <= kLongestName;
}

// The length of a journal's field, whose name is the line in front: passed over. False if more text
// is needed.
bool TextScanner::skip_length() {
  if (lacks(at_ + kLengthBytes - 1)) return false;
  at_line_begin_ = false;
  const std::string_view length = text_.substr(at_, kLengthBytes);
  if (length.size() < kLengthBytes || !length.ends_with(kHighOfLength) ||
      length.starts_with(kHighOfLength) || static_cast<unsigned char>(length[3]) >= 0x20)
    return true;
  line_ += static_cast<std::uint64_t>(std::count(length.begin(), length.end(), '\n'));
  at_ += kLengthBytes;
  may_be_name_ = false;
  return true;
}

bool TextScanner::between() {
  if (at_line_begin_) {
    if (behind_name_) {
      if (!skip_length()) return false;
      if (!has(at_)) return true;
    }
    at_line_begin_ = false;
  }
  if (in_text_) {
    const std::size_t begin = at_;
    at_ = run(kInText, text_, at_);
    note_name(begin, at_);
    look_for_names(begin);
    if (!has(at_)) return true;
  }
  if (text_[at_] != '\n') note_name(at_, at_ + 1);
  // A document takes it; a tab is between columns, and all else is something, too.
  behind_document_ &= text_[at_] == '{' || text_[at_] == ' ';
  switch (text_[at_]) {
    case ' ':
    case '\t':
    case '\r':
      ++column_;
      ++at_;
      return true;
    case kRecordSeparator:
      give_held();
      ++at_;
      return true;
    case '\n':
      give_held();
      return line_end();
    case ',':
      if (arrays_ > 0) {
        if (before_ == Before::bracket || before_ == Before::comma)
          spans_->push_back({at_, 1, line_, ErrorCode::expected_value, false, {}});
        else
          before_ = Before::comma;
      }
      ++column_;
      ++at_;
      return true;
    case ']':
      if (arrays_ > 0) {
        if (before_ == Before::comma)
          spans_->push_back({at_, 0, line_, ErrorCode::expected_value, false, {}});
        --arrays_;
        before_ = Before::value;
      }
      ++column_;
      ++at_;
      return true;
    case '[':
      return open_bracket();
    case '{':
      return maybe_document();
    case '\0':
      begin(In::nuls);
      return true;
    case '"':
      if (options_.strings && !line_has_text_) {
        const Ahead is_record = arrays_ > 0 ? Ahead::yes : string_alone();
        if (is_record == Ahead::unknown) return false;
        if (is_record == Ahead::no) break;
        begin(In::string);
        ++at_;
        return true;
      }
      break;
    case kByteOrderMark[0]:
      if (lacks(at_ + 2)) return false;
      if (text_.substr(at_).starts_with(kByteOrderMark)) {
        at_ += kByteOrderMark.size();
        return true;
      }
      break;
    default:
      break;
  }
  if (arrays_ > 0 && (before_ == Before::bracket || before_ == Before::comma)) {
    const Ahead ahead = element();
    if (ahead == Ahead::unknown) return false;
    if (ahead == Ahead::yes) return true;
  }
  before_ = Before::unsure;
  text_here();
  return true;
}

// The array around documents, or text.
bool TextScanner::open_bracket() {
  const std::size_t next = skip_white(at_ + 1);
  if (lacks(next) && next - at_ < kFarAhead) return false;
  const char c = has(next) ? text_[next] : after_;
  const std::string_view first = text_.substr(std::min(next, text_.size()), kNullElement.size());
  if (kNullElement.starts_with(first) && !first.empty() && lacks(next + kNullElement.size() - 1))
    return false;
  const bool is_array = c == '{' || c == '[' || c == ']' || c == '\0' ||
                        (c == '"' && options_.strings) || first == kNullElement;
  if (line_has_text_ || !is_array) {
    text_here();
    return true;
  }
  ++arrays_;
  before_ = Before::bracket;
  ++column_;
  ++at_;
  return true;
}

bool TextScanner::maybe_document() {
  const std::size_t next = skip_white(at_ + 1);
  if (lacks(next) && next - at_ < kFarAhead) return false;
  const char c = has(next) ? text_[next] : '\0';
  const bool is_first = !line_has_text_ && !line_has_document_;
  if (c == '"') {
    // A quote that CSV has doubled; of JSON, an empty name.
    if (lacks(next + 1)) return false;
    if (has(next + 1) && text_[next + 1] == '"') {
      std::size_t behind = next + 2;
      while (behind - next < kFarAhead && has(behind) && is_blank(text_[behind])) ++behind;
      looked_at_ += behind - next;
      if (lacks(behind)) return false;
      if (!has(behind) || text_[behind] != ':') {
        begin(In::escaped, TextEncoding::doubled_quotes);
        return true;
      }
    }
    const Ahead name = line_has_text_ ? name_at(next) : Ahead::yes;
    if (name == Ahead::unknown) return false;
    if (name == Ahead::no) {
      text_here();
      return true;
    }
    begin(In::document, in_front_of(at_) == '\'' ? TextEncoding::quoted : TextEncoding::plain);
    return true;
  }
  if (c == '\0' && next == at_ + 1) {
    if (lacks(at_ + 3)) return false;
    if (begins_utf16(text_.substr(at_), is_first)) {
      begin(In::escaped, TextEncoding::utf16);
      return true;
    }
  }
  if (c == '}' && arrays_ == 0) {
    // Alone on its line it is a record; else it is text: "context {}".
    if (!is_first) {
      text_here();
      return true;
    }
    std::size_t end = next + 1;
    while (has(end) && (is_blank(text_[end]) || text_[end] == ',')) ++end;
    looked_at_ += end - next;
    if (lacks(end)) return false;
    if (has(end) && text_[end] != '\n' && text_[end] != '\0') {
      text_here();
      return true;
    }
  }
  if (c == '&') {
    if (lacks(next + kLongestEntity - 1)) return false;
    const char entity = entity_at(text_, next).c;
    if (entity == '"' || is_white(entity)) {
      begin(In::escaped, TextEncoding::entities);
      return true;
    }
  }
  if (c == '\\') {
    if (lacks(next + 1)) return false;
    const char escape = has(next + 1) ? text_[next + 1] : '\0';
    if (escape == 'x') {
      begin(In::escaped, TextEncoding::nginx);
      return true;
    }
    if (escape == '"' || escape == 'n' || escape == 'r' || escape == 't') {
      begin(In::escaped, TextEncoding::backslashes);
      return true;
    }
  }
  // curl -v: "{ [5 bytes data]".
  if (c == '}' || (is_first && c != '[')) {
    begin(In::document);
  } else {
    text_here();
  }
  return true;
}

void TextScanner::begin(In in, TextEncoding encoding) {
  if (in == In::nuls || at_ - begin_ > most_held()) give_held();
  holds_ = false;
  if (arrays_ > 0 && before_ == Before::value && in != In::nuls)
    spans_->push_back({at_, 0, line_, ErrorCode::expected_comma, false, {}});
  is_behind_document_ = std::exchange(behind_document_, false) && in_front_of(at_) == ' ';
  in_ = in;
  in_text_ = false;
  encoding_ = encoding;
  begin_ = at_;
  record_line_ = line_;
  stack_.clear();
  open_arrays_ = deeper_ = 0;
  expect_ = Expect::value;
  token_ = Token::other;
  in_string_ = escape_ = false;
  last_unit_ = '\0';
  last_brace_ = 0;
  quotes_ = Quotes::unknown;
  is_cell_ = in == In::document && in_front_of(at_) == '\t';
  indent_ = is_indent_ ? column_ : 0;
  is_indent_ = is_pretty_ = false;
  broken_ = broken_line_open_ = has_candidate_ = in_braces_ = bracket_on_line_ = false;
  lines_behind_ = 0;
}

// The record ends at `at`. `cut`: because of what is there.
void TextScanner::end(std::size_t at, bool cut) {
  std::size_t stop = at;
  const bool is_kept = !is_large(at);
  bool on_this_line = true;
  if (cut && is_kept) {
    if (broken_ && !broken_line_open_) {
      stop = std::min(stop, begin_ + broken_end_);
      on_this_line = false;
    }
    stop = behind_white(stop, begin_);
    if (arrays_ > 0 && stop > begin_ && text_[stop - 1] == ',') --stop;
  } else if (in_ == In::escaped && is_kept && last_brace_ > 0) {
    stop = begin_ + last_brace_;
    on_this_line = broken_line_open_;
  } else if (in_ == In::escaped && is_kept) {
    stop = behind_white(at, begin_);
    on_this_line = text_.substr(stop, at - stop).find('\n') == text_.npos;
  }
  holds_ = in_braces_ && is_kept && line_ == record_line_ && arrays_ == 0;
  held_size_ = stop - begin_;
  if (holds_)
    line_has_text_ = true;
  else
    spans_->push_back({begin_, stop - begin_, record_line_, ErrorCode::ok, false, encoding_,
                       Matching::yes, is_behind_document_});
  before_ = cut ? Before::unsure : Before::value;
  behind_document_ = on_this_line && !cut && !holds_ && line_has_text_;
  if (on_this_line) {
    line_has_document_ = true;
  } else {
    passed_over_ += lines_behind_;
    line_has_document_ = line_has_name_ = false;
    line_has_text_ = !is_blank_since_line_end(at);
    may_be_name_ = ends_with_name(text_.substr(0, at));
    if (const std::optional<std::size_t> indent = indent_at(at)) begin_line(*indent);
  }
  in_ = In::between;
  dropped_ = false;
}

// So far behind its beginning, text in braces becomes none by a document on its line.
std::size_t TextScanner::most_held() const { return std::min(kFarAhead, options_.max_record); }

// Text in braces is a record: no document follows on its line.
void TextScanner::give_held() {
  if (std::exchange(holds_, false))
    spans_->push_back({begin_, held_size_, record_line_, ErrorCode::ok, false, {}});
}

// A string that is a record by itself.
bool TextScanner::string_record() {
  if (!skip_in_string()) return true;
  switch (text_[at_]) {
    case '"':
      ++at_;
      end(at_, false);
      return true;
    case '\n':
      end(at_, true);
      return true;
    default:
      ++at_;
      return true;
  }
}

// One separates documents, several are a record.
bool TextScanner::nuls() {
  const std::size_t from = at_;
  while (has(at_) && text_[at_] == '\0') ++at_;
  looked_at_ += at_ - from;
  if (!has(at_) && !at_end_) return true;
  if (at_ - begin_ > 1 || dropped_) {
    spans_->push_back({begin_, at_ - begin_, record_line_, ErrorCode::nul_bytes, false, {}});
    before_ = Before::unsure;
  }
  in_ = In::between;
  dropped_ = false;
  return true;
}

}  // namespace leadscan::audit
