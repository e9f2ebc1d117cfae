// Documents that are cut or broken: each costs one record, and none of those behind it.
#include <gtest/gtest.h>

#include <string>

#include "audit/records/testing.h"

namespace leadscan::audit {
namespace {

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
  // But for a value behind its name, if it does not begin as the record does.
  const std::string allman = "{\n\"a\" 1,\n\"info\":\n{\n\"b\":true\n}\n}";
  EXPECT_EQ(records_of(allman + "\n" + kTwo), (List{allman, kTwo}));
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
    for (const std::string text : {"x:", "12:00 response -", ":x", ":x:"})
      for (const char* blank : {"", " "}) {
        const std::string record = "{\"q\":\"" + text;
        EXPECT_EQ(records_of(record + blank + next + "\n" + kTwo), (List{record, next, kTwo}));
      }
    EXPECT_EQ(records_of(cut + '\0' + next + '\0' + next), (List{cut, next, next}));
  }
}

// Behind an array's end on a line of its own there may be text.
TEST(TextScanner, TextBehindTheEndOfAnArrayThatCutsADocument) {
  EXPECT_EQ(passed_over("[{\"a\":{\n  ]text\n" + kOne), 1U);
  EXPECT_EQ(passed_over("[{\"a\":{\n  ]\n" + kOne), 0U);
  EXPECT_EQ(passed_over("[{\"a\":{ ]text\n" + kOne), 0U);
}

// A member that has its object's first name in it is no next document, if a name follows.
TEST(TextScanner, OneThatIsCutBehindAnObjectWithItsFirstName) {
  for (const std::string cut :
       {R"({"data":{"data":1,"b":2},"c":[1,2)", R"({"error":{"error":"a"},"info":{"success":fal)",
        R"({"info":{"info":"a"},"y":1,})"}) {
    SCOPED_TRACE(cut);
    EXPECT_EQ(records_of(cut), (List{cut}));
    EXPECT_EQ(records_of(kOne + "\nx " + cut + "\n" + kTwo), (List{kOne, cut, kTwo}));
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

}  // namespace
}  // namespace leadscan::audit
