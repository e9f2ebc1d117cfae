#include "audit/records/json_splitter.h"

#include <algorithm>

#include "audit/records/text_bytes.h"
#include "leadscan/json/scanner.h"

namespace leadscan::audit {
namespace {

using internal::is_white;
using internal::kDeepest;

// Of these a string needs to look at none.
std::size_t plain_run(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && text[end] != '"' && text[end] != '\\' && text[end] != '\n') ++end;
  return end;
}

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
bool JsonSplitter::in_document(char c) {
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

void JsonSplitter::scan(std::string_view text, bool at_end, std::vector<Span>& spans) {
  std::size_t begin = 0;  // of the current record
  std::size_t at = pending_;
  // `cut`: the record ends because of what follows; the white space there is not part of it,
  // unless it is too large anyway, and part of it is gone.
  const auto end_record = [&](std::size_t end, bool cut = false) {
    if (cut && !dropped_ && end - begin <= max_record_)
      while (end > begin && is_white(text[end - 1])) --end;
    Span span{begin, end - begin, record_line_, ErrorCode::ok,
              place_ == Place::in_array && in_har_};
    if (in_tail_ && !dropped_ && span.size <= max_record_) {
      add_to_frame(text.substr(begin, span.size));
      span.syntax = frame_syntax();
    }
    if (!in_tail_ || dropped_ || span.size > max_record_ || span.syntax != ErrorCode::ok)
      spans.push_back(span);
    if (in_tail_) frame_.clear();
    in_tail_ = in_log_ = false;
    array_ = cut || record_ == Record::garbage ? Before::unsure : Before::value;
    record_ = Record::none;
    in_string_ = escape_ = false;
    stack_.clear();
    open_arrays_ = 0;
    deeper_ = 0;
    dropped_ = false;
  };

  while (at < text.size()) {
    const char c = text[at];
    if (record_ != Record::none && in_string_) {
      if (escape_) {
        escape_ = false;
        if (c != '\n') {
          ++at;
          continue;
        }
      }
      at = plain_run(text, at);
      if (at == text.size()) break;
      if (text[at] == '\\') {
        escape_ = true;
      } else if (text[at] == '"') {
        in_string_ = false;
        significant('"');
        if (record_ == Record::string) end_record(at + 1);
      } else {  // a line's end
        in_string_ = false;
        significant('"');
        if (record_ == Record::string) end_record(at);
        ++line_;
      }
      ++at;
      continue;
    }

    switch (record_) {
      case Record::document:
        // A '{' that cannot be the next value, or the array's end: this record was cut.
        if ((c == '{' && !value_may_stand()) || (c == ']' && ends_outer_array())) {
          end_record(at, true);
          continue;  // `c` is looked at again, outside
        }
        if (c == '[' && begins_entries(text.substr(begin, at - begin))) {
          add_to_frame(text.substr(begin, at + 1 - begin));
          record_ = Record::none;
          stack_.clear();
          open_arrays_ = 0;
          in_tail_ = false;
          in_har_ = true;
          place_ = Place::in_array;
          array_ = Before::bracket;
          ++at;
          continue;
        }
        if (har_ && c == '{' && stack_.size() == 1)
          in_log_ = ends_with_name(text.substr(begin, at - begin), "log");
        if (in_document(c)) end_record(at + 1);
        line_ += c == '\n';
        ++at;
        continue;
      case Record::scalar:
        if (is_white(c) || c == ',' || c == ']' || c == '{' || c == '[') {
          end_record(at);
          continue;
        }
        ++at;
        continue;
      case Record::garbage:
        if (c == '\n' || c == '{' || (place_ == Place::in_array && c == ']')) {
          end_record(at, true);
          continue;
        }
        ++at;
        continue;
      case Record::string:
      case Record::none:
        break;
    }

    // Between records.
    if (is_white(c)) {
      line_ += c == '\n';
      ++at;
      continue;
    }
    if (place_ == Place::in_array && c == ',') {
      if (array_ == Before::bracket || array_ == Before::comma) {
        spans.push_back({at, 1, line_, ErrorCode::expected_value});
      } else {
        array_ = Before::comma;
      }
      ++at;
      continue;
    }
    if (place_ == Place::in_array && c == ']') {
      if (array_ == Before::comma) spans.push_back({at, 0, line_, ErrorCode::expected_value});
      place_ = Place::top;
      ++at;
      if (!in_har_) continue;
      // The frame goes on: a document of which entries have been taken out.
      in_har_ = false;
      in_tail_ = in_log_ = true;
      add_to_frame("]");
      record_ = Record::document;
      stack_ = {true, true};
      open_arrays_ = 0;
      before_ = ']';
      begin = at;
      record_line_ = line_;
      continue;
    }
    if (place_ == Place::top && c == '[') {
      place_ = Place::in_array;
      array_ = Before::bracket;
      ++at;
      continue;
    }
    begin = at;
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
      spans.push_back({begin, 0, line_, ErrorCode::expected_comma});
    ++at;
  }

  pending_ = record_ == Record::none ? 0 : text.size() - begin;
  if (!at_end) return;
  const bool too_early = ends_too_early();
  if (record_ != Record::none) end_record(text.size(), true);
  pending_ = 0;
  if (too_early) spans.push_back({text.size(), 0, line_, ErrorCode::truncated});
}

}  // namespace leadscan::audit
