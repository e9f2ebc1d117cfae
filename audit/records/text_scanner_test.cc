// Where documents are in a text, whatever its layout, wherever it is cut.
#include "audit/records/text_scanner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace leadscan::audit {
namespace {

using List = std::vector<std::string>;

struct Found {
  List records;  // "offset line bytes", and in front of that "!code " or "encoding "
  std::uint64_t passed_over = 0;

  bool operator==(const Found&) const = default;
};
void PrintTo(const Found& found, std::ostream* out) {
  for (const std::string& record : found.records) *out << "\n  " << record;
  *out << "\n  passed over: " << found.passed_over;
}

std::string shown(const Span& span, std::string_view text, std::size_t offset) {
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
Found scan(const std::string& text, std::size_t step, TextScanner::Options options = {}) {
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
Found scan_pieces(const std::string& text, TextScanner::Options options = {}) {
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

Found scan_every_way(const std::string& text, TextScanner::Options options = {}) {
  const Found whole = scan(text, text.size() + 1, options);
  for (std::size_t step = 1; step <= std::min<std::size_t>(text.size(), 70); ++step)
    EXPECT_EQ(scan(text, step, options), whole) << "in steps of " << step << "\n" << text;
  EXPECT_EQ(scan_pieces(text, options), whole) << "cut at hard breaks\n" << text;
  return whole;
}

// The records' bytes alone.
List records_of(const std::string& text, TextScanner::Options options = {}) {
  List records;
  for (const std::string& record : scan_every_way(text, options).records) {
    const std::size_t digits = record.find_first_of("0123456789");
    const std::size_t line = record.find(' ', digits) + 1;
    records.push_back(record.substr(0, digits) + record.substr(record.find(' ', line) + 1));
  }
  return records;
}

std::uint64_t passed_over(const std::string& text) { return scan_every_way(text).passed_over; }

const std::string kOne = R"({"a":1,"b":{"c":"x"}})";
const std::string kTwo = R"({"a":2,"b":{"c":"}{"}})";
const std::string kPretty = "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": \"x\"\n  }\n}";

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

TEST(TextScanner, OneThatIsCutCostsOneRecord) {
  const std::string in_string = R"({"a":1,"b":{"c":"x)";
  for (const std::string& cut :
       {in_string, std::string(R"({"a":1,"b":{"c")"), std::string(R"({"a":1,"b":{"c":)"),
        std::string(R"({"a":1,"b":{)"), std::string(R"({"a":1,"b":{"c":"x")"),
        std::string(R"({"a":1,"b":[1,2)"), std::string(R"({"a":1)"), std::string(R"({"a":"\)"),
        std::string(R"({"a":1,"b":[1,)"), std::string(R"({"a":1,"b":[)")}) {
    SCOPED_TRACE(cut);
    EXPECT_EQ(records_of(kOne + "\n" + cut + "\n" + kTwo + "\n" + kOne),
              (List{kOne, cut, kTwo, kOne}));
    EXPECT_EQ(records_of("x " + kOne + "\nx " + cut + "\nx " + kTwo + "\nx"),
              (List{kOne, cut, kTwo}));
    EXPECT_EQ(records_of(kOne + cut), (List{kOne, cut}));
    // Within an array, and behind a colon, a document would be a value.
    if (cut.find('[') == cut.npos && cut.back() != ':' && cut.back() != '\\') {
      EXPECT_EQ(records_of(kOne + cut + kTwo + kOne), (List{kOne, cut, kTwo, kOne}));
      EXPECT_EQ(records_of("[" + kOne + "," + cut + "," + kTwo + "," + kOne + "]"),
                (List{kOne, cut, kTwo, kOne}));
    }
  }
}

TEST(TextScanner, OneThatIsBrokenCostsOneRecord) {
  for (const std::string& broken :
       {std::string(R"({"a":tru,"b":{"c":1}})"), std::string(R"({"a":"x"y","b":{"c":1},"d":"z"})"),
        std::string(R"({"a" 1,"b":{"c":1}})"), std::string(R"({"a":1,,"b":{"c":1}})"),
        std::string(R"({'a':1})")}) {
    SCOPED_TRACE(broken);
    EXPECT_EQ(records_of(kOne + "\n" + broken + "\n" + kTwo), (List{kOne, broken, kTwo}));
  }
  const std::string stray = R"({"a":"x"y","b":{"c":1},"d":"z"})";
  EXPECT_EQ(records_of(kOne + stray + kTwo + kOne), (List{kOne, stray, kTwo, kOne}));
}

// With nothing in front on its line, where a value is due.
TEST(TextScanner, ADocumentBehindOneThatIsCutInFrontOfAValue) {
  const std::string cut = "{\n  \"a\": 1,\n  \"b\":";
  EXPECT_EQ(records_of(cut + "\n" + kPretty + "\n" + kPretty), (List{cut, kPretty, kPretty}));
  EXPECT_EQ(records_of(cut + "\r\n{ \r\n\"a\":1}\n"), (List{cut, "{ \r\n\"a\":1}"}));
  // A value whose brace is on a line of its own.
  const std::string value = cut + "\n{\n\"c\":1}}";
  EXPECT_EQ(records_of(value + "\n" + kOne), (List{value, kOne}));
}

// There a document could be an element; but not if its line is no further in than the one that is
// cut.
TEST(TextScanner, OneThatIsCutInsideOfAnArray) {
  for (const std::string& broken :
       {std::string(R"({"a":[1,,)"), std::string(R"({"a":[1 2,)"),
        std::string(R"({"a":[{"b":[1 2],)"), std::string(R"({"a":["x"... (truncated),)")}) {
    SCOPED_TRACE(broken);
    EXPECT_EQ(records_of(broken + "\n" + kOne + ",\n" + kTwo + ",\n"), (List{broken, kOne, kTwo}));
    EXPECT_EQ(records_of(" " + broken + "\r\n " + kOne + "\n" + kTwo + "\n"),
              (List{broken, kOne, kTwo}));
    // Further in it is an element, if it may be one.
    const std::string longer = broken + "\n " + kOne + "\n]}";
    if (!broken.ends_with("],")) {
      EXPECT_EQ(records_of(longer + "\n" + kTwo), (List{longer, kTwo}));
    }
  }
  for (const std::string& cut :
       {std::string(R"({"a":[1,2,)"), std::string(R"({"a":[)"), std::string("{\"a\":[\n  {},")}) {
    SCOPED_TRACE(cut);
    EXPECT_EQ(records_of(cut + "\n" + kOne + ",\n" + kTwo + ",\n"), (List{cut, kOne, kTwo}));
    const std::string in_array = cut.ends_with(",") ? cut.substr(0, cut.size() - 1) : cut;
    EXPECT_EQ(records_of("[\n " + kOne + ",\n " + cut + "\n " + kTwo + ",\n " + kOne + "\n]\n"),
              (List{kOne, in_array, kTwo, kOne}));
  }
  // In one that is broken nothing is an element that begins a line no further in.
  for (const std::string& broken :
       {std::string(R"({"a": 1 2,"x":[)"), std::string(R"({"a":"b "c"","x":)")})
    EXPECT_EQ(records_of("[\n" + broken + "\n" + kOne + ",\n" + kTwo + "\n]\n" + kOne),
              (List{broken, kOne, kTwo, kOne}));
  // In others a body that a template has is one.
  const std::string pasted = "{\n  \"a\": [\n" + kPretty + "\n]\n}";
  EXPECT_EQ(records_of(pasted + "\n" + pasted), (List{pasted, pasted}));
  // As json.dumps prints a list: not all of what is behind is taken for one document, and one more
  // cut costs one record again.
  const std::string whole = "{\n    \"a\": [\n      {\n        \"b\": 1\n      }\n    ]\n  }";
  for (const char* end : {"[", "}"}) {
    const std::string cut = whole.substr(0, whole.find(end) + 1) + (*end == '}' ? "," : "");
    std::string text = "[\n  ";
    List all;
    for (int i = 0; i < 3; ++i) {
      text += whole + ",\n  " + cut + "\n  ";
      all.insert(all.end(), {whole, *end == '}' ? cut.substr(0, cut.size() - 1) : cut});
    }
    all.push_back(whole);
    EXPECT_EQ(records_of(text + whole + "\n]\n"), all);
  }
}

// The next document is on the same line.
TEST(TextScanner, OneThatIsCutInFrontOfTheNextOnItsLine) {
  for (const std::string& next : {kOne, kPretty}) {
    // In front of a value, where the next one could be it, if it did not begin with the same name.
    const std::string cut = next.substr(0, next.find(':') + 1);
    for (const std::string& text : {cut, cut + "\"x\",\"b\":", cut + "1,\"c\": "}) {
      const std::string record = text.substr(0, text.find_last_not_of(' ') + 1);
      EXPECT_EQ(records_of(text + next + next + "\n" + kTwo), (List{record, next, next, kTwo}));
      EXPECT_EQ(records_of("x " + text + next + "\n" + kTwo), (List{record, next, kTwo}));
    }
    const std::string whole = cut + next + ",\"b\":" + next + "}";
    EXPECT_EQ(records_of(whole + next), (List{whole, next}));
    // In a string.
    for (const char* text : {"x: ", "12:00 response - ", ":x ", "{"})
      EXPECT_EQ(records_of("{\"q\":\"" + std::string(text) + next + "\n" + kTwo).size(), 3U)
          << text;
    EXPECT_EQ(records_of(cut + '\0' + next + '\0' + next), (List{cut, next, next}));
  }
}

// What is no value of JSON's there begins a line of text, which is none of the document.
TEST(TextScanner, ALineOfTextBehindOneThatIsCutInFrontOfAValue) {
  for (const std::string& cut : {std::string(R"({"a":1,"b":)"), std::string(R"({"a":1,"b":[1,)"),
                                 std::string("{\n  \"a\": 1,\n  \"b\":")})
    for (const std::string begin :
         {"2025-06-30 12:00:01,1 INFO", "12:00:01 INFO", "10.0.0.1 - -", "1719748800 x",
          "E0630 12:00", "[2025-06-30 12:00:01] INFO", "[2025-06-30] x", "[main] x", "true story",
          "[10.0.0.1] x", "INFO"}) {
      SCOPED_TRACE(cut + begin);
      const std::string text = "x " + cut + "\n" + begin;
      EXPECT_EQ(records_of(text + " done\nx " + kOne), (List{cut, kOne}));
      EXPECT_EQ(passed_over(text + " done\nx " + kOne), 1u);
      EXPECT_EQ(records_of(text + " " + kOne + "\n"), (List{cut, kOne}));
      EXPECT_EQ(passed_over(text + " " + kOne + "\n"), 0u);
    }
  for (const std::string value : {"12", "-1.5e3 ", "null", "[2025]", "[\n1,\n2 ]", "true\n"})
    EXPECT_EQ(records_of("{\"b\":\n" + value + "}\n"), List{"{\"b\":\n" + value + "}"});
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
