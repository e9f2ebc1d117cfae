// The part of TextScanner that looks ahead on the line: whether something is what it looks like.
#include <algorithm>

#include "audit/records/text_bytes.h"
#include "audit/records/text_scanner.h"
#include "leadscan/json/number.h"

namespace leadscan::audit {

using namespace internal;  // NOLINT

namespace {

// What a name begins with that is cut before its quote.
constexpr CharacterSet kBeginsName{"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz",
                                   "0123456789", "_@$\\"};

bool begins_name(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || kBeginsName.contains(byte);
}

bool is_scalar(std::string_view word) {
  if (word == "true" || word == "false" || word == "null") return true;
  const auto* const begin = reinterpret_cast<const unsigned char*>(word.data());
  const leadscan::internal::NumberEnd number =
      leadscan::internal::scan_number(begin, begin + word.size());
  return number.complete && number.at == begin + word.size();
}

}  // namespace

// Where the string ends that begins at `quote`: at its other quote, or the line's end or the NUL
// that cuts it. No further than kFarAhead; where more text is needed, at the end of what there is.
std::size_t TextScanner::string_end(std::size_t quote) {
  const std::string_view ahead = text_.substr(0, std::min(text_.size(), quote + kFarAhead));
  std::size_t at = quote + 1;
  for (;;) {
    at = run(kInString, ahead, at);
    if (at >= ahead.size()) return ahead.size();
    if (ahead[at] != '\\') return at;
    if (at + 1 == ahead.size()) return lacks(at + 1) ? at + 1 : at;
    at += ahead[at + 1] == '\n' || ahead[at + 1] == '\0' ? 1 : 2;
  }
}

std::size_t TextScanner::behind_blanks(std::size_t at) {
  const std::size_t from = at;
  const std::size_t most = std::min(text_.size(), at + kFarAhead);
  while (at < most && is_blank(text_[at])) ++at;
  looked_at_ += at - from;
  return at;
}

// Whether one of `bytes` is at `at`, or behind blanks there, or nothing else than blanks.
TextScanner::Ahead TextScanner::followed_by(std::string_view bytes, std::size_t at) {
  const std::size_t behind = behind_blanks(at);
  if (behind - at == kFarAhead) return Ahead::no;
  if (lacks(behind)) return Ahead::unknown;
  return !has(behind) || bytes.find(text_[behind]) != bytes.npos ? Ahead::yes : Ahead::no;
}

// Behind text, whether a document's first name is at `quote`: one that a colon follows, or that is
// cut. Text has a brace and a quote, too: unexpected "{" in line 3.
TextScanner::Ahead TextScanner::name_at(std::size_t quote) {
  std::size_t at = string_end(quote);
  if (at + 1 >= quote + kFarAhead) return Ahead::yes;
  if (lacks(at)) return Ahead::unknown;
  if (!has(at) || text_[at] != '"') {
    if (at > quote + 1 && text_[quote + 1] != '\r')
      return begins_name(text_[quote + 1]) ? Ahead::yes : Ahead::no;
    return in_front_of(at_) == '"' ? Ahead::no : Ahead::yes;
  }
  return followed_by({":\n\0", 3}, at + 1);
}

// Whether the brace at the beginning of a line is as documents begin there: no object has one that
// is part of a document with indents.
TextScanner::Ahead TextScanner::candidate_here() {
  const std::size_t next = behind_blanks(at_ + 1);
  if (next - at_ > kFarAhead) return Ahead::no;
  if (lacks(next)) return Ahead::unknown;
  const bool begins = has(next) && (text_[next] == '\n' || (text_[next] == '"' && next == at_ + 1));
  return begins ? Ahead::yes : Ahead::no;
}

// Whether the member's value at the brace begins with the record's first name, up to its colon: if
// the record turns out to be broken, it was cut here, and this is the next one.
TextScanner::Ahead TextScanner::begins_alike() {
  std::size_t quotes = 0;
  for (std::size_t i = 1; i < kFarAhead; ++i) {
    if (lacks(at_ + i)) return Ahead::unknown;
    ++looked_at_;
    if (!has(at_ + i) || text_[at_ + i] != text_[begin_ + i]) return Ahead::no;
    if (text_[at_ + i] == '"') ++quotes;
    if (text_[at_ + i] == ':' && quotes == 2) return Ahead::yes;
  }
  return Ahead::no;
}

// Whether the word here is a value, and followed as values are.
TextScanner::Ahead TextScanner::value_alone(std::string_view word) {
  return is_scalar(word) ? followed_by({",}]\n\0\x1e", 6}, at_ + word.size()) : Ahead::no;
}

// Outside of arrays, whether the string here is all of its line but for a comma, or cut by its end:
// in a row of a CSV cells follow.
TextScanner::Ahead TextScanner::string_alone() {
  const std::size_t end = string_end(at_);
  if (end - at_ >= kFarAhead) return Ahead::yes;
  if (lacks(end)) return Ahead::unknown;
  if (!has(end) || text_[end] != '"') return Ahead::yes;
  const Ahead followed = followed_by({",\n\0\x1e", 4}, end + 1);
  const std::size_t behind = behind_blanks(end + 1);
  if (followed != Ahead::yes || !has(behind) || text_[behind] != ',') return followed;
  return followed_by({"\n\0\x1e", 3}, behind + 1);
}

// An element of the array around documents that is none: passed over, and counted.
TextScanner::Ahead TextScanner::element() {
  std::size_t end = 0;
  if (text_[at_] == '"') {
    end = string_end(at_) + 1;
    if (lacks(end - 1) && end - at_ < kFarAhead) return Ahead::unknown;
    const bool is_string = has(end - 1) && end - at_ < kFarAhead && text_[end - 1] == '"';
    if (!is_string || text_.substr(at_, end - at_).find('{') != text_.npos) return Ahead::no;
  } else {
    const std::string_view ahead = text_.substr(at_, kFarAhead);
    end = at_ + run(kEndsWord, ahead, 0);
    if (lacks(end) && end - at_ < kFarAhead) return Ahead::unknown;
    if (!is_scalar(text_.substr(at_, end - at_))) return Ahead::no;
  }
  const Ahead followed = followed_by({",]\n\0", 4}, end);
  if (followed != Ahead::yes) return followed;
  ++passed_over_;
  line_has_element_ = true;
  is_indent_ = false;
  note_name(at_ + 1, end);
  before_ = Before::value;
  at_ = end;
  return Ahead::yes;
}

}  // namespace leadscan::audit
