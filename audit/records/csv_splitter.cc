#include "audit/records/csv_splitter.h"

#include <algorithm>
#include <utility>

#include "audit/records/for_each_record.h"
#include "leadscan/json/characters.h"
#include "leadscan/line.h"

namespace leadscan::audit {
namespace {

constexpr std::size_t kLongestHeader = std::size_t{64} << 10;

// The number of the column called `name`; SIZE_MAX if there is none. A name with quotes in it is
// not looked for.
std::size_t find_column(std::string_view header, char separator, std::string_view name) {
  for (std::size_t column = 0;; ++column) {
    std::size_t end = std::min(header.find(separator), header.size());
    std::string_view cell = header.substr(0, end);
    if (header.starts_with('"')) {
      const std::size_t quote = header.find('"', 1);
      if (quote == header.npos) return SIZE_MAX;
      cell = header.substr(1, quote - 1);
      end = std::min(header.find(separator, quote), header.size());
    }
    if (cell == name) return column;
    if (end == header.size()) return SIZE_MAX;
    header.remove_prefix(end + 1);
  }
}

}  // namespace

// True if `at` is behind it.
bool CsvSplitter::read_header(std::string_view text, bool at_end, std::size_t& at) {
  const Line header = first_line(text.substr(0, kLongestHeader));
  if (!header.has_end() && !at_end && text.size() < kLongestHeader) return false;
  for (const char separator : {',', ';', '\t'}) {
    wanted_ = find_column(header.text, separator, name_);
    separator_ = separator;
    if (wanted_ != SIZE_MAX) break;
  }
  at = header.next;
  line_ += header.has_end() ? 1 : 0;
  in_ = In::cell_begin;
  return true;
}

void CsvSplitter::scan(std::string_view text, bool at_end, std::vector<Span>& spans) {
  std::size_t at = in_ == In::header ? 0 : pending_;
  cell_ = 0;
  if (in_ == In::header && !read_header(text, at_end, at)) {
    pending_ = text.size();
    return;
  }
  const char ends[] = {separator_, '\n'};
  const std::string_view kEnds(ends, 2);
  while (at < text.size()) {
    switch (in_) {
      case In::header:
      case In::cell_begin:
        begin_cell(at);
        is_quoted_ = text[at] == '"';
        row_has_text_ |= text[at] != '\n' && text[at] != '\r';
        in_ = is_quoted_ ? In::quoted : In::plain;
        at += is_quoted_ ? 1 : 0;
        continue;
      case In::quoted: {
        const std::size_t stop = std::min(text.find('"', at), text.size());
        line_ += static_cast<std::uint64_t>(std::count(text.data() + at, text.data() + stop, '\n'));
        at = std::min(stop + 1, text.size());
        if (stop < text.size()) in_ = In::quote;
        continue;
      }
      case In::quote:
        // Another one, or the end of the quotes; what comes then up to the separator is no cell's.
        in_ = text[at] == '"' ? In::quoted : In::plain;
        at += text[at] == '"' ? 1 : 0;
        continue;
      case In::plain: {
        at = std::min(text.find_first_of(kEnds, at), text.size());
        if (at == text.size()) continue;
        end_cell(text, at, spans);
        if (text[at] == '\n') {
          end_row();
          ++line_;
        } else {
          ++column_;
        }
        in_ = In::cell_begin;
        ++at;
        continue;
      }
    }
  }
  if (at_end && in_ != In::cell_begin) {
    end_cell(text, at, spans);
    end_row();
    in_ = In::cell_begin;
  }
  pending_ = in_ != In::cell_begin && column_ == wanted_ ? text.size() - cell_ : 0;
}

void CsvSplitter::begin_cell(std::size_t at) {
  cell_ = at;
  cell_line_ = line_;
}

void CsvSplitter::end_cell(std::string_view text, std::size_t at, std::vector<Span>& spans) {
  if (column_ != wanted_) return;
  if (std::exchange(dropped_, false)) {
    spans.push_back({0, at, cell_line_, ErrorCode::ok, false, {}});
    found_ = true;
    return;
  }
  std::string_view cell = without_line_end(text.substr(cell_, at - cell_));
  if (is_quoted_) {
    // Its closing quote; not, if the text ends in the cell.
    const std::size_t end = in_ == In::quoted ? cell.size() : cell.rfind('"');
    cell = cell.substr(1, end - 1);
  }
  const std::size_t begin = internal::find_document(cell);
  if (begin == cell.npos) return;
  found_ = true;
  // Text behind a document is none of it.
  std::size_t end = cell.rfind('}') + 1;
  if (end <= begin) end = cell.find_last_not_of(leadscan::internal::kWhiteSpace) + 1;
  Span span;
  span.begin = static_cast<std::size_t>(cell.data() - text.data()) + begin;
  span.size = end - begin;
  span.line =
      cell_line_ + static_cast<std::uint64_t>(std::count(
                       cell.begin(), cell.begin() + static_cast<std::ptrdiff_t>(begin), '\n'));
  span.encoding = is_quoted_ ? TextEncoding::doubled_quotes : TextEncoding::plain;
  spans.push_back(span);
}

void CsvSplitter::end_row() {
  passed_over_ += row_has_text_ && !found_;
  row_has_text_ = found_ = false;
  column_ = 0;
}

void CsvSplitter::drop_seen() {
  pending_ = 0;
  dropped_ = true;
}

std::uint64_t CsvSplitter::take_passed_over() { return std::exchange(passed_over_, 0); }

}  // namespace leadscan::audit
