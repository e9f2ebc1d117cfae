#include "audit/records/csv_splitter.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "audit/base/bounded_text.h"
#include "audit/records/for_each_record.h"
#include "audit/records/text_bytes.h"
#include "leadscan/json/characters.h"
#include "leadscan/line.h"

namespace leadscan::audit {
namespace {

using internal::CharacterSet;
using internal::run_until;

constexpr std::size_t kLongestHeader = std::size_t{64} << 10;
constexpr std::size_t kMostShown = 100;  // of a header that has no such column
// What counts in quotes; where they are doubled or behind backslashes.
constexpr CharacterSet kInQuotes{std::string_view("\"{")};
constexpr CharacterSet kInEscaped{std::string_view("\"\\")};

struct Header {
  std::vector<bool> wanted;
  bool has_blanks = false;
  std::size_t next = 0;  // behind its line's end
  char row_end = '\n';
  bool has_end = false;
};

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// A CR ends the line if no LF is behind it; nullopt: if that can be told.
std::optional<std::size_t> cr_end(std::string_view text, std::size_t at, bool at_end) {
  const std::size_t behind = text.find_first_not_of('\r', at);
  if (behind == text.npos) return at_end ? std::optional(at + 1) : std::nullopt;
  return text[behind] == '\n' ? behind + 1 : at + 1;
}

// The header from `at` on.
Header parse_header(std::string_view text, std::size_t at, bool at_end, char separator,
                    std::string_view name) {
  Header header;
  const char ends[] = {separator, '\n', '\r'};
  const std::string_view kEnds(ends, 3);
  for (std::size_t column = 0;; ++column) {
    const std::size_t first = std::min(text.find_first_not_of(' ', at), text.size());
    std::string cell;
    std::size_t end = first;
    if (text.substr(first).starts_with('"')) {
      for (std::size_t from = first + 1;; from = end + 1) {
        end = std::min(text.find('"', from), text.size());
        cell += text.substr(from, end - from);
        if (!text.substr(std::min(end + 1, text.size())).starts_with('"')) break;
        cell += '"';
        ++end;
      }
      end = std::min(text.find_first_of(kEnds, end), text.size());
    } else {
      end = std::min(text.find_first_of(kEnds, at), text.size());
      cell = text.substr(at, end - at);
    }
    if (cell == name || without_blanks(cell) == without_blanks(name)) {
      header.wanted.resize(column + 1);
      header.wanted[column] = true;
      header.has_blanks |= first > at;
    }
    header.next = std::min(end + 1, text.size());
    if (end == text.size()) return header;
    at = end + 1;
    if (text[end] == separator) continue;
    header.has_end = true;
    if (text[end] == '\n') return header;
    const std::optional<std::size_t> next = cr_end(text, end, at_end);
    header.has_end = next.has_value();
    header.next = next.value_or(end + 1);
    if (next && text[*next - 1] == '\r') header.row_end = '\r';
    return header;
  }
}

// "sep=;", as Excel takes it: how long that line is.
std::size_t separator_line(std::string_view text) {
  constexpr std::string_view kBegin = "sep=";
  if (!text.starts_with(kBegin) || text.size() == kBegin.size()) return 0;
  const Line line = first_line(text.substr(0, kBegin.size() + 3));
  return line.has_end() && line.text.size() == kBegin.size() + 1 ? line.next : 0;
}

bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '@' || c == '$';
}

}  // namespace

// True if `at` is behind it.
bool CsvSplitter::read_header(std::string_view text, bool at_end, std::size_t& at) {
  const std::string_view front = text.substr(0, kLongestHeader);
  const bool is_all = at_end || text.size() >= kLongestHeader;
  const std::size_t begin = separator_line(front);
  const std::string separators = begin != 0 ? std::string(1, front[4]) : ",;\t|";
  Header header;
  for (const char separator : separators) {
    Header other = parse_header(front, begin, is_all, separator, name_);
    if (!other.has_end && !is_all) return false;
    if (separator != separators.front() && other.wanted.empty()) continue;
    header = std::move(other);
    separator_ = separator;
    if (!header.wanted.empty()) break;
  }
  at = header.next;
  wanted_ = std::move(header.wanted);
  has_blanks_ = header.has_blanks;
  row_end_ = header.row_end;
  const std::string_view line = without_line_end(without_line_end(front.substr(0, at)));
  if (wanted_.empty() && line.find_first_not_of(leadscan::internal::kWhiteSpace) != line.npos)
    error_ = "no header with a column \"" + bounded_text(name_, kMostShown) +
             "\": it begins with " + bounded_text(first_line(line.substr(begin)).text, kMostShown);
  count_lines(front, 0, at);
  in_ = In::cell_begin;
  return true;
}

void CsvSplitter::count_lines(std::string_view text, std::size_t from, std::size_t to) {
  line_ += static_cast<std::uint64_t>(std::count(text.data() + from, text.data() + to, '\n'));
}

// Goes on in a cell that is in quotes; where to.
std::size_t CsvSplitter::quoted(std::string_view text, std::size_t at) {
  const char c = text[at];
  switch (in_) {
    case In::taken:
      line_ += c == '\n' ? 1 : 0;
      in_ = In::quoted;
      return at + 1;
    case In::quote:
      // Another one, or the end of the quotes; what comes then up to the separator is no cell's.
      has_doubled_ |= c == '"';
      in_ = c == '"' ? In::quoted : In::plain;
      return at + (c == '"' ? 1 : 0);
    case In::brace:
      if (internal::is_white(c)) {
        line_ += c == '\n' ? 1 : 0;
        return at + 1;
      }
      in_ = c == '\\' ? In::brace_backslash : In::quoted;
      return at + (c == '\\' ? 1 : 0);
    case In::brace_backslash:
      in_ = c == '"' ? In::brace_quote : c == 'n' || c == 'r' || c == 't' ? In::brace : In::quoted;
      return at + (in_ == In::quoted ? 0 : 1);
    case In::brace_quote:
      // No cell ends in front of a letter.
      has_backslashes_ = begins_name(c);
      in_ = has_backslashes_ ? In::quoted : In::quote;
      return at;
    default: {
      const std::size_t stop = run_until(has_backslashes_ ? kInEscaped : kInQuotes, text, at);
      count_lines(text, at, stop);
      if (stop == text.size()) return stop;
      if (text[stop] == '"')
        in_ = In::quote;
      else if (text[stop] == '\\')
        in_ = In::taken;
      else if (!has_doubled_)
        in_ = In::brace;
      return stop + 1;
    }
  }
}

void CsvSplitter::scan(std::string_view text, bool at_end, std::vector<Span>& spans) {
  std::size_t at = in_ == In::header ? 0 : pending_;
  cell_ = 0;
  if (in_ == In::header && !read_header(text, at_end, at)) {
    pending_ = text.size();
    return;
  }
  const char ends[] = {separator_, row_end_};
  const std::string_view kEnds(ends, 2);
  while (at < text.size()) {
    switch (in_) {
      case In::header:
      case In::cell_begin:
        if (has_blanks_ && text[at] == ' ') {
          ++at;
          continue;
        }
        begin_cell(at);
        is_quoted_ = text[at] == '"';
        row_has_text_ |= text[at] != '\n' && text[at] != '\r';
        in_ = is_quoted_ ? In::quoted : In::plain;
        at += is_quoted_ ? 1 : 0;
        continue;
      case In::plain: {
        const std::size_t from = at;
        at = std::min(text.find_first_of(kEnds, at), text.size());
        count_lines(text, from, at);
        if (at == text.size()) continue;
        end_cell(text, at, spans);
        if (text[at] == row_end_) {
          end_row();
          line_ += row_end_ == '\n' ? 1 : 0;
        } else {
          ++column_;
        }
        in_ = In::cell_begin;
        ++at;
        continue;
      }
      default:
        at = quoted(text, at);
    }
  }
  if (at_end && in_ != In::cell_begin) {
    end_cell(text, at, spans);
    in_ = In::cell_begin;
  }
  if (at_end) end_row();
  pending_ = in_ != In::cell_begin && is_wanted() ? text.size() - cell_ : 0;
}

void CsvSplitter::begin_cell(std::size_t at) {
  cell_ = at;
  cell_line_ = line_;
  has_doubled_ = has_backslashes_ = false;
}

void CsvSplitter::end_cell(std::string_view text, std::size_t at, std::vector<Span>& spans) {
  if (!is_wanted()) return;
  if (std::exchange(dropped_, false)) {
    spans.push_back({0, at, cell_line_, ErrorCode::ok, false, {}});
    found_ = true;
    return;
  }
  std::string_view cell = without_line_end(text.substr(cell_, at - cell_));
  if (is_quoted_) {
    // Its closing quote; not, if the text ends in the cell.
    const std::size_t end = is_in_quotes() ? cell.size() : cell.rfind('"');
    cell = cell.substr(1, end - 1);
  }
  std::size_t begin = has_backslashes_ ? cell.find("{\\") : cell.npos;
  if (begin == cell.npos) begin = internal::find_document(cell);
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
  span.encoding = has_backslashes_ ? TextEncoding::backslashes
                  : is_quoted_     ? TextEncoding::doubled_quotes
                                   : TextEncoding::plain;
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
