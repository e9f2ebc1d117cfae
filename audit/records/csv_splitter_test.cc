#include "audit/records/csv_splitter.h"

#include <gtest/gtest.h>

#include <string>

namespace leadscan::audit {
namespace {

// Each record with its line, given the text in pieces of `step` bytes.
std::string records(std::string_view text, std::string_view column, std::size_t step) {
  CsvSplitter splitter{std::string(column)};
  std::string all;
  std::size_t begin = 0;
  std::uint64_t passed_over = 0;
  for (std::size_t end = 0; end < text.size();) {
    end = std::min(end + step, text.size());
    std::vector<Span> spans;
    const std::string_view piece = text.substr(begin, end - begin);
    splitter.scan(piece, end == text.size(), spans);
    for (const Span& span : spans)
      all +=
          std::to_string(span.line) + ':' + std::string(piece.substr(span.begin, span.size)) + '|';
    begin = end - splitter.pending();
    passed_over += splitter.take_passed_over();
  }
  return all + std::to_string(passed_over);
}

std::string records(std::string_view text, std::string_view column) {
  const std::string all = records(text, column, text.size());
  for (std::size_t step = 1; step < 9; ++step) EXPECT_EQ(records(text, column, step), all);
  return all;
}

TEST(CsvSplitter, TakesOneColumn) {
  EXPECT_EQ(records("a,b\n{},{1}\n{},{2}\n", "b"), "2:{1}|3:{2}|0");
  EXPECT_EQ(records("a;b\r\n{};{1}\r\n", "b"), "2:{1}|0");
  EXPECT_EQ(records("a\tb c\n{}\t{1,2}", "b c"), "2:{1,2}|0");
  EXPECT_EQ(records("\"a,b\",b\n1,{2}\n", "b"), "2:{2}|0");
  EXPECT_EQ(records("\"a,b\",b\n{1},{2}\n", "a,b"), "2:{1}|0");
  EXPECT_EQ(records("a,b\n{},{1}\n", "c"), "1");
}

TEST(CsvSplitter, QuotesAndLineEndsInThem) {
  EXPECT_EQ(records("a,b\n\"x\ny,z\",\"{\"\"n\"\":1,\n2}\"\n1,\"{3}\"\n", "b"),
            "3:{\"\"n\"\":1,\n2}|5:{3}|0");
  EXPECT_EQ(records("a,b\n1,\"{\"\"n\"\":\"\"tr", "b"), "2:{\"\"n\"\":\"\"tr|0");
}

TEST(CsvSplitter, WhatIsPassedOver) {
  EXPECT_EQ(records("a,b\n1,\n\n2,n/a\n3\n4,\"\"\n{},x {1} y\n", "b"), "7:{1}|4");
}

}  // namespace
}  // namespace leadscan::audit
