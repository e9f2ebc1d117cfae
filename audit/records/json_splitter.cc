#include "audit/records/json_splitter.h"

#include <algorithm>

namespace leadscan::audit {
namespace {

constexpr std::size_t kDeepest = 4096;  // far beyond what the parser takes

bool is_white_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// Of these a string needs to look at none.
std::size_t plain_run(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && text[end] != '"' && text[end] != '\\' && text[end] != '\n') ++end;
  return end;
}

bool begins_scalar(char c) {
  return c == '-' || (c >= '0' && c <= '9') || c == 't' || c == 'f' || c == 'n';
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
  return place_ == Place::in_array &&
         std::find(stack_.begin(), stack_.end(), false) == stack_.end();
}

void JsonSplitter::open(bool object) {
  // Deeper ones need not be told apart: the parser refuses the record.
  if (stack_.size() < kDeepest) {
    stack_.push_back(object);
  } else {
    ++deeper_;
  }
}

// Whether the record ends with this bracket.
bool JsonSplitter::close(bool object) {
  if (deeper_ > 0) return --deeper_, false;
  std::size_t match = stack_.size();
  while (match > 0 && stack_[match - 1] != object) --match;
  if (match == 0) return false;  // closes nothing of this record
  stack_.resize(match - 1);
  return stack_.empty();
}

// What stands around the entries of an HTTP archive.
void JsonSplitter::har_frame(char c) {
  constexpr std::size_t kMostName = 16;
  if (in_string_) {
    if (escape_) {
      escape_ = false;
    } else if (c == '\\') {
      escape_ = true;
    } else if (c == '"') {
      in_string_ = false;
      return;
    }
    if (last_string_.size() < kMostName) last_string_ += c;
    return;
  }
  switch (c) {
    case '"':
      in_string_ = true;
      last_string_.clear();
      break;
    case '[':
      if (place_ == Place::har_head && depth_ == 2 && before_ == ':' && last_string_ == "entries") {
        place_ = Place::in_array;
        array_ = Before::bracket;
      }
      [[fallthrough]];
    case '{':
      ++depth_;
      break;
    case ']':
    case '}':
      if (depth_ > 0) --depth_;
      break;
    default:
      break;
  }
  if (!is_white_space(c)) significant(c);
}

// Whether, with nothing more to come, something around the records is still open.
bool JsonSplitter::ends_too_early() const {
  switch (record_) {
    case Record::none:
    case Record::scalar:
      return place_ == Place::in_array || (place_ != Place::top && depth_ > 0);
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
  if (!is_white_space(c)) significant(c);
  return false;
}

void JsonSplitter::scan(std::string_view text, bool at_end, std::vector<Span>& spans) {
  std::size_t begin = 0;  // of the current record
  std::size_t at = pending_;
  // `cut`: the record ends because of what follows; the white space there is not part of it,
  // unless it is too large anyway, and part of it is gone.
  const auto end_record = [&](std::size_t end, bool cut = false) {
    if (cut && !dropped_ && end - begin <= max_record_)
      while (end > begin && is_white_space(text[end - 1])) --end;
    spans.push_back({begin, end - begin, record_line_});
    array_ = cut || record_ == Record::garbage ? Before::unsure : Before::value;
    record_ = Record::none;
    in_string_ = escape_ = false;
    stack_.clear();
    deeper_ = 0;
    dropped_ = false;
  };

  while (at < text.size()) {
    const char c = text[at];
    if (place_ == Place::har_head || place_ == Place::har_tail) {
      line_ += c == '\n';
      har_frame(c);
      ++at;
      continue;
    }

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
        if (in_document(c)) end_record(at + 1);
        line_ += c == '\n';
        ++at;
        continue;
      case Record::scalar:
        if (is_white_space(c) || c == ',' || c == ']' || c == '{' || c == '[') {
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
    if (is_white_space(c)) {
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
      place_ = depth_ > 0 ? Place::har_tail : Place::top;
      if (depth_ > 0) --depth_;
      ++at;
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
