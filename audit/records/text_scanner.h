// TextScanner: where JSON documents begin and end in a text of any layout.
//
// Logs are lines of JSON, documents one behind the other, arrays of them, sequences (RFC 7464),
// text in front of documents, behind them and between them, documents over several lines, and all
// of that in one file. Nothing is guessed once for all: what a place is, is decided there.
//
// Between records there may be white space, commas, the brackets of an array around documents,
// record separators, byte order marks, single NULs, and text. A document begins at a '{' that a
// name or the object's end follows; where nothing else is in front of it on its line, at any '{'.
// Behind text a name is one that a colon follows, or the line's end; and one that its line cuts
// begins as names do.
// It is taken by its structure, over line ends where it goes on. Of a document that is broken, the
// structure is followed on, and it ends with whatever comes first:
// - its closing brace;
// - a '{' where no value may be and a document may begin; or one that begins a line which is no
//   further in than the record's;
// - a string that ends with {" and a letter behind it, or with { and its line: the next document
//   began inside of a string that was cut;
// - a record separator, or a NUL with a '{' behind it;
// - a hard break: a line's end that no valid document can have inside of it (see is_hard_break).
// Where a line's end is between, it ends where the line ended on which it broke; or in front of
// that line, if it begins with what is no value of JSON's.
//
// Text in braces at a line's beginning, in which it breaks before the first name, is a record only
// if no document follows on the line.
//
// journalctl -o export writes a field that has line ends in it as a line with its name, and its
// length in eight bytes, which are between records, too.
//
// A run of NULs is a record of its own; lines of text without a document are counted. No byte is
// looked at more than four times, whatever the text is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/records/splitter.h"
#include "leadscan/json/characters.h"

namespace leadscan::audit {

// What a line begins with that goes on with a document.
inline constexpr leadscan::internal::CharacterSet kGoesOn{leadscan::internal::kWhiteSpace,
                                                          std::string_view("}],:\"\0", 6)};

// Whether no document goes on behind a line's end that has `last`, the last byte in front of it
// that is not white space (0: none), and `next` behind it. Text can be cut there, and read from
// there on as if it began there.
constexpr bool is_hard_break(char last, char next) {
  constexpr std::string_view kOpen(",:[{\0", 5);
  // A line begins so in a binary field of journalctl's exports only.
  const bool is_of_length = static_cast<unsigned char>(next) < 0x10;
  return kOpen.find(last) == kOpen.npos && !kGoesOn.contains(static_cast<unsigned char>(next)) &&
         !is_of_length;
}

// Behind the last hard break of a text that goes on; 0 if there is none. next_hard_break(): behind
// the first one from `at` on, or the text's end. Of those behind which a journal's field may begin,
// as its name is in front, neither knows.
std::size_t last_hard_break(std::string_view text);
std::size_t next_hard_break(std::string_view text, std::size_t at);

// What the first line of a text is, if that can be told without more ado; where no document is
// open.
struct PlainLine {
  enum class Kind : std::uint8_t {
    text,      // without a document, and not blank
    document,  // perhaps: the first document of the line can only begin at `begin`
    other,     // ask TextScanner
  };
  Kind kind = Kind::other;
  std::size_t begin = 0;  // text: where the line ends
};
PlainLine plain_line_with_text(std::string_view text);
inline PlainLine plain_line(std::string_view text) {
  // As nearly all lines of nearly all logs begin.
  if (text.size() > 2 && text[0] == '{' && text[1] == '"' && text[2] != '"') [[likely]]
    return {PlainLine::Kind::document, 0};
  return plain_line_with_text(text);
}

class TextScanner final : public Splitter {
 public:
  struct Options {
    std::size_t max_record = std::size_t{16} << 20;
    // JSON texts in strings are records, too, where they are elements of an array or alone on
    // their line: something is looked for inside of records.
    bool strings = false;
  };
  explicit TextScanner(const Options& options) : options_(options) {}

  // `at_end`: nothing follows, or a hard break does.
  void scan(std::string_view text, bool at_end, std::vector<Span>& spans) override;
  std::size_t pending() const override { return pending_; }
  std::uint64_t pending_line() const override { return record_line_; }
  std::size_t seen() const override { return seen_; }
  void drop_seen() override;
  std::uint64_t take_passed_over() override;
  std::uint64_t take_with_names() override;

  // Of what it is at; before the first scan().
  void set_line(std::uint64_t line) { line_ = line; }
  // What is in front of that; not needed where last_hard_break() or next_hard_break() is.
  void set_before(std::string_view text);
  // The first byte of what follows behind the text's end, and is no part of it.
  void set_after(char c) { after_ = c; }
  bool between_documents() const { return in_ == In::between && arrays_ == 0; }
  // Whether the text can be cut at the line's end that it was given last, as at a hard break,
  // whatever follows. Pending is then nothing but that.
  bool can_be_cut() const {
    return between_documents() && pending_ <= 1 &&
           !(may_be_name_ && line_has_text_ && !line_has_document_);
  }
  bool in_array() const { return arrays_ != 0; }
  // Of what comes next.
  std::uint64_t line() const { return line_; }
  // Whether what it was given last ended inside of a record of which a part was dropped.
  bool dropped() const { return dropped_; }
  // Bytes looked at so far, each as often as it was: tests hold them against the text's.
  std::uint64_t looked_at() const { return looked_at_; }

 private:
  enum class In : std::uint8_t { between, document, string, escaped, nuls };
  // What may come next in a document.
  enum class Expect : std::uint8_t { name_or_close, name, colon, value, value_or_close, comma };
  // The last token, for a document that is broken.
  enum class Token : std::uint8_t { other, string, colon, comma, open_array };
  // Of the array around documents. unsure: something that is no document, so that commas around
  // it are not asked for.
  enum class Before : std::uint8_t { bracket, comma, value, unsure };
  // How they are written in a document with backslashes.
  enum class Quotes : std::uint8_t { unknown, escaped, bare };

  bool step();
  bool end_text();

  // Each goes on from at_; false: more text is needed to decide.
  bool between();
  bool skip_length();
  bool line_end();
  void begin_line(std::size_t indent);
  bool open_bracket();
  bool maybe_document();
  // Whether something is there; unknown: more text is needed.
  enum class Ahead : std::uint8_t { no, yes, unknown };
  std::size_t string_end(std::size_t quote);
  std::size_t behind_blanks(std::size_t at);
  Ahead followed_by(std::string_view bytes, std::size_t at);
  Ahead name_at(std::size_t quote);
  Ahead candidate_here();
  Ahead begins_alike();
  Ahead value_alone(std::string_view word);
  Ahead string_alone();
  Ahead element();
  bool document();
  bool document_line_end();
  bool skip_in_string();
  bool is_between_strings(std::size_t brace);
  Ahead brace_in_front();
  bool document_string();
  bool document_brace();
  bool document_word();
  // A character of a document that is escaped.
  struct Unit {
    char c = '\0';  // one that counts
    std::size_t size = 0;
    bool ends = false;  // no part of it: the text around it ends
  };
  Unit unit_here();
  Unit utf16_unit();
  Unit wide_unit();
  bool escaped();
  bool escaped_line_end();
  void begin_next_line(std::size_t at);
  bool nuls();
  bool string_record();

  void begin(In in, TextEncoding encoding = TextEncoding::plain);
  void end(std::size_t at, bool cut);
  void end_by_force();
  void end_in_front_of_next(std::size_t next);
  void end_in_front_of(std::size_t at);
  void end_arrays();
  void close(bool object);
  bool broken();
  std::size_t most_held() const;
  void give_held();
  void text_here();
  void look_for_names(std::size_t begin);
  void end_line();
  void note_last(std::size_t at);
  void note_name(std::size_t begin, std::size_t end);
  bool value_may_be() const;
  // A record longer than max_record, at `at`: of what must not depend on whether its beginning is
  // still there, nothing is asked.
  char in_front_of(std::size_t at) const { return at > 0 ? text_[at - 1] : in_front_; }
  bool is_large(std::size_t at) const { return dropped_ || at - begin_ > options_.max_record; }
  std::optional<std::size_t> indent_at(std::size_t at);
  bool is_blank_since_line_end(std::size_t at);
  // Of a document's line that is not its first.
  bool begins_line() const { return !is_large(at_) && at_ > begin_ && text_[at_ - 1] == '\n'; }
  std::size_t skip_white(std::size_t at);
  std::size_t behind_white(std::size_t at, std::size_t from);
  std::size_t run(const leadscan::internal::CharacterSet& set, std::string_view text,
                  std::size_t at);
  bool has(std::size_t at) const { return at < text_.size(); }
  // Whether `at` is beyond what is here, but not beyond the end of all.
  bool lacks(std::size_t at) const { return at >= text_.size() && !at_end_; }

  Options options_;

  // Of the call.
  std::string_view text_;
  bool at_end_ = false;
  char after_ = '\0';
  char in_front_ = '\0';   // of the text
  char last_seen_ = '\0';  // in front of what step() looks at next
  std::vector<Span>* spans_ = nullptr;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;  // of the record

  // Of the line.
  std::uint64_t line_ = 1;
  bool is_indent_ = true;   // nothing but white space, brackets and commas so far
  std::size_t column_ = 0;  // how many of them
  bool line_has_text_ = false;
  bool in_text_ = false;  // until a document begins, or the line ends
  bool line_has_document_ = false;
  bool behind_document_ = false;   // as in Span, of a document that began here
  bool line_has_name_ = false;     // of a member of the API, in its text
  bool line_has_element_ = false;  // of an array, that is no document
  // Of the line, and of the one in front of it: whether it is nothing but the name of a journal's
  // field.
  bool may_be_name_ = true;
  std::size_t name_size_ = 0;
  bool behind_name_ = false;
  bool at_line_begin_ = true;
  char last_ = '\0';  // the last byte that is not white space, up to the last line's end
  std::uint64_t passed_over_ = 0;
  std::uint64_t with_names_ = 0;
  std::string
      tail_;  // the text in front of what is looked at next, as much of it as a name may have

  // Of the arrays around documents.
  std::size_t arrays_ = 0;
  Before before_ = Before::bracket;

  // Of the record.
  In in_ = In::between;
  TextEncoding encoding_ = TextEncoding::plain;
  bool is_behind_document_ = false;
  std::uint64_t record_line_ = 1;
  std::vector<bool> stack_;  // open containers: whether an object
  std::size_t open_arrays_ = 0;
  std::size_t deeper_ = 0;  // containers beyond what stack_ holds; of one that is escaped, objects
  Quotes quotes_ = Quotes::unknown;
  bool is_cell_ = false;  // behind a TAB
  Expect expect_ = Expect::value;
  Token token_ = Token::other;
  bool in_string_ = false;
  bool escape_ = false;
  char last_unit_ = '\0';         // of a document in UTF-16, that is not white space
  std::size_t string_begin_ = 0;  // all positions are counted from begin_
  std::size_t last_brace_ = 0;    // escaped: behind its last '}'
  std::size_t indent_ = 0;        // in front of it on its line, if nothing else is
  bool is_pretty_ = false;        // names that begin a line, the first one too, are further in
  bool broken_ = false;
  bool broken_line_open_ = false;  // the line on which it broke, or of last_brace_, has not ended
  std::size_t broken_end_ = 0;     // where that line ended
  std::uint64_t lines_behind_ = 0;
  bool in_braces_ = false;        // it broke before its first name
  bool bracket_on_line_ = false;  // nothing but words and brackets since the one that begins it
  std::size_t bracket_ = 0;
  bool has_candidate_ = false;  // a place where the next document may have begun
  std::size_t candidate_ = 0;
  std::uint64_t candidate_line_ = 0;
  std::uint64_t base_ = 0;          // of text_'s first byte, counted from the first scan()
  std::uint64_t looked_twice_ = 0;  // up to here: no candidates in front of that

  // Text in braces at begin_, which is a record if its line has no document.
  bool holds_ = false;
  std::size_t held_size_ = 0;

  std::size_t pending_ = 0;
  std::size_t seen_ = 0;  // of them
  bool dropped_ = false;
  std::uint64_t looked_at_ = 0;
};

}  // namespace leadscan::audit
