#include "audit/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

#include "audit/base/json_output.h"

namespace leadscan::audit {
namespace {

std::string json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonOutput, WhatATerminalObeysOrDoesNotShow) {
  EXPECT_EQ(json("a\"b\\c/"), R"("a\"b\\c/")");
  EXPECT_EQ(json(std::string_view("\0\x1B\x7F\t\r\n", 6)), R"("\u0000\u001b\u007f\t\r\n")");
  // C1: the one that begins a terminal's commands.
  EXPECT_EQ(json("\u009b31m\u0080\u009f"), R"("\u009b31m\u0080\u009f")");
  EXPECT_EQ(json("\u202e\u2066\u200b\ufeff\u00ad\u2028"),
            R"("\u202e\u2066\u200b\ufeff\u00ad\u2028")");
  // Beyond the first plane: a tag, and a musical sign without width.
  EXPECT_EQ(json("\U000E0041\U0001D173"), R"("\udb40\udc41\ud834\udd73")");
  EXPECT_EQ(json("é€😀 中"), "\"é€😀 中\"");
  EXPECT_EQ(json("\xFF\xC0\xAF x"), "\"\uFFFD\uFFFD\uFFFD x\"");
}

TEST(Utf8, PrintableKeepsWhatDataHas) {
  EXPECT_EQ(to_printable("a\tb\nc\r\nd"), "a\tb\nc\r\nd");
  EXPECT_EQ(to_printable("legit\rEVIL\r"), "legit⟨U+000D⟩EVIL⟨U+000D⟩");
  EXPECT_EQ(to_printable("1\u00a0000\u3000\u2003"), "1\u00a0000\u3000\u2003");
  EXPECT_EQ(to_printable("\x1B[31m\u009b\u202e\u200d"), "⟨U+001B⟩[31m⟨U+009B⟩⟨U+202E⟩⟨U+200D⟩");
  EXPECT_EQ(to_printable("\xFFé"), "\uFFFDé");
  EXPECT_EQ(to_printable(""), "");
  EXPECT_EQ(to_visible("\u00a0\n"), "⟨U+00A0⟩⟨U+000A⟩");
}

TEST(Utf8, EveryCharacterIsItsOwnCodePoint) {
  for (char32_t c = 1; c < 0x110000; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text;
    if (c < 0x80) {
      text = {static_cast<char>(c)};
    } else if (c < 0x800) {
      text = {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
    } else if (c < 0x10000) {
      text = {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
              static_cast<char>(0x80 | (c & 0x3F))};
    } else {
      text = {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3F)),
              static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
    }
    ASSERT_EQ(utf8_sequence(text), text.size()) << static_cast<unsigned>(c);
    ASSERT_EQ(code_point(text), c);
    ASSERT_EQ(to_utf8(text), text);
  }
}

}  // namespace
}  // namespace leadscan::audit
