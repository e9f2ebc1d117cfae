// CsvSplitter: one column of a table, CSV (RFC 4180) with commas or semicolons, or TSV, that has a
// header; each of its cells has a document, perhaps behind some text.
//
// Quotes are followed from the first byte on, for rows may have line ends in them: so the table is
// read in its order. The separator is the one with which the header has a column of that name;
// where it has none, nothing is found.
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

 private:
  enum class In : std::uint8_t { header, cell_begin, plain, quoted, quote };

  bool read_header(std::string_view text, bool at_end, std::size_t& at);
  void begin_cell(std::size_t at);
  void end_cell(std::string_view text, std::size_t at, std::vector<Span>& spans);
  void end_row();

  std::string name_;
  char separator_ = ',';
  std::size_t wanted_ = SIZE_MAX;  // the column; SIZE_MAX: there is none of that name
  In in_ = In::header;
  std::size_t column_ = 0;
  std::size_t cell_ = 0;  // where it begins in the text
  bool is_quoted_ = false;
  bool found_ = false;  // in this row
  bool row_has_text_ = false;
  bool dropped_ = false;
  std::uint64_t line_ = 1;
  std::uint64_t cell_line_ = 1;
  std::uint64_t passed_over_ = 0;
  std::size_t pending_ = 0;
};

}  // namespace leadscan::audit
