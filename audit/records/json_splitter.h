// JsonSplitter: where JSON documents begin and end in a text that has no other marks.
//
// It follows brackets and strings only, and never looks at a byte twice; the parser judges what
// lies between. The rules by which reading goes on behind something that is not JSON:
// - a '{' where no value may be begins the next record: the one before was cut;
// - a line's end ends a string, for JSON has no line ends in strings;
// - a bracket that closes something further out closes what is inside it too;
// - what begins with neither a bracket nor a scalar goes to the line's end, or to the next '{'.
// Where the array around the documents is not JSON (a comma too many or too few, no end), there is
// a span for that place, its `syntax` set.
//
// In an HTTP archive the elements of /log/entries are records, marked as such; what is around
// them is not, if it is JSON. If it is not, the part behind the entries is a span with its `syntax`
// set. Any other document, in front of an archive or behind it, is a record as usual.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "audit/records/splitter.h"

namespace leadscan::audit {

class JsonSplitter final : public Splitter {
 public:
  // har: documents may be HTTP archives.
  JsonSplitter(bool har, std::size_t max_record) : har_(har), max_record_(max_record) {}

  void scan(std::string_view text, bool at_end, std::vector<Span>& spans) override;
  std::size_t pending() const override { return pending_; }
  std::uint64_t pending_line() const override { return record_line_; }
  std::size_t seen() const override { return pending_; }
  void drop_seen() override {
    pending_ = 0;
    dropped_ = true;
  }
  bool dropped() const { return dropped_; }

 private:
  enum class Place : std::uint8_t { top, in_array };
  // What is in front, in the array around the documents. unsure: something that is no document,
  // which has a span already, so that commas around it are not asked for.
  enum class Before : std::uint8_t { bracket, comma, value, unsure };
  enum class Record : std::uint8_t { none, document, string, scalar, garbage };

  // One call of scan(): `begin` is the current record's, in `text`.
  struct Scan {
    std::string_view text;
    std::vector<Span>& spans;
    std::size_t at;
    std::size_t begin;
  };

  // What the bytes at `at` are for, by where they are; each goes on by one byte at least, or ends a
  // record.
  void in_string(Scan& scan);
  void in_document(Scan& scan);
  void in_scalar(Scan& scan);
  void in_garbage(Scan& scan);
  void between(Scan& scan);

  void begin_record(Scan& scan);
  void end_record(Scan& scan, std::size_t end, bool cut = false);
  void end_array(Scan& scan);
  void begin_entries(std::string_view record);
  void forget_containers();
  bool in_object() const { return stack_.back(); }
  bool value_may_stand() const;
  bool ends_outer_array() const;
  void open(bool object);
  bool close(bool object);
  void significant(char c) { before_ = c; }
  static bool ends_with_name(std::string_view text, std::string_view name);
  bool begins_entries(std::string_view record) const;
  ErrorCode frame_syntax() const;
  void add_to_frame(std::string_view text);
  bool ends_too_early() const;
  bool ends_document(char c);

  Place place_ = Place::top;
  bool har_;
  std::size_t max_record_;
  Record record_ = Record::none;
  Before array_ = Before::bracket;
  std::vector<bool> stack_;  // open containers in the record: whether an object
  std::size_t open_arrays_ = 0;
  std::size_t deeper_ = 0;  // containers beyond what stack_ holds
  bool in_string_ = false;
  bool escape_ = false;
  bool dropped_ = false;
  char before_ = '\0';  // the last byte that is neither white space nor inside a string
  std::uint64_t line_ = 1;
  std::uint64_t record_line_ = 1;
  std::size_t pending_ = 0;
  // Of an HTTP archive.
  bool in_log_ = false;   // the record's second object is its log
  bool in_har_ = false;   // the array's elements are its entries
  bool in_tail_ = false;  // the record is what is behind them
  std::string frame_;     // what was around them so far
};

}  // namespace leadscan::audit
