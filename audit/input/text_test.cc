// What is text, what is none, and UTF-16 as UTF-8, whatever the buffers.
#include "audit/input/text.h"

#include <gtest/gtest.h>

#include <random>

#include "audit/base/utf8.h"
#include "audit/input/utf16.h"

namespace leadscan::audit {
namespace {

using namespace std::literals;

TEST(Text, WithFaults) {
  const std::string line = "2025-06-30T12:36:46Z INFO {\"info\":{\"success\":true}}\n";
  for (const std::string& front : {""s,
                                   "{"s,
                                   "\xEF\xBB\xBF"s,
                                   "\r\n"s,
                                   "\x1E{}"s,
                                   "\x1B[32m"s,
                                   "\0"s,
                                   std::string(500, '\0'),
                                   "{}\0"s,
                                   "{\"a\":\"\x01\"}"s,
                                   "\x02"s,
                                   "\xFF"s,
                                   "Gr\xFC\xDF"s,
                                   "\xCF\xF0\xE8\xE2\xE5\xF2"s,
                                   "caf\xC3\xA9"s,
                                   "\xF0\x9F\x98\x80"s,
                                   "PAR1"s,
                                   "ORC"s,
                                   "Obj"s,
                                   "ARROW1"s,
                                   "FEA1"s,
                                   "REDIS: "s,
                                   "\x93quoted\x94"s,
                                   "\x93\xA1Hola! "s,
                                   "\x81\xA1 start\n"s,
                                   "\x88\xA7 10.0.0.1: "s,
                                   "REDIS6379 connected\n"s,
                                   "REDIS0042 x\n"s,
                                   "8=FIX.4.2\x01"
                                   "9=12\x01"s})
    EXPECT_EQ(text_kind(front + line + line + line), TextKind::utf8) << front;
  // What was looked at may end anywhere.
  for (std::size_t size = 0; size < 12; ++size)
    EXPECT_EQ(text_kind("\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80"sv.substr(0, size)),
              TextKind::utf8);
}

TEST(Text, None) {
  std::mt19937 random(1);
  for (int round = 0; round < 100; ++round) {
    std::string bytes(512, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    EXPECT_EQ(text_kind(bytes), TextKind::none);
  }
  for (const std::string& front :
       {"Obj\1\4\x14"s
        "avro.codec"s,
        "SQLite format 3\0\x10\0\1\1"s,
        "\x7F"
        "ELF\2\1\1"s,
        "\0\5\x16\7\0\2\0\0"s, "\0\0\0\1Bud1"s, "%PDF-1.4\n"s, "\x89PNG\r\n\x1A\n\0\0\0\rIHDR"s,
        "\1\0\0\0\0\0\0\xE6{}"s, "\0\0\0\xE6{}"s, "crc\0\0\0\2\0\x12\x34"s,
        "ARROW1\0\0\xFF\xFF\xFF\xFF"s, "FEA1\0\0\0\0"s, "\xD9\xD9\xF7\xA4"s, "ElfFile\0"s,
        "LPKSHHRH"s, "REDIS0011\xFA\x09"s, "\x82\xA5level\x1E"s, "\x93\xA3tag\xCE"s,
        "\xFF\xFF\xFF\xFF\xC8\0\0\0\x10\0\0\0"s}) {
    EXPECT_EQ(text_kind(front + std::string(400, '\0')), TextKind::none) << front;
    EXPECT_EQ(text_kind(front + std::string(60, ' ')), TextKind::none) << front;
  }
}

TEST(Text, Names) {
  EXPECT_EQ(name_of_binary("\x78\x9C\x4B\x4C\x4A\x06"sv), "zlib compressed data");
  EXPECT_EQ(name_of_binary("\x82\xA5level\xA4info"sv), "MessagePack");
  EXPECT_EQ(name_of_binary("ARROW1\0\0"sv), "Arrow IPC file (Feather)");
  EXPECT_EQ(name_of_binary("REDIS0011\xFA\x09"sv), "Redis's dump");
  EXPECT_EQ(name_of_binary("SQLite format 3\0\x10\0\1\1\0@  "s + std::string(400, '\0')),
            "SQLite 3.x database");
  EXPECT_NE(name_of_binary("\1\0\0\0\0\0\0\xE6{}"sv).find("Docker"), std::string::npos);
  EXPECT_EQ(name_of_binary("\x1E\x0F 8 bytes\0\2{"sv), "GELF chunk");
  EXPECT_EQ(name_of_binary("\1\2\3\4 no format at all"sv), "");
}

TEST(Text, Utf16) {
  EXPECT_EQ(text_kind("\xFF\xFE{\0"sv), TextKind::utf16le);
  EXPECT_EQ(text_kind("\xFE\xFF\0{"sv), TextKind::utf16be);
  EXPECT_EQ(text_kind("{\0\"\0"sv), TextKind::utf16le);
  EXPECT_EQ(text_kind("\0{\0\""sv), TextKind::utf16be);
  // Behind a hole, with a mark and without.
  const std::string hole(100, '\0');
  EXPECT_EQ(text_kind(hole + "{\0\"\0a\0\"\0:\0"s), TextKind::utf16le);
  EXPECT_EQ(text_kind(hole + "\0{\0\"\0a\0\"\0:"s), TextKind::utf16be);
  EXPECT_EQ(text_kind(hole + "\xFF\xFE{\0"s), TextKind::utf16le);
  EXPECT_EQ(text_kind(hole + "\xFE\xFF\0{"s), TextKind::utf16be);
  EXPECT_EQ(text_kind(hole + "{\"a\":1}\n"s), TextKind::utf8);
  EXPECT_EQ(text_kind("\0\0\0\0\0{\"a\":\"behind a few NULs\"}\n{\"a\":\"\xFF\"}"sv),
            TextKind::utf8);
  EXPECT_EQ(text_kind("\0\n\0\n\n{\"a\":\"NULs between documents\"}\0{\"a\":1}"sv), TextKind::utf8);
  EXPECT_EQ(text_kind("{}\0{}\0"sv), TextKind::utf8);
  EXPECT_EQ(text_kind("\1\0\2\0\3\0\4\0"sv), TextKind::none);
  EXPECT_EQ(text_kind("\xFF\xFE\0\0{\0\0\0"sv), TextKind::none);
}

std::string to_utf8(Format format, const std::string& bytes, std::size_t most, std::string& error) {
  const auto source = make_utf16_source(format, std::make_unique<StringSource>(bytes, most));
  std::string text;
  char block[7];
  while (const std::size_t got = source->read(block, sizeof block)) text.append(block, got);
  EXPECT_EQ(source->read(block, sizeof block), 0u);
  error = source->error();
  return text;
}

TEST(Text, Utf16AsUtf8) {
  // A mark, an e with an accent, a face beyond 16 bits.
  const std::string le = "\xFF\xFE\xE9\0\x3D\xD8\0\xDE{\0"s;
  const std::string be = "\xFE\xFF\0\xE9\xD8\x3D\xDE\0\0{"s;
  const std::string utf8 = "\xEF\xBB\xBF\xC3\xA9\xF0\x9F\x98\x80{";
  std::string error;
  for (const std::size_t most : {std::size_t{1}, std::size_t{3}, SIZE_MAX}) {
    EXPECT_EQ(to_utf8(Format::utf16le, le, most, error), utf8);
    EXPECT_EQ(error, "");
    EXPECT_EQ(to_utf8(Format::utf16be, be, most, error), utf8);
    EXPECT_EQ(error, "");
    // Halves of pairs: the first, the second, and one that the text ends in; half a unit.
    EXPECT_EQ(to_utf8(Format::utf16le, "\x3D\xD8{\0\0\xDE{\0\x3D\xD8"s, most, error),
              "\xEF\xBF\xBD{\xEF\xBF\xBD{\xEF\xBF\xBD");
    EXPECT_NE(error.find("3 surrogates"), error.npos);
    EXPECT_EQ(to_utf8(Format::utf16le, "{\0}"s, most, error), "{\xEF\xBF\xBD");
    EXPECT_NE(error, "");
  }
}

// What another program has appended, once and again, with a mark and without.
TEST(Text, Utf16AndUtf8) {
  const std::string line =
      "{\"a\":\"Gr\xC3\xB6\xC3\x9F"
      "e \xF0\x9F\x98\x80 \xE4\xB8\x8A\"}\r\n";
  const auto utf16 = [](const std::string& text, bool is_big, bool has_mark) {
    const std::string mark = is_big ? "\xFE\xFF" : "\xFF\xFE";
    std::string units;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = utf8_sequence(std::string_view(text).substr(at));
      char32_t c = code_point(std::string_view(text).substr(at, size));
      at += size;
      const auto put = [&](char32_t unit) {
        const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xFF);
        (units += is_big ? high : low) += is_big ? low : high;
      };
      if (c >= 0x10000) {
        put(0xD800 + ((c - 0x10000) >> 10));
        c = 0xDC00 + ((c - 0x10000) & 0x3FF);
      }
      put(c);
    }
    return has_mark ? mark + units : units;
  };
  std::string error;
  for (const bool is_big : {false, true})
    for (const bool has_mark : {false, true})
      for (const int count : {1, 2, 40, 3000})
        for (const std::size_t most : {std::size_t{1}, std::size_t{1000}, SIZE_MAX}) {
          if (most == 1 && count == 3000) continue;
          std::string lines;
          for (int i = 0; i < count; ++i) lines += line;
          const std::string mark = has_mark ? "\xEF\xBB\xBF" : "";
          const std::string units = utf16(lines, is_big, has_mark);
          const Format format = is_big ? Format::utf16be : Format::utf16le;
          EXPECT_EQ(to_utf8(format, units + lines, most, error), mark + lines + lines);
          EXPECT_EQ(error, "");
          EXPECT_EQ(to_utf8(format,
                            units +
                                "Gr\xC3\xBC\xC3\x9F"
                                "e an alle, die diese Zeile lesen, von "
                                "einem anderen Programm\n" +
                                units + lines + units,
                            most, error),
                    mark + lines +
                        "Gr\xC3\xBC\xC3\x9F"
                        "e an alle, die diese Zeile lesen, von einem "
                        "anderen Programm\n" +
                        mark + lines + lines + mark + lines);
          EXPECT_EQ(error, "");
        }
  // Lines that are short, and may have an odd number of bytes.
  for (const bool is_big : {false, true})
    for (const char* between :
         {"\n", "{}\n", "--- run 2 ---\r\n", "--- run 12 ---\n", "[1]\n", "\r\n\n"}) {
      std::string expected, units;
      for (const int count : {1, 40, 3}) {
        for (int i = 0; i < count; ++i) expected += line, units += utf16(line, is_big, false);
        expected += between, units += between;
      }
      EXPECT_EQ(to_utf8(is_big ? Format::utf16be : Format::utf16le, units, SIZE_MAX, error),
                expected);
      EXPECT_EQ(error, "");
    }
  // Chinese, and rows of characters, are no UTF-8, though many of their bytes are letters.
  std::mt19937 random(1);
  std::string wide;
  const auto add = [&](unsigned c) {
    char memory[4];
    wide.append(memory, leadscan::internal::encode_utf8(c, memory));
  };
  for (const unsigned c : {0x2022U, 0x2550U, 0x2026U}) {
    for (int i = 0; i < 40; ++i) add(c);
    wide += "\n{\"a\":\"";
    add(0x7B22);
    for (int i = 0; i < 40; ++i) add(c);
    wide += "\"}\r\n";
  }
  for (int i = 0; i < 20000; ++i) add(static_cast<unsigned>(0x4E00 + random() % (0x9FA5 - 0x4E00)));
  for (const bool is_big : {false, true}) {
    const Format format = is_big ? Format::utf16be : Format::utf16le;
    EXPECT_EQ(to_utf8(format, utf16(wide, is_big, true), SIZE_MAX, error), "\xEF\xBB\xBF" + wide);
    EXPECT_EQ(error, "");
  }
}

}  // namespace
}  // namespace leadscan::audit
