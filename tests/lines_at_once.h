// Several lines of a text read with one call.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "tests/support.h"

namespace leadscan::testing {

// By Lines, up to `at_once` lines a call: each as it reads alone, where it is.
inline void expect_lines_at_once(Parser& parser, std::string_view text, std::size_t at_once) {
  Lines lines(text);
  std::vector<LineResult> results(at_once);
  std::size_t at = 0;
  std::size_t number = 0;
  while (const std::size_t count = lines.next(parser, results)) {
    ASSERT_LE(count, at_once);
    for (std::size_t i = 0; i < count; ++i) {
      const LineResult& result = results[i];
      Line line;
      do {
        ASSERT_LT(at, text.size());
        line = first_line(text.substr(at));
        at += line.next;
        ++number;
      } while (is_blank_line(line.text));
      ASSERT_EQ(result.offset, static_cast<std::size_t>(line.text.data() - text.data()));
      ASSERT_EQ(result.size, line.text.size());
      ASSERT_EQ(result.number, number);
      const bool is_last = i + 1 == count;
      ASSERT_TRUE(is_last || !result.error);
      ASSERT_EQ(outcome_of(line.text.data(), result.error, result.response,
                           is_last ? parser.violations() : std::span<const Violation>()),
                parse_strictly(line.text))
          << line.text;
    }
    ASSERT_EQ(lines.offset(), results[count - 1].offset);
    ASSERT_EQ(lines.size(), results[count - 1].size);
    ASSERT_EQ(lines.number(), number);
  }
  while (at < text.size()) {
    const Line line = first_line(text.substr(at));
    ASSERT_TRUE(is_blank_line(line.text)) << line.text;
    at += line.next;
  }
}

}  // namespace leadscan::testing
