#include "audit/records/json_splitter.h"

#include <algorithm>

#include "audit/records/text_bytes.h"
#include "leadscan/json/scanner.h"

namespace leadscan::audit {
namespace {

using internal::CharacterSet;
using internal::is_white;
using internal::kDeepest;
using internal::kEndsWord;
using internal::run_until;

// What ends a run of bytes of which a string needs to look at none.
constexpr CharacterSet kEndsPlain{std::string_view("\"\\\n")};

bool begins_scalar(char c) {
  return c == '-' || leadscan::internal::is_digit(static_cast<unsigned char>(c)) || c == 't' ||
         c == 'f' || c == 'n';
}

}  // namespace

bool JsonSplitter::value_may_stand() const {
  switch (before_) {
    case ':':
    case '[':
      return true;
    case ',':
      return !in_object();
    default:
      return false;
  }
}

bool JsonSplitter::ends_outer_array() const {
  return place_ == Place::in_array && open_arrays_ == 0;
}

void JsonSplitter::open(bool object) {
  // Deeper ones need not be told apart: the parser refuses the record.
  if (stack_.size() < kDeepest) {
    stack_.push_back(object);
    open_arrays_ += !object;
  } else {
    ++deeper_;
  }
}

// Whether the record ends with this bracket.
bool JsonSplitter::close(bool object) {
  if (deeper_ > 0) {
    --deeper_;
    return false;
  }
  if ((object ? stack_.size() - open_arrays_ : open_arrays_) == 0)
    return false;  // closes nothing of this record
  for (bool closed = false; !closed; stack_.pop_back()) {
    closed = stack_.back() == object;
    open_arrays_ -= !stack_.back();
  }
  return stack_.empty();
}

// Whether `text` ends with "name": and the value of that member comes next.
bool JsonSplitter::ends_with_name(std::string_view text, std::string_view name) {
  const auto strip = [&] {
    while (!text.empty() && is_white(text.back())) text.remove_suffix(1);
  };
  const auto strip_word = [&](std::string_view word) {
    if (!text.ends_with(word)) return false;
    text.remove_suffix(word.size());
    return true;
  };
  strip();
  if (!strip_word(":")) return false;
  strip();
  // Behind a backslash the first quote would be inside of a longer name.
  return strip_word("\"") && strip_word(name) && strip_word("\"") && !text.ends_with('\\');
}

// Whether the '[' behind `record`, which the current record is so far, begins the entries of an
// HTTP archive.
bool JsonSplitter::begins_entries(std::string_view record) const {
  return har_ && place_ == Place::top && in_log_ && !dropped_ && stack_.size() == 2 &&
         stack_.back() && record.size() < max_record_ && ends_with_name(record, "entries");
}

// What the brackets and commas around the entries are held against: JSON without the entries.
ErrorCode JsonSplitter::frame_syntax() const {
  if (frame_.size() > max_record_) return ErrorCode::too_large;
  leadscan::internal::JsonScanner scanner(frame_.data(), frame_.size());
  for (;;) {
    const leadscan::internal::Token token = scanner.next();
    if (token == leadscan::internal::Token::end) return ErrorCode::ok;
    if (token == leadscan::internal::Token::error) return scanner.code();
  }
}

// No more of it is kept than shows that it is too long.
void JsonSplitter::add_to_frame(std::string_view text) {
  if (frame_.size() <= max_record_) frame_ += text;
}

// Whether, with nothing more to come, something around the records is still open.
bool JsonSplitter::ends_too_early() const {
  switch (record_) {
    case Record::none:
    case Record::scalar:
      return place_ == Place::in_array;
    default:
      return false;  // the record itself is what is cut
  }
}

// A byte of a document outside of its strings; whether the document ends behind it.
bool JsonSplitter::ends_document(char c) {
  switch (c) {
    case '"':
      in_string_ = true;
      break;
    case '{':
      open(true);
      break;
    case '[':
      open(false);
      break;
    case '}':
      if (close(true)) return true;
      break;
    case ']':
      if (close(false)) return true;
      break;
    default:
      break;
  }
  if (!is_white(c)) significant(c);
  return false;
}

// `cut`: the record ends because of what follows; the white space there is not part of it, unless
// it is too large anyway, and part of it is gone.
void JsonSplitter::end_record(Scan& scan, std::size_t end, bool cut) {
  if (cut && !dropped_ && end - scan.begin <= max_record_)
    while (end > scan.begin && is_white(scan.text[end - 1])) --end;
  Span span{scan.begin, end - scan.begin, record_line_, ErrorCode::ok,
            place_ == Place::in_array && in_har_};
  if (in_tail_ && !dropped_ && span.size <= max_record_) {
    add_to_frame(scan.text.substr(span.begin, span.size));
    span.syntax = frame_syntax();
  }
  if (!in_tail_ || dropped_ || span.size > max_record_ || span.syntax != ErrorCode::ok)
    scan.spans.push_back(span);
  if (in_tail_) frame_.clear();
  in_tail_ = in_log_ = false;
  array_ = cut || record_ == Record::garbage ? Before::unsure : Before::value;
  record_ = Record::none;
  in_string_ = escape_ = false;
  forget_containers();
  dropped_ = false;
}

void JsonSplitter::forget_containers() {
  stack_.clear();
  open_arrays_ = 0;
  deeper_ = 0;
}

void JsonSplitter::in_string(Scan& scan) {
  if (escape_) {
    escape_ = false;
    if (scan.text[scan.at] != '\n') {
      ++scan.at;
      return;
    }
  }
  scan.at = run_until(kEndsPlain, scan.text, scan.at);
  if (scan.at == scan.text.size()) return;
  const char c = scan.text[scan.at];
  if (c == '\\') {
    escape_ = true;
  } else {  // its end, or the line's
    in_string_ = false;
    significant('"');
    if (record_ == Record::string) end_record(scan, c == '"' ? scan.at + 1 : scan.at);
    line_ += c == '\n';
  }
  ++scan.at;
}

void JsonSplitter::in_document(Scan& scan) {
  if (const std::size_t end = run_until(kEndsWord, scan.text, scan.at); end != scan.at) {
    significant(scan.text[end - 1]);
    scan.at = end;
    return;
  }
  const char c = scan.text[scan.at];
  // A '{' that cannot be the next value, or the array's end: this record was cut.
  if ((c == '{' && !value_may_stand()) || (c == ']' && ends_outer_array())) {
    end_record(scan, scan.at, true);
    return;  // `c` is looked at again, outside
  }
  const std::string_view record = scan.text.substr(scan.begin, scan.at - scan.begin);
  if (c == '[' && begins_entries(record)) {
    begin_entries(record);
    ++scan.at;
    return;
  }
  if (har_ && c == '{' && stack_.size() == 1) in_log_ = ends_with_name(record, "log");
  if (ends_document(c)) end_record(scan, scan.at + 1);
  line_ += c == '\n';
  ++scan.at;
}

// `record`: what is in front of the bracket.
void JsonSplitter::begin_entries(std::string_view record) {
  add_to_frame(record);
  add_to_frame("[");
  record_ = Record::none;
  forget_containers();
  in_tail_ = false;
  in_har_ = true;
  place_ = Place::in_array;
  array_ = Before::bracket;
}

void JsonSplitter::in_scalar(Scan& scan) {
  const char c = scan.text[scan.at];
  if (is_white(c) || c == ',' || c == ']' || c == '{' || c == '[') {
    end_record(scan, scan.at, false);
  } else {
    ++scan.at;
  }
}

void JsonSplitter::in_garbage(Scan& scan) {
  const char c = scan.text[scan.at];
  if (c == '\n' || c == '{' || (place_ == Place::in_array && c == ']')) {
    end_record(scan, scan.at, true);
  } else {
    ++scan.at;
  }
}

void JsonSplitter::between(Scan& scan) {
  const char c = scan.text[scan.at];
  if (is_white(c)) {
    line_ += c == '\n';
    ++scan.at;
  } else if (place_ == Place::in_array && c == ',') {
    if (array_ == Before::bracket || array_ == Before::comma) {
      scan.spans.push_back({scan.at, 1, line_, ErrorCode::expected_value});
    } else {
      array_ = Before::comma;
    }
    ++scan.at;
  } else if (place_ == Place::in_array && c == ']') {
    end_array(scan);
  } else if (place_ == Place::top && c == '[') {
    place_ = Place::in_array;
    array_ = Before::bracket;
    ++scan.at;
  } else {
    begin_record(scan);
  }
}

void JsonSplitter::end_array(Scan& scan) {
  if (array_ == Before::comma) scan.spans.push_back({scan.at, 0, line_, ErrorCode::expected_value});
  place_ = Place::top;
  ++scan.at;
  if (!in_har_) return;
  // The frame goes on: a document of which entries have been taken out.
  in_har_ = false;
  in_tail_ = in_log_ = true;
  add_to_frame("]");
  record_ = Record::document;
  stack_ = {true, true};
  open_arrays_ = 0;
  before_ = ']';
  scan.begin = scan.at;
  record_line_ = line_;
}

void JsonSplitter::begin_record(Scan& scan) {
  const char c = scan.text[scan.at];
  scan.begin = scan.at;
  record_line_ = line_;
  before_ = c;
  if (c == '{' || c == '[') {
    record_ = Record::document;
    open(c == '{');
  } else if (c == '"') {
    record_ = Record::string;
    in_string_ = true;
  } else {
    record_ = begins_scalar(c) ? Record::scalar : Record::garbage;
  }
  if (place_ == Place::in_array && array_ == Before::value && record_ != Record::garbage)
    scan.spans.push_back({scan.begin, 0, line_, ErrorCode::expected_comma});
  ++scan.at;
}

void JsonSplitter::scan(std::string_view text, bool at_end, std::vector<Span>& spans) {
  Scan scan{text, spans, pending_, 0};
  while (scan.at < text.size()) {
    if (in_string_) {
      in_string(scan);
    } else if (record_ == Record::document) {
      in_document(scan);
    } else if (record_ == Record::scalar) {
      in_scalar(scan);
    } else if (record_ == Record::garbage) {
      in_garbage(scan);
    } else {
      between(scan);
    }
  }
  pending_ = record_ == Record::none ? 0 : text.size() - scan.begin;
  if (!at_end) return;
  const bool too_early = ends_too_early();
  if (record_ != Record::none) end_record(scan, text.size(), true);
  pending_ = 0;
  if (too_early) spans.push_back({text.size(), 0, line_, ErrorCode::truncated});
}

}  // namespace leadscan::audit
