// The part of TextScanner that is inside of a document.
#include <algorithm>
#include <optional>

#include "audit/records/text_bytes.h"
#include "audit/records/text_scanner.h"

namespace leadscan::audit {

using namespace internal;  // NOLINT

// How many bytes are in front of `at` on its line, if they are white space, and the line's end in
// front of them is the record's.
std::optional<std::size_t> TextScanner::indent_at(std::size_t at) {
  const std::size_t from = at;
  while (at > begin_ && is_blank(text_[at - 1])) --at;
  looked_at_ += from - at;
  if (at == begin_ || text_[at - 1] != '\n') return std::nullopt;
  return from - at;
}

bool TextScanner::is_blank_since_line_end(std::size_t at) { return indent_at(at).has_value(); }

// It is not a document after all. True if another one began before that was found out, and so has
// ended it.
bool TextScanner::broken() {
  if (broken_) return false;
  // As Python prints it, and databases write cells of tables, a quote within a string is behind two
  // backslashes: it is read so again.
  if (quotes_ == Quotes::escaped && line_ == record_line_ && !is_large(at_) &&
      base_ + begin_ >= looked_twice_) {
    if (is_cell_) encoding_ = TextEncoding::backslashes;
    looked_twice_ = base_ + at_;
    at_ = begin_;
    in_ = In::escaped;
    quotes_ = Quotes::bare;
    stack_.clear();
    open_arrays_ = deeper_ = 0;
    in_string_ = escape_ = false;
    return true;
  }
  broken_ = true;
  constexpr std::string_view kNoTextInBraces("{\n\0\x1e", 4);
  in_braces_ = expect_ == Expect::name_or_close && stack_.size() == 1 && line_ == record_line_ &&
               !dropped_ && has(at_) && kNoTextInBraces.find(text_[at_]) == kNoTextInBraces.npos;
  if (has_candidate_ && !is_large(at_)) {
    looked_twice_ = base_ + at_;
    const std::size_t candidate = begin_ + candidate_;
    line_ = candidate_line_;
    end_in_front_of_next(candidate);
    return true;
  }
  if (dropped_) {
    broken_line_open_ = true;
    return false;
  }
  // A text's line, then, on which nothing is the document's.
  const std::size_t line = bracket_on_line_ ? begin_ + bracket_ : at_;
  broken_line_open_ = !is_blank_since_line_end(line);
  broken_end_ = behind_white(line, begin_) - begin_;
  return false;
}

bool TextScanner::value_may_be() const {
  if (!broken_) return expect_ == Expect::value || expect_ == Expect::value_or_close;
  const bool in_array = !stack_.empty() && !stack_.back();
  return token_ == Token::colon ||
         (in_array && (token_ == Token::comma || token_ == Token::open_array));
}

bool TextScanner::document_line_end() {
  if (lacks(at_ + 1)) return false;
  note_last(at_);
  if (!has(at_ + 1) || is_hard_break(last_, text_[at_ + 1])) {
    end_by_force();
    return true;  // the line's end is looked at again, between records
  }
  if (broken_) {
    if (broken_line_open_) {
      if (!dropped_) broken_end_ = at_ - begin_;
      broken_line_open_ = false;
    } else if (!dropped_ && !is_blank_since_line_end(at_)) {
      ++lines_behind_;
    }
  }
  bracket_on_line_ = false;
  ++line_;
  ++at_;
  return true;
}

// Over what is plain or escaped in a string. True at a byte that is neither.
bool TextScanner::skip_in_string() {
  if (escape_ && text_[at_] != '\n' && text_[at_] != '\0') {
    escape_ = false;
    ++at_;
    return false;
  }
  escape_ = false;
  at_ = run(kInString, text_, at_);
  if (!has(at_)) return false;
  if (text_[at_] != '\\') return true;
  escape_ = true;
  ++at_;
  return false;
}

// Whether the brace at `brace`, in what is taken for a string, is a value of an object, as strings
// are what is between them by then: ": {".
bool TextScanner::is_between_strings(std::size_t brace) {
  const std::size_t first = begin_ + string_begin_ + 1;
  const std::size_t colon = behind_white(brace, first);
  return colon > first && text_[colon - 1] == ':' && behind_white(colon - 1, first) == first;
}

// At a line's end in a string, whether a document begins in front of it that goes on with a name
// on the next line.
TextScanner::Ahead TextScanner::brace_in_front() {
  const std::size_t first = begin_ + string_begin_ + 1;
  if (is_large(at_)) return Ahead::no;
  const std::size_t behind = behind_white(at_, first);
  if (behind == first || text_[behind - 1] != '{' || is_between_strings(behind - 1))
    return Ahead::no;
  const std::size_t next = skip_white(at_ + 1);
  if (lacks(next) && next - at_ < kFarAhead) return Ahead::unknown;
  return has(next) && text_[next] == '"' ? Ahead::yes : Ahead::no;
}

bool TextScanner::document_string() {
  if (!skip_in_string()) return true;
  switch (text_[at_]) {
    case '"': {
      if (lacks(at_ + 1)) return false;
      const char next = has(at_ + 1) ? text_[at_ + 1] : '\0';
      constexpr CharacterSet kMayFollow{leadscan::internal::kWhiteSpace,
                                        std::string_view(",:}]\"\\\0", 7)};
      if (!is_large(at_) && !kMayFollow.contains(static_cast<unsigned char>(next)) &&
          at_ > begin_ + string_begin_ + 1 && text_[at_ - 1] == '{') {
        // The next document began in here.
        if (!is_between_strings(at_ - 1)) {
          end_in_front_of_next(at_ - 1);
          return true;
        }
      }
      if ((encoding_ == TextEncoding::quoted || is_cell_) && at_ > begin_ && text_[at_ - 1] == '\\')
        quotes_ = Quotes::escaped;
      in_string_ = false;
      token_ = Token::string;
      ++at_;
      return true;
    }
    case '\0':
      if (lacks(at_ + 1)) return false;
      if (has(at_ + 1) && text_[at_ + 1] == '\0') {
        end_by_force();
        return true;
      }
      ++at_;
      return true;
    default:  // a line's end ends a string: JSON has none in strings
      if (const Ahead ahead = brace_in_front(); ahead != Ahead::no) {
        if (ahead == Ahead::unknown) return false;
        end_in_front_of_next(behind_white(at_, begin_) - 1);
        return true;
      }
      in_string_ = false;
      token_ = Token::string;
      broken();
      return true;
  }
}

bool TextScanner::document_brace() {
  if (!value_may_be()) {
    const std::size_t next = skip_white(at_ + 1);
    if (lacks(next) && next - at_ < kFarAhead) return false;
    if (broken()) return true;
    if (!has(next) || text_[next] == '"' || text_[next] == '}') {
      end(at_, true);
      return true;
    }
  } else if (!is_large(at_)) {
    const std::optional<std::size_t> indent = indent_at(at_);
    const bool may_be_next = !broken_ && !has_candidate_ && base_ + at_ >= looked_twice_;
    Ahead ahead = Ahead::no;
    if (indent && *indent <= indent_)
      ahead = candidate_here();
    else if (!indent && may_be_next && stack_.size() == 1)
      ahead = begins_alike();
    if (ahead == Ahead::unknown) return false;
    const bool is_element = !stack_.empty() && !stack_.back();
    if (ahead == Ahead::yes && broken_) {
      // A member's value may be on a line of its own: the next record begins as this one did.
      const Ahead is_next = token_ == Token::colon ? begins_alike() : Ahead::yes;
      if (is_next == Ahead::unknown) return false;
      if (is_next == Ahead::yes) {
        end(at_, true);
        return true;
      }
    }
    // As far in as the record, where all else is further: so are bodies that a template has. It is
    // the next record only where one is known to be cut.
    if (ahead == Ahead::yes && is_element && is_pretty_ && *indent == indent_ &&
        text_[at_ + 1] != '"' && base_ + at_ < looked_twice_) {
      end_in_front_of_next(at_);
      return true;
    }
    if (ahead == Ahead::yes && may_be_next) {
      has_candidate_ = true;
      candidate_ = at_ - begin_;
      candidate_line_ = line_;
    }
  }
  bracket_on_line_ = false;
  if (stack_.size() < kDeepest) {
    stack_.push_back(true);
  } else {
    ++deeper_;
  }
  expect_ = Expect::name_or_close;
  token_ = Token::other;
  ++at_;
  return true;
}

// The next record begins at `next`.
void TextScanner::end_in_front_of_next(std::size_t next) {
  broken_line_open_ = true;
  end_in_front_of(next);
}

// If nothing else is in front of `at` on its line, nothing of the document is on it.
void TextScanner::end_in_front_of(std::size_t at) {
  at_ = at;
  const std::optional<std::size_t> indent = indent_at(at_);
  end(at_, true);
  if (!indent) return;
  line_has_document_ = line_has_text_ = in_text_ = false;
  begin_line(*indent);
}

// A bracket that closes something further out closes what is inside of it, too.
void TextScanner::close(bool object) {
  if (deeper_ > 0) {
    --deeper_;
    return;
  }
  while (stack_.back() != object) {
    open_arrays_ -= !stack_.back();
    stack_.pop_back();
  }
  open_arrays_ -= !object;
  stack_.pop_back();
}

bool TextScanner::document() {
  if (in_string_) return document_string();
  const char c = text_[at_];
  switch (c) {
    case ' ':
    case '\t':
    case '\r':
      ++at_;
      return true;
    case '\n':
      return document_line_end();
    case '"':
      if (expect_ != Expect::name_or_close && expect_ != Expect::name && !value_may_be() &&
          broken())
        return true;
      if ((expect_ == Expect::name_or_close || expect_ == Expect::name) && !is_large(at_)) {
        const bool is_first = expect_ == Expect::name_or_close && stack_.size() == 1;
        if (const std::optional<std::size_t> indent = indent_at(at_))
          is_pretty_ = (is_first || is_pretty_) && *indent > indent_;
      }
      // What goes on with a name behind it was not cut in front of an object on its line.
      if (expect_ == Expect::name && stack_.size() == 1 && has_candidate_ && !is_large(at_) &&
          !indent_at(begin_ + candidate_))
        has_candidate_ = false;
      bracket_on_line_ = false;
      in_string_ = true;
      string_begin_ = at_ - begin_;
      expect_ = expect_ == Expect::name_or_close || expect_ == Expect::name ? Expect::colon
                                                                            : Expect::comma;
      ++at_;
      return true;
    case '{':
      return document_brace();
    case '[':
      if (!value_may_be() && broken()) return true;
      if (!broken_ && begins_line()) {
        bracket_on_line_ = true;
        bracket_ = at_ - begin_;
      }
      if (stack_.size() < kDeepest) {
        stack_.push_back(false);
        ++open_arrays_;
      } else {
        ++deeper_;
      }
      expect_ = Expect::value_or_close;
      token_ = Token::open_array;
      ++at_;
      return true;
    case '}':
    case ']': {
      const bool object = c == '}';
      if (!object && open_arrays_ == 0 && deeper_ == 0) {
        if (arrays_ > 0) {
          end_in_front_of(at_);
          return true;
        }
        if (broken()) return true;
        ++at_;
        return true;
      }
      const bool fits = expect_ == Expect::comma ||
                        expect_ == (object ? Expect::name_or_close : Expect::value_or_close);
      if ((!fits || stack_.back() != object) && broken()) return true;
      close(object);
      expect_ = Expect::comma;
      token_ = Token::other;
      ++at_;
      if (stack_.empty()) end(at_, false);
      return true;
    }
    case ',':
      if (expect_ != Expect::comma && broken()) return true;
      bracket_on_line_ = false;
      expect_ = !stack_.empty() && stack_.back() ? Expect::name : Expect::value;
      token_ = Token::comma;
      ++at_;
      return true;
    case ':':
      if ((expect_ != Expect::colon || token_ != Token::string) && broken()) return true;
      bracket_on_line_ = false;
      expect_ = Expect::value;
      token_ = token_ == Token::string ? Token::colon : Token::other;
      ++at_;
      return true;
    case '\0':
      if (lacks(at_ + 1)) return false;
      // As GELF over TCP has one between documents.
      if (has(at_ + 1) && (text_[at_ + 1] == '\0' || text_[at_ + 1] == '{')) {
        end_by_force();
        return true;
      }
      if (broken()) return true;
      ++at_;
      return true;
    case kRecordSeparator:
      end_by_force();
      return true;
    default:
      return document_word();
  }
}

// A number, a literal, or what is neither.
bool TextScanner::document_word() {
  const std::string_view ahead = text_.substr(at_, kFarAhead);
  const std::size_t size = std::max<std::size_t>(1, run(kEndsWord, ahead, 0));
  if (lacks(at_ + size) && size < kFarAhead) return false;
  const std::string_view word = ahead.substr(0, size);
  bool fits = value_may_be() && size < kFarAhead;
  // At the beginning of a line it may be the text in front of the next document.
  if (fits && begins_line()) {
    const Ahead ahead = value_alone(word);
    if (ahead == Ahead::unknown) return false;
    fits = ahead == Ahead::yes;
  }
  if (!fits && broken()) return true;
  at_ += size;
  expect_ = Expect::comma;
  token_ = Token::other;
  return true;
}

// The record ends here, whatever it may still lack.
void TextScanner::end_by_force() {
  if (!broken()) end(at_, true);
}

}  // namespace leadscan::audit
