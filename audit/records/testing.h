// What the tests of this folder share: texts read by a TextScanner in every way there is.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "audit/records/text_scanner.h"

namespace leadscan::audit {

using List = std::vector<std::string>;

struct Found {
  List records;  // "offset line bytes", and in front of that "!code " or "encoding "
  std::uint64_t passed_over = 0;

  bool operator==(const Found&) const = default;
};
inline void PrintTo(const Found& found, std::ostream* out) {
  for (const std::string& record : found.records) *out << "\n  " << record;
  *out << "\n  passed over: " << found.passed_over;
}

inline std::string shown(const Span& span, std::string_view text, std::size_t offset) {
  static constexpr const char* kEncodings[] = {"",          "nginx ",  "backslashes ", "doubled ",
                                               "entities ", "quoted ", "sql ",         "units "};
  static_assert(std::size(kEncodings) == static_cast<std::size_t>(TextEncoding::utf16) + 1);
  std::string shown = span.behind_document ? "behind " : "";
  shown += kEncodings[static_cast<std::size_t>(span.encoding)];
  if (span.syntax != ErrorCode::ok) shown += '!' + std::string(name_of(span.syntax)) + ' ';
  return shown + std::to_string(offset) + ' ' + std::to_string(span.line) + ' ' +
         std::string(text.substr(offset, span.size));
}

// Read `step` bytes at a time.
inline Found scan(const std::string& text, std::size_t step, TextScanner::Options options = {}) {
  TextScanner scanner(options);
  Found found;
  std::vector<Span> spans;
  std::size_t from = 0;     // of what the scanner still wants
  std::size_t dropped = 0;  // of the record, in front of that
  for (std::size_t end = 0; end < text.size() || end == 0;) {
    end = std::min(text.size(), end + step);
    spans.clear();
    scanner.scan({text.data() + from, end - from}, end == text.size(), spans);
    for (const Span& span : spans) {
      const bool rest = dropped > 0 && &span == &spans.front();
      Span whole = span;
      if (rest) whole.size += dropped;
      found.records.push_back(shown(whole, text, from + span.begin - (rest ? dropped : 0)));
    }
    if (!spans.empty()) dropped = 0;
    from = end - scanner.pending();
    if (scanner.seen() > options.max_record || (scanner.dropped() && scanner.seen() > 0)) {
      dropped += scanner.seen();
      from += scanner.seen();
      scanner.drop_seen();
    }
    found.passed_over += scanner.take_passed_over();
  }
  EXPECT_EQ(scanner.pending(), 0u);
  return found;
}

// Cut at every hard break, each piece read by a scanner of its own.
inline Found scan_pieces(const std::string& text, TextScanner::Options options = {}) {
  Found found;
  std::vector<Span> spans;
  std::size_t begin = 0;
  std::uint64_t line = 1;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size()) {
      if (at == 0 || text[at - 1] != '\n') continue;
      std::size_t last = at - 1;
      while (last > begin && std::string_view(" \t\r\n").find(text[last - 1]) != std::string::npos)
        --last;
      if (last == begin || !is_hard_break(text[last - 1], text[at])) continue;
    }
    TextScanner scanner(options);
    scanner.set_line(line);
    scanner.set_before(std::string_view(text).substr(0, begin));
    spans.clear();
    scanner.scan({text.data() + begin, at - begin}, true, spans);
    for (const Span& span : spans) found.records.push_back(shown(span, text, begin + span.begin));
    found.passed_over += scanner.take_passed_over();
    line += static_cast<std::uint64_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                                  text.begin() + static_cast<std::ptrdiff_t>(at),
                                                  '\n'));
    begin = at;
  }
  return found;
}

inline Found scan_every_way(const std::string& text, TextScanner::Options options = {}) {
  const Found whole = scan(text, text.size() + 1, options);
  for (std::size_t step = 1; step <= std::min<std::size_t>(text.size(), 70); ++step)
    EXPECT_EQ(scan(text, step, options), whole) << "in steps of " << step << "\n" << text;
  EXPECT_EQ(scan_pieces(text, options), whole) << "cut at hard breaks\n" << text;
  return whole;
}

// The records' bytes alone.
inline List records_of(const std::string& text, TextScanner::Options options = {}) {
  List records;
  for (const std::string& record : scan_every_way(text, options).records) {
    const std::size_t digits = record.find_first_of("0123456789");
    const std::size_t line = record.find(' ', digits) + 1;
    records.push_back(record.substr(0, digits) + record.substr(record.find(' ', line) + 1));
  }
  return records;
}

inline std::uint64_t passed_over(const std::string& text) {
  return scan_every_way(text).passed_over;
}

inline const std::string kOne = R"({"a":1,"b":{"c":"x"}})";
inline const std::string kTwo = R"({"a":2,"b":{"c":"}{"}})";
inline const std::string kPretty = "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": \"x\"\n  }\n}";

}  // namespace leadscan::audit
