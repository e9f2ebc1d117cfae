// CsvSplitter: one column of a table, CSV (RFC 4180) with commas, semicolons or bars, or TSV, that
// has a header; each of its cells has a document, perhaps behind some text.
//
// Quotes are followed from the first byte on, for rows may have line ends in them: so the table is
// read in its order. The separator is the one with which the header has a column of that name, or
// that a line in front of it names (sep=;). Where it has none, nothing is found, and the input has
// an error. Rows end as the header does: with LF, or a CR alone.
//
// In a cell whose quotes are behind backslashes, and not doubled, those are followed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/records/splitter.h"

namespace leadscan::audit {

class CsvSplitter final : public Splitter {
 public:
  explicit CsvSplitter(std::string column) : name_(std::move(column)) {}

  void scan(std::string_view text, bool at_end, std::vector<Span>& spans) override;
  std::size_t pending() const override { return pending_; }
  std::uint64_t pending_line() const override { return cell_line_; }
  std::size_t seen() const override { return in_ == In::header ? 0 : pending_; }
  void drop_seen() override;
  // Rows without a document there.
  std::uint64_t take_passed_over() override;
  // That the header has no such column.
  std::string error() const override { return error_; }

 private:
  enum class In : std::uint8_t {
    header,
    cell_begin,
    plain,
    quoted,
    quote,
    taken,  // behind a backslash
    // Behind a brace, its backslash, the quote behind that.
    brace,
    brace_backslash,
    brace_quote,
  };

  bool read_header(std::string_view text, bool at_end, std::size_t& at);
  std::size_t quoted(std::string_view text, std::size_t at);
  bool is_wanted() const { return column_ < wanted_.size() && wanted_[column_]; }
  bool is_in_quotes() const {
    return in_ == In::quoted || in_ == In::taken || in_ == In::brace || in_ == In::brace_backslash;
  }
  void count_lines(std::string_view text, std::size_t from, std::size_t to);
  void begin_cell(std::size_t at);
  void end_cell(std::string_view text, std::size_t at, std::vector<Span>& spans);
  void end_row();

  std::string name_;
  std::string error_;
  char separator_ = ',';
  char row_end_ = '\n';
  bool has_blanks_ = false;   // the header has one in front of the column's name
  std::vector<bool> wanted_;  // of the columns up to the last one of that name
  In in_ = In::header;
  std::size_t column_ = 0;
  std::size_t cell_ = 0;  // where it begins in the text
  bool is_quoted_ = false;
  bool has_doubled_ = false;      // quotes, the cell
  bool has_backslashes_ = false;  // in front of its quotes
  bool found_ = false;            // in this row
  bool row_has_text_ = false;
  bool dropped_ = false;
  std::uint64_t line_ = 1;
  std::uint64_t cell_line_ = 1;
  std::uint64_t passed_over_ = 0;
  std::size_t pending_ = 0;
};

}  // namespace leadscan::audit
