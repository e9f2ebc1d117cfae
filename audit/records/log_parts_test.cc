#include "audit/records/log_parts.h"

#include <gtest/gtest.h>

#include <string>

namespace leadscan::audit {
namespace {

std::string docker(std::string_view log, std::string_view stream = "stdout") {
  return R"({"log":")" + std::string(log) + R"(","stream":")" + std::string(stream) +
         "\",\"time\":\"t\"}\n";
}

std::string cri(std::string_view text, std::string_view tag, std::string_view stream = "stdout") {
  return "2025-06-30T12:36:46.5Z " + std::string(stream) + ' ' + std::string(tag) + ' ' +
         std::string(text) + '\n';
}

// The lines that were put together, one behind the other, each with * if its last part is missing.
std::string joined(std::string_view text, LogParts::Streams given_up = 0) {
  LogParts parts(true);
  parts.scan(text, 0, 1, given_up);
  std::string all;
  std::string line;
  for (const LogParts::Event& event : parts.events()) {
    if (event.kind != LogParts::Event::Kind::first) continue;
    const JoinedLine& found = parts.joined()[event.joined];
    found.join(text, line);
    EXPECT_EQ(line.size(), found.joined_size());
    all += line + (found.is_open ? "*|" : "|");
  }
  return all;
}

std::string without_lf(std::string line) {
  line.pop_back();
  return line;
}

TEST(LogParts, Cri) {
  CriLine line;
  ASSERT_TRUE(parse_cri("2025-06-30T12:36:46.556789Z stdout P {\"a\": 1", line));
  EXPECT_EQ(line.stream, "stdout");
  EXPECT_TRUE(line.is_part);
  EXPECT_EQ(line.text, "{\"a\": 1");
  ASSERT_TRUE(parse_cri("2025-06-30T12:36:46+02:00 stderr F:x:y ", line));
  EXPECT_EQ(line.stream, "stderr");
  EXPECT_FALSE(line.is_part);
  EXPECT_EQ(line.text, "");
  EXPECT_TRUE(may_be_cri("2025-06-30T12:36:46+02:00 stderr F:x:y "));
  for (const char* text :
       {"", "2025-06-30T12:36:46.5Z", "2025-06-30T12:36:46.5Z stdout", "x stdout F a",
        "2025-06-30T12:36:46.5Z stdin F a", "2025-06-30T12:36:46.5Z stdout X a",
        "2025-06-30 12:36:46.5Z stdout F a", "2025-06-30T12:36:46.5Z  stdout F a"})
    EXPECT_FALSE(parse_cri(text, line)) << text;
}

TEST(LogParts, OfTwoStreams) {
  const std::string text = cri("a", "P") + cri("1", "P", "stderr") + cri("x", "F") + cri("b", "F") +
                           cri("2", "P", "stderr") + cri("3", "F", "stderr");
  EXPECT_EQ(joined(text),
            without_lf(cri("ax", "P")) + '|' + without_lf(cri("123", "P", "stderr")) + '|');
  EXPECT_EQ(joined(cri("a", "F") + cri("b", "F")), "");
  EXPECT_EQ(joined(cri("a", "P")), without_lf(cri("a", "P")) + "*|");
}

TEST(LogParts, DockersTextsWithoutLineEndGoOnWhereADocumentIsOpen) {
  const auto whole = [](std::string_view log) { return without_lf(docker(log)) + '|'; };
  EXPECT_EQ(joined(docker(R"(x {\"a\":1)") + docker("2}\\n")), whole(R"(x {\"a\":12}\n)"));
  EXPECT_EQ(joined(docker(R"(x {\"a\":)") + docker("1,") + docker("2}") + docker("y")),
            whole(R"(x {\"a\":1,2})"));
  EXPECT_EQ(joined(docker(R"({\"a\":1})") + docker(R"({\"a\":2})") + docker("x") + docker("y")),
            "");
  // A backslash in front of an n.
  EXPECT_EQ(joined(docker(R"({\"a\":\"\\n)") + docker(R"(\"}\n)")), whole(R"({\"a\":\"\\n\"}\n)"));
  // As long as Docker's buffer, in which there is no document yet.
  const std::string long_text(16384, 'x');
  EXPECT_EQ(joined(docker(long_text) + docker(R"(x {\"a\":1}\n)")),
            whole(long_text + R"(x {\"a\":1}\n)"));
  EXPECT_EQ(joined(docker(long_text) + docker(R"({\"a\":1}\n)")), "");
  EXPECT_EQ(joined(docker(long_text + 'x') + docker(R"(x {\"a\":1}\n)")), "");
}

TEST(LogParts, WhatEndsThem) {
  const std::string open = docker(R"({\"a\":1)");
  // A program that has died, and its next line.
  EXPECT_EQ(joined(open + docker(R"({\"b\":2}\n)")), "");
  EXPECT_EQ(joined(open + "{\"a\":1}\n" + docker("2}\\n")), "");
  EXPECT_EQ(joined(open + cri("2}", "F")), "");
  EXPECT_EQ(joined(open + "\n" + docker("2}\\n")), without_lf(docker(R"({\"a\":12}\n)")) + '|');
  EXPECT_EQ(joined(open + R"({"time":"t","log":"2}\n","stream":"stdout"})" + "\n"), "");
}

TEST(LogParts, Places) {
  const std::string text =
      cri("{\"a\"", "P") + cri("x", "F", "stderr") + cri(":1}{\"b\":2}", "F") + cri("y", "F");
  LogParts parts(true);
  parts.scan(text, 0, 7, 0);
  ASSERT_EQ(parts.joined().size(), 1U);
  const JoinedLine& line = parts.joined()[0];
  std::string one;
  line.join(text, one);
  Record record;
  record.offset = one.find('{');
  record.size = 7;
  std::string copy;
  Record placed = line.place(text, text.size(), record, copy);
  const std::size_t second = text.find(" stdout F :1}") - 22;
  EXPECT_EQ(placed.offset, text.find('{'));
  EXPECT_EQ(placed.line, 7U);
  EXPECT_EQ(placed.parts, 2U);
  EXPECT_EQ(placed.bytes(), "{\"a\"\n2025-06-30T12:36:46.5Z stdout F :1}");
  record.offset += 7;
  placed = line.place(text, text.size(), record, copy);
  EXPECT_EQ(placed.offset, text.find("{\"b\""));
  EXPECT_EQ(placed.line, 9U);
  EXPECT_EQ(placed.parts, 1U);
  EXPECT_EQ(placed.bytes(), "{\"b\":2}");
  EXPECT_EQ(parts.events()[1].at, second);
}

TEST(LogParts, WhereATextCanBeCut) {
  // stdout's parts are around the first of stderr's, which goes on behind them.
  const std::string front = cri("x", "F");
  const std::string a = cri("a", "P");
  const std::string b = cri("b", "P", "stderr");
  const std::string text = front + a + b + cri("c", "F") + cri("d", "F");
  LogParts parts(true);
  parts.scan(text, 0, 1, 0);
  EXPECT_EQ(parts.last_cut(text, text.size()), front.size());
  EXPECT_EQ(parts.open(), 2);
  parts.scan(text + cri("e", "F", "stderr"), 0, 1, 0);
  EXPECT_EQ(parts.last_cut(text, text.size()), front.size());
  EXPECT_EQ(parts.last_cut(text, front.size()), front.size());
  EXPECT_EQ(parts.open(), 0);
}

TEST(LogParts, TheRestOfALineThatWasGivenUp) {
  const std::string rest = cri("b", "P") + cri("x", "F", "stderr") + cri("c", "F");
  const std::string text = rest + cri("d", "P") + cri("e", "F");
  LogParts parts(true);
  parts.scan(text, 0, 1, 1);
  std::size_t given_up = 0;
  for (const LogParts::Event& event : parts.events())
    given_up += event.kind == LogParts::Event::Kind::given_up;
  EXPECT_EQ(given_up, 2U);
  EXPECT_EQ(parts.joined().size(), 1U);
  EXPECT_EQ(parts.given_up(cri("b", "P").size()), 1);
  EXPECT_EQ(parts.given_up(rest.size()), 0);
}

}  // namespace
}  // namespace leadscan::audit
