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
  EXPECT_EQ(records("a|b\n{}|{1}\n", "b"), "2:{1}|0");
  EXPECT_EQ(records("b,a,b\n{1},x,\n,{},{2}\n", "b"), "2:{1}|3:{2}|0");
  EXPECT_EQ(records("a,b\n{},{1}\n", "c"), "1");
}

TEST(CsvSplitter, Headers) {
  EXPECT_EQ(records("sep=;\r\na;b\r\n1,\"2\";\"{1}\"\r\n", "b"), "3:{1}|0");
  EXPECT_EQ(records("a,\"x \"\"b\"\", y\"\n1,{2}\n", "x \"b\", y"), "2:{2}|0");
  EXPECT_EQ(records("a, b, c\n1, \"{\"\"n\"\":\n1}\", z\n1, {2},\n", "b"),
            "2:{\"\"n\"\":\n1}|4:{2}|0");
  EXPECT_EQ(records("\"a\",\"x\nb\"\n1,{2}\n", "x\nb"), "3:{2}|0");
}

// Rows end as the header does.
TEST(CsvSplitter, LineEndsOfOneCr) {
  EXPECT_EQ(records("a,b\r1,{1}\r1,\"{\n2}\"\r1,n/a\r", "b"), "1:{1}|1:{\n2}|1");
  EXPECT_EQ(records("a,b\r1,{1}", "b"), "1:{1}|0");
  EXPECT_EQ(records("a,b\r\r\n1,{1}\r\r\n", "b"), "2:{1}|0");
  EXPECT_EQ(records("a,b\n1,x\r{1}\n", "b"), "2:{1}|0");
}

TEST(CsvSplitter, AHeaderWithoutTheColumnIsAnError) {
  const auto error = [](std::string_view text) {
    CsvSplitter splitter("c");
    std::vector<Span> spans;
    splitter.scan(text, true, spans);
    EXPECT_TRUE(spans.empty());
    return splitter.error();
  };
  EXPECT_EQ(error("a,b\n{},{1}\n"), "no header with a column \"c\": it begins with a,b");
  EXPECT_EQ(error("{\"c\":1}"), "no header with a column \"c\": it begins with {\"c\":1}");
  EXPECT_EQ(error("a,c\n1,\n"), "");
  EXPECT_EQ(error("\n"), "");
  EXPECT_EQ(error(""), "");
}

TEST(CsvSplitter, QuotesBehindBackslashes) {
  EXPECT_EQ(
      records(
          "a,b\n\"{\\\"x\\\":1}\",\"{\\\"n\\\":\\\"a\\\\\"\n2,\"{\\\"n\\\":\\\"\\\\\\\"\\\"}\"\n",
          "b"),
      "2:{\\\"n\\\":\\\"a\\\\|3:{\\\"n\\\":\\\"\\\\\\\"\\\"}|0");
  EXPECT_EQ(records("a,b\n1,\"x { \\n \\\"n\\\":\n\\\",\\\"}\"\n", "b"),
            "2:{ \\n \\\"n\\\":\n\\\",\\\"}|0");
  // Doubled ones, with JSON in a string; and a cell that ends with a backslash.
  EXPECT_EQ(records("a,b\n\"{\\\",\"{\"\"b\"\":\"\"{\\\"\"n\\\"\":1}\"\"}\"\n", "b"),
            "2:{\"\"b\"\":\"\"{\\\"\"n\\\"\":1}\"\"}|0");
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
