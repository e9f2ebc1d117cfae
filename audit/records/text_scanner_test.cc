// Where documents are in a text, whatever its layout, wherever it is cut.
#include "audit/records/text_scanner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "audit/records/testing.h"

namespace leadscan::audit {
namespace {

TEST(TextScanner, LinesConcatenatedArraysAndSequences) {
  for (const std::string& text :
       {kOne + "\n" + kTwo + "\n", kOne + "\r\n\r\n" + kTwo, kOne + kTwo, kOne + " " + kTwo,
        "[" + kOne + "," + kTwo + "]", "[\n" + kOne + ",\n" + kTwo + "\n]\n",
        "\x1e" + kOne + "\n\x1e" + kTwo + "\n", "\x1e" + kOne + "\x1e" + kTwo,
        kOne + std::string(1, '\0') + kTwo + std::string(1, '\0'), kOne + ",\n" + kTwo + ",\n",
        "\xEF\xBB\xBF" + kOne + "\n\xEF\xBB\xBF" + kTwo, kOne + "\r" + kTwo + "\r",
        "[" + kOne + "]\n[" + kTwo + "]", "[[" + kOne + "],[" + kTwo + "]]"})
    EXPECT_EQ(records_of(text), (List{kOne, kTwo})) << text;
  EXPECT_EQ(records_of(kPretty + kPretty + "\n" + kPretty), (List{kPretty, kPretty, kPretty}));
}

TEST(TextScanner, TextAroundDocuments) {
  for (const std::string& text :
       {"12:00 INFO " + kOne + "\n12:01 INFO " + kTwo + "\n", kOne + " took=3\n" + kTwo + " {}\n",
        "INFO {} x " + kOne + "\nINFO {k=v, m=n} " + kTwo, "[main] " + kOne + " []\n" + kTwo + ")",
        kOne + "\\n" + kTwo, "21:" + kOne + ",22:" + kTwo + ",",
        "\x1b[32m" + kOne + "\x1b[0m\n# " + kTwo, "HTTP {a}/{b}\n\n" + kOne + "\nx\n" + kTwo})
    EXPECT_EQ(records_of(text), (List{kOne, kTwo})) << text;
  EXPECT_EQ(records_of("12:00 " + kPretty + "\n12:01 " + kPretty + " ok\n" + kOne),
            (List{kPretty, kPretty, kOne}));
  EXPECT_EQ(scan_every_way("a\nb " + kOne).records, (List{"4 2 " + kOne}));
}

TEST(TextScanner, LinesWithoutADocumentAreCounted) {
  EXPECT_EQ(passed_over("a\n\n \t\r\nb {k=v}\n" + kOne + "\n" + kOne + "x\nx"), 3u);
  EXPECT_EQ(passed_over("[\n" + kOne + ",\n" + kOne + "\n]\n"), 0u);
  EXPECT_EQ(passed_over(kPretty + "\n"), 0u);
  EXPECT_EQ(passed_over("<html>\n<body>{}</body>"), 2u);
  // Behind one that was cut.
  EXPECT_EQ(passed_over("x {\"a\":{\n  at f()\n  at g()\n" + kOne), 2u);
}

TEST(TextScanner, BracesThatAreNoDocument) {
  EXPECT_EQ(records_of("{}\n  {} ,\n"), (List{"{}", "{}"}));
  EXPECT_EQ(records_of("[{},{}]"), (List{"{}", "{}"}));
  EXPECT_EQ(records_of("x {}\n{} x\n{" + kOne), (List{"{", kOne}));
  EXPECT_EQ(records_of("{a:1}\n"), (List{"{a:1}"}));
  EXPECT_EQ(records_of("x {a:1}\n"), List{});
  EXPECT_EQ(records_of("{"), List{"{"});
}

TEST(TextScanner, BracesAndQuotesInTextAreNoDocument) {
  for (const std::string text :
       {R"(has no opening "{" in x:12)", R"(INFO "{" foo "}" bar)", R"(INFO '{"')",
        R"($2 = '{"a","b c"}')", R"(tags={"a"} row)", R"(a = {"x", "y"};)",
        R"(http{"a.b",x="y"} 3)", R"(a="{x}" b="\"{"] )", R"(expecting "{")"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(records_of("x " + text + "\n" + kOne), List{kOne});
    EXPECT_EQ(passed_over("x " + text + "\n" + kOne), 1u);
  }
  EXPECT_EQ(records_of("a=\"\\\"{\"] " + kOne + "\n"), List{kOne});
  // These are cut, or documents.
  for (const std::string document :
       {R"({"a)", R"({"a")", R"({")", R"({"a" )", R"({ "@t":1})", R"({"a\"b":1})", R"({" x":1})",
        R"({"a":)", R"({"\u0061)", "{\"\xC3\xA9", R"({"1)"}) {
    const std::string record = document.substr(0, document.find_last_not_of(' ') + 1);
    EXPECT_EQ(records_of("x " + document + "\nx\n" + kOne), (List{record, kOne})) << document;
  }
}

TEST(TextScanner, TextInBracesAtALinesBeginning) {
  for (const std::string& text :
       {"{traceId=abc, spanId=def} INFO resp " + kOne, "{a=1, body=" + kOne + "}",
        "{ Status = 201, Body = " + kOne + " }", "{app=\"x\"} resp " + kOne, "{1} " + kOne,
        " {'a'} {b} " + kOne})
    EXPECT_EQ(records_of(text + "\n" + kTwo), (List{kOne, kTwo})) << text;
  EXPECT_EQ(records_of("{a=1} x\n" + kOne), (List{"{a=1}", kOne}));
  EXPECT_EQ(records_of("{a=1\n" + kOne), (List{"{a=1", kOne}));
  EXPECT_EQ(records_of("{a=1}\x1e" + kOne), (List{"{a=1}", kOne}));
  EXPECT_EQ(records_of("{a=1}\n{b=1} " + kOne), (List{"{a=1}", kOne}));
  EXPECT_EQ(records_of("{a=1}"), List{"{a=1}"});
  const std::string far(5000, 'x');
  EXPECT_EQ(records_of("{a=1}" + far + kOne), (List{"{a=1}", kOne}));
  EXPECT_EQ(passed_over("{a=1} x " + kOne + "\n{a=1} x\n"), 0u);
}

TEST(TextScanner, ElementsThatAreNoDocuments) {
  const std::string text = "[" + kOne + ",null," + kTwo + ",\"\"," + kOne + "]\n";
  EXPECT_EQ(records_of(text), (List{kOne, kTwo, kOne}));
  EXPECT_EQ(passed_over(text), 2u);
  EXPECT_EQ(passed_over("[\n" + kOne + ",\nnull,\n-1.5 , \"a, b\"\n]\n"), 3u);
  EXPECT_EQ(records_of("[" + kOne + ", 12,\n" + kOne + ",true]"), (List{kOne, kOne}));
  EXPECT_EQ(passed_over("[null,null," + kOne + ",1]"), 3u);
  EXPECT_EQ(records_of("[null," + kOne + ",]"), (List{kOne, "!expected_value "}));
  // Documents in a string are records, and text is none.
  EXPECT_EQ(records_of("[" + kOne + ",\"{\\\"a\\\":1}\"]"),
            (List{kOne, "backslashes {\\\"a\\\":1}"}));
  EXPECT_EQ(passed_over("[" + kOne + ", 12 x]\n"), 0u);
}

// COPY of PostgreSQL, and mysql --batch.
TEST(TextScanner, BackslashesInCellsBehindATab) {
  const std::string cell = R"({"a":"b \\"c\\" d","e":{"f":"\\\\ ' \\n {\\"g\\":1}"}})";
  EXPECT_EQ(records_of("1\t" + cell + "\tx\n2\t" + kOne + "\n"),
            (List{"backslashes " + cell, kOne}));
  EXPECT_EQ(records_of("1\t{\"a\":\"b \\\\\"c\t" + kOne + "\n"),
            (List{R"(backslashes {"a":"b \\"c)", kOne}));
  EXPECT_EQ(records_of("1\t" + kPretty + "\n"), List{kPretty});
  EXPECT_EQ(records_of(R"({"a":"b \\"c","d":1})"), List{R"({"a":"b \\"c","d":1})"});
}

TEST(TextScanner, ApostrophesThatSqlHasDoubled) {
  const std::string document = R"({"a":"it''s \\"b\\" so"})";
  EXPECT_EQ(records_of("(1, E'" + document + "', '" + kOne + "')\n"),
            (List{"sql " + document, "quoted " + kOne}));
}

// As PowerShell's >> appends it to a text in UTF-8.
TEST(TextScanner, Utf16) {
  const auto units = [](const std::string& text) {
    std::string made;
    for (const char c : text) (made += c) += '\0';
    return made;
  };
  const std::string one = "units " + units(kOne), two = "units " + units(kTwo);
  const std::string pretty = "units " + units(kPretty);
  for (const std::string& text :
       {kOne + "\n" + units(kOne + "\r\n" + kTwo + "\r\n"), kOne + units(kOne + "\n" + kTwo),
        kOne + "\n\xFF\xFE" + units(kOne + "\n\n" + kTwo + "\n"),
        kOne + "\n" + units("INFO " + kOne + " ok\r\n" + kTwo + " took\r\n")})
    EXPECT_EQ(records_of(text), (List{kOne, one, two})) << text;
  EXPECT_EQ(records_of(units(kPretty + "\r\n" + kPretty + "\r\n") + kTwo + "\n" + units(kOne)),
            (List{pretty, pretty, kTwo, one}));
  // The high bytes come first: from its brace on, it looks the same.
  EXPECT_EQ(records_of(kOne + "\n" + std::string(1, '\0') + units(kOne) + kTwo),
            (List{kOne, one, kTwo}));
  EXPECT_EQ(records_of(kOne + "\n" + std::string(1, '\0') + units(kOne + "\n").substr(0, 41)),
            (List{kOne, one.substr(0, one.size() - 1)}));
  // What is cut costs one record: inside of a string, and in front of what begins with a brace.
  const std::string in_string = R"({"a":1,"b":{"c":"x)", behind = R"({"a":1,"b":)";
  EXPECT_EQ(records_of(units(in_string + "\n" + kOne + "\n" + behind + "\n" + kTwo)),
            (List{"units " + units(in_string), one, "units " + units(behind), two}));
  EXPECT_EQ(records_of(units(behind) + kTwo), (List{"units " + units(behind), kTwo}));
  EXPECT_EQ(records_of(units(in_string) + "\n" + kOne + kTwo),
            (List{"units " + units(in_string), kOne, kTwo}));
  const std::string torn = units(in_string);
  EXPECT_EQ(records_of(torn.substr(0, torn.size() - 1) + kOne + "\n" + kTwo),
            (List{"units " + torn.substr(0, torn.size() - 1), kOne, kTwo}));
  // Printed without indents; and an empty one, which is text beside text.
  const std::string flat = "{\n\"a\": [\n{\n\"b\": 1\n},\n{\n}\n],\n\"c\":{}}";
  EXPECT_EQ(records_of(units(flat + "\r\nx {} y\r\n{}\r\n")),
            (List{"units " + units(flat), "units " + units("{}")}));
  // NULs are a hole in it.
  const std::string nuls(6, '\0');
  EXPECT_EQ(records_of(units("{\"a\":{},\"b\":\"x") + nuls + kOne),
            (List{"units " + units("{\"a\":{}"), "!nul_bytes " + nuls, kOne}));
  // A character of two bytes, and one of four.
  const std::string face = units("{\"a\":\"") + "\x3D\xD8\x22\xDE" + "\x22\x4E" + units("\"}");
  EXPECT_EQ(records_of(face + "\n"), (List{"units " + face}));
}

// Monolog has what its processors add behind a message and its context.
TEST(TextScanner, BehindAnotherDocument) {
  for (const char* spaces : {" ", "  "}) {
    EXPECT_EQ(records_of("INFO: got " + kOne + spaces + kTwo + "\n"),
              (List{kOne, "behind " + kTwo}));
    EXPECT_EQ(records_of("{x=1} got " + kOne + spaces + kTwo + spaces + kOne),
              (List{kOne, "behind " + kTwo, "behind " + kOne}));
  }
  for (const std::string& text :
       {kOne + " " + kTwo, "INFO: " + kOne + kTwo, "INFO: " + kOne + "\t" + kTwo,
        "INFO: " + kOne + ", " + kTwo, "INFO: " + kOne + " x " + kTwo,
        "INFO: " + kOne + "\n " + kTwo, "INFO: " + kOne + "{ a = " + kTwo,
        "INFO: " + kOne + " [] " + kTwo, "INFO: " + kOne + "\x1e " + kTwo})
    EXPECT_EQ(records_of(text), (List{kOne, kTwo})) << text;
  EXPECT_EQ(records_of("{x=1} " + kOne), List{kOne});
  EXPECT_EQ(records_of("x {\"a\":1 " + kOne), (List{"{\"a\":1", kOne}));
}

TEST(TextScanner, RunsOfNuls) {
  const std::string nuls(5, '\0');
  EXPECT_EQ(records_of(nuls), (List{"!nul_bytes " + nuls}));
  EXPECT_EQ(records_of(kOne + nuls.substr(0, 2) + kTwo),
            (List{kOne, "!nul_bytes " + nuls.substr(0, 2), kTwo}));
  EXPECT_EQ(records_of(nuls + kOne + "\n" + nuls + "x " + kTwo + "\n" + nuls),
            (List{"!nul_bytes " + nuls, kOne, "!nul_bytes " + nuls, kTwo, "!nul_bytes " + nuls}));
  EXPECT_EQ(records_of("x {\"a\":\"b" + nuls + "x " + kOne),
            (List{"{\"a\":\"b", "!nul_bytes " + nuls, kOne}));
  EXPECT_EQ(records_of("x {\"a\":1" + nuls + kOne), (List{"{\"a\":1", "!nul_bytes " + nuls, kOne}));
}

TEST(TextScanner, LengthsOfAJournalsFields) {
  const std::string nuls(6, '\0');
  for (const char* length : {"\x20\1", "\n\1", "{\1", "[\1", " \1", "\"\1"})
    EXPECT_EQ(records_of("A=1\nMESSAGE\n" + (length + nuls) + kPretty + "\n\nA=2\n"),
              (List{kPretty}));
  EXPECT_EQ(records_of("MESSAGE\n" + std::string(1, '\0') + "\1" + nuls + kOne + "\n"),
            (List{kOne}));
  // One that has a line's end in it, behind which a document could begin.
  for (const std::size_t step : {1, 5, 100}) {
    const Found found = scan("MESSAGE\n}\n{" + nuls.substr(0, 5) + kOne, step, {});
    EXPECT_EQ(found.records,
              scan("MESSAGE\n\x20\n\1" + nuls.substr(0, 5) + kOne, step, {}).records);
    EXPECT_EQ(found.records.size(), 1u);
  }
  // The text ends in it.
  EXPECT_EQ(records_of("MESSAGE\n\x20\1" + nuls.substr(0, 5)),
            (List{"!nul_bytes " + nuls.substr(0, 5)}));
  // Holes.
  const std::string hole = "!nul_bytes " + nuls;
  EXPECT_EQ(records_of("\x20\1" + nuls + kOne), (List{hole, kOne}));
  EXPECT_EQ(records_of("message\n\x20\1" + nuls + kOne), (List{hole, kOne}));
  EXPECT_EQ(records_of("MESSAGE \n\x20\1" + nuls + kOne), (List{hole, kOne}));
  EXPECT_EQ(records_of("YY\n{a:{" + nuls + "\n" + kOne), (List{"{a:{", hole, kOne}));
  EXPECT_EQ(records_of("MESSAGE\n\x20\1xyz" + nuls + kOne), (List{hole, kOne}));
  EXPECT_EQ(records_of(std::string(65, 'M') + "\n\x20\1" + nuls + kOne), (List{hole, kOne}));
  EXPECT_EQ(records_of("MESSAGE\n" + nuls + nuls + kOne),
            (List{"!nul_bytes " + nuls + nuls, kOne}));
}

// Not in its length either, as far as the text goes.
TEST(TextScanner, NoCutInAJournalsLength) {
  const std::string text = "1\n}\nA" + std::string(5, '\0') + "x\n" + kOne;
  for (std::size_t size = 5; size < 10; ++size)
    EXPECT_EQ(last_hard_break(text.substr(0, size)), 0u) << size;
  EXPECT_EQ(next_hard_break(text, 0), 12u);
  EXPECT_EQ(next_hard_break(text.substr(2), 0), 10u);
  EXPECT_EQ(plain_line(text.substr(2)).kind, PlainLine::Kind::other);
  EXPECT_EQ(next_hard_break("}\nA\nxyz", 0), 2u);
}

TEST(TextScanner, EscapedDocuments) {
  EXPECT_EQ(records_of(R"(x "{\x22a\x22:{\x22b\x22:1}}" 12)"
                       "\n" +
                       kOne),
            (List{R"(nginx {\x22a\x22:{\x22b\x22:1}})", kOne}));
  EXPECT_EQ(records_of(R"(msg="{\"a\":\"}\"}" took=1)"
                       "\n" +
                       kOne),
            (List{R"(backslashes {\"a\":\"}\"})", kOne}));
  EXPECT_EQ(records_of("1,\"{\"\"a\"\":\n \"\"}\"\"}\",x\n2,\"{\"\"a\"\":1}\"\n"),
            (List{"doubled {\"\"a\"\":\n \"\"}\"\"}", "doubled {\"\"a\"\":1}"}));
  EXPECT_EQ(records_of("{\"\":1}\n{\"\" :1}"), (List{"{\"\":1}", "{\"\" :1}"}));
}

TEST(TextScanner, WhatIsBehindAnEscapedDocumentIsNoPartOfIt) {
  EXPECT_EQ(records_of(R"(x "{\x22a\x22:1} tail" 12)"), (List{R"(nginx {\x22a\x22:1})"}));
}

// Where every line may be another document, it is not tried for each of them: that would take
// quadratic time.
TEST(TextScanner, NothingIsLookedAtAgainAndAgain) {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += "{\"a\":[\n";
  const Found found = scan(text, text.size());
  ASSERT_EQ(found.records.size(), 2u);
  EXPECT_EQ(found.records[0], "0 1 {\"a\":[");
}

TEST(TextScanner, ArraysThatAreNone) {
  EXPECT_EQ(records_of("[" + kOne + ","), (List{kOne, "!truncated "}));
  EXPECT_EQ(records_of("[" + kOne + ",," + kTwo + "]"), (List{kOne, "!expected_value ,", kTwo}));
  EXPECT_EQ(records_of("[" + kOne + kTwo + "]"), (List{kOne, "!expected_comma ", kTwo}));
  EXPECT_EQ(records_of("[]\n[ ]\n[main] x\n"), List{});
}

TEST(TextScanner, Strings) {
  TextScanner::Options options;
  options.strings = true;
  EXPECT_EQ(records_of(R"(["{}","{\"a\":1}"])", options), (List{R"("{}")", R"("{\"a\":1}")"}));
  EXPECT_EQ(records_of("\"a\"\nx \"b\"\n\"c\n" + kOne, options), (List{"\"a\"", "\"c", kOne}));
}

TEST(TextScanner, LongOnes) {
  TextScanner::Options options;
  options.max_record = 40;
  const std::string large = "{\"a\":\"" + std::string(100, 'x') + "\"}";
  EXPECT_EQ(records_of(kOne + "\n" + large + "\n" + kTwo + large + kTwo, options),
            (List{kOne, large, kTwo, large, kTwo}));
  EXPECT_EQ(records_of(kOne + std::string(100, '\0') + kTwo, options),
            (List{kOne, "!nul_bytes " + std::string(100, '\0'), kTwo}));
}

// Pieces of all kinds, in any order: wherever they are cut, the same is found, all of it in order.
TEST(TextScanner, AnyMixture) {
  const List pieces = {kOne,
                       kTwo,
                       kPretty,
                       "\n",
                       "\n",
                       "\r\n",
                       " ",
                       ",",
                       "[",
                       "]",
                       "{",
                       "}",
                       "\"",
                       "\\",
                       "x",
                       "12:00 INFO ",
                       ":",
                       "{\"a\":\"b",
                       "{\"a\":[",
                       "{\"",
                       "{}",
                       std::string(1, '\0'),
                       std::string(3, '\0'),
                       "\x1e",
                       "\xEF\xBB\xBF",
                       "\"{\"\"a\"\":1}\"",
                       "{\\x22a\\x22:1}",
                       "{\\\"a\\\":1}",
                       "{\"a\":tru}",
                       "\t",
                       "null",
                       "\n[12] ",
                       "\n34 x",
                       "a{\"b\"",
                       "\n{x} ",
                       "\n{\n",
                       "\t{\"a\":\"\\\\\"b\\\\\"\"}",
                       "'{\"a\":\"\\\\\"b''\\\\\"\"}'",
                       std::string("\nNAME\n\x20\0\0\0\0\0\0\0", 14),
                       std::string("NAME\n{\1\0\0\0\0\0\0", 13)};
  std::mt19937 random(7);
  for (int i = 0; i < 4000; ++i) {
    std::string text;
    const std::size_t count = 1 + random() % 12;
    TextScanner::Options options;
    options.strings = i % 3 == 0;
    if (i % 4 == 0) options.max_record = 24;
    // Of what is too long, the lines behind it are not known: nor whether one is a field's name.
    const std::size_t kinds = pieces.size() - (i % 4 == 0 ? 2 : 0);
    for (std::size_t k = 0; k < count; ++k) text += pieces[random() % kinds];
    const Found whole = scan_every_way(text, options);
    std::size_t behind = 0;
    for (const std::string& record : whole.records) {
      const std::size_t digits = record.find_first_of("0123456789");
      const std::size_t offset = std::stoul(record.substr(digits));
      EXPECT_GE(offset, behind) << text;
      const std::size_t line = record.find(' ', digits) + 1;
      behind = offset + record.size() - record.find(' ', line) - 1;
    }
    EXPECT_LE(behind, text.size());
    if (HasFailure()) break;
  }
}

// What was in front of a record that is too long to keep is not in front of the next one.
TEST(TextScanner, QuoteInFrontOfADroppedRecordIsForgotten) {
  TextScanner::Options options;
  options.max_record = 40;
  // A string that its line ends, behind which no value may be; nor does the line's last byte end it
  // all.
  const std::string text =
      "'{\"a\":\"" + std::string(50, 'x') + "\" b\":[\n{\"c\":1}\n'{\"d\":1}'\n";
  const Found whole = scan(text, text.size(), options);
  ASSERT_EQ(whole.records.size(), 3u);
  EXPECT_TRUE(whole.records[0].starts_with("quoted 1 1 ")) << whole.records[0];
  EXPECT_TRUE(whole.records[1].ends_with(" {\"c\":1}")) << whole.records[1];
  EXPECT_FALSE(whole.records[1].starts_with("quoted")) << whole.records[1];
  EXPECT_TRUE(whole.records[2].starts_with("quoted ")) << whole.records[2];
  for (std::size_t step = 1; step < text.size(); ++step)
    EXPECT_EQ(scan(text, step, options), whole) << step;
}

}  // namespace
}  // namespace leadscan::audit
