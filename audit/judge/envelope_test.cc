// JSON Pointers into envelopes, and base64.
#include "audit/judge/envelope.h"

#include <gtest/gtest.h>

#include "audit/judge/envelope_decoder.h"

namespace leadscan::audit {
namespace {

using Tokens = std::vector<std::string>;

TEST(Pointer, Rfc6901) {
  Tokens tokens;
  EXPECT_TRUE(parse_pointer("", tokens));
  EXPECT_EQ(tokens, Tokens{});
  EXPECT_TRUE(parse_pointer("/", tokens));
  EXPECT_EQ(tokens, Tokens{""});
  EXPECT_TRUE(parse_pointer("/a~1b/m~0n/0/~01", tokens));
  EXPECT_EQ(tokens, (Tokens{"a/b", "m~n", "0", "~1"}));
  for (const char* text : {"a", "a/b", "/~", "/~2", "/a~", "#/a"})
    EXPECT_FALSE(parse_pointer(text, tokens)) << text;
}

// What `pointer` names in `json`: its type and bytes, "-" if nothing.
std::string find(const std::string& pointer, const std::string& json) {
  PointerFinder finder;
  Tokens tokens;
  EXPECT_TRUE(parse_pointer(pointer, tokens));
  const std::size_t number = finder.add(tokens);
  for (int time = 0; time < 2; ++time)  // nothing is left of the first one
    EXPECT_FALSE(finder.scan(json)) << json;
  const FoundValue& found = finder.found(number);
  if (found.type == JsonType::none) return "-";
  return std::string(name_of(found.type)) + ' ' + std::string(found.raw) +
         (found.escaped ? " escaped" : "");
}

TEST(PointerFinder, FindsValuesOfEveryType) {
  EXPECT_EQ(find("/a", R"({"a":{"b":[1]}})"), R"(object {"b":[1]})");
  EXPECT_EQ(find("/a/b", R"({"a":{"b":[1, 2]}})"), "array [1, 2]");
  EXPECT_EQ(find("/a/b/1", R"({"a":{"b":[1, -2.5e3]}})"), "number -2.5e3");
  EXPECT_EQ(find("/a", R"({"a":"x"})"), "string x");
  EXPECT_EQ(find("/a", R"({"a":"\u0041"})"), R"(string \u0041 escaped)");
  EXPECT_EQ(find("/a", R"({"a":null})"), "null null");
  EXPECT_EQ(find("/a", R"({"a":true})"), "boolean true");
  EXPECT_EQ(find("", R"( [1] )"), "array [1]");
  EXPECT_EQ(find("", R"( "x" )"), "string x");
}

TEST(PointerFinder, FindsThePathAndNoOther) {
  EXPECT_EQ(find("/a", "{}"), "-");
  EXPECT_EQ(find("/a/b", R"({"a":1,"b":2})"), "-");
  EXPECT_EQ(find("/a/b", R"({"b":{"a":1},"a":{"c":{"b":1}},"d":{"b":2}})"), "-");
  EXPECT_EQ(find("/a/b", R"({"c":{"a":{"b":0}},"a":{"x":{"b":1},"b":2},"b":3})"), "number 2");
  EXPECT_EQ(find("/0/1", R"([[5,6],[7,8]])"), "number 6");
  EXPECT_EQ(find("/1/0/a", R"([{"a":1},[{"a":2}]])"), "number 2");
  EXPECT_EQ(find("/00", R"([1])"), "-");
  EXPECT_EQ(find("/0", R"({"0":1})"), "number 1");
  EXPECT_EQ(find("/a~1b", R"({"a/b":1})"), "number 1");
  EXPECT_EQ(find("/ab", R"({"\u0061b":1})"), "number 1");
  EXPECT_EQ(find("/a", R"({"a":1,"a":2})"), "number 1");
  EXPECT_EQ(find("/a/b", R"({"a":{"c":1},"a":{"b":2}})"), "number 2");
}

TEST(PointerFinder, SeveralInOnePass) {
  PointerFinder finder;
  const std::size_t outer = finder.add({"a"});
  const std::size_t inner = finder.add({"a", "b"});
  const std::size_t none = finder.add({"a", "b", "c"});
  EXPECT_FALSE(finder.scan(R"({"a":{"b":1}})"));
  EXPECT_EQ(finder.found(outer).raw, R"({"b":1})");
  EXPECT_EQ(finder.found(inner).raw, "1");
  EXPECT_EQ(finder.found(none).type, JsonType::none);
}

TEST(PointerFinder, SaysWhatIsNoJson) {
  PointerFinder finder;
  finder.add({"a"});
  EXPECT_EQ(finder.scan(R"({"a":1)").code, ErrorCode::truncated);
  const Error error = finder.scan(R"({"a":1}x)");
  EXPECT_EQ(error.code, ErrorCode::content_after_document);
  EXPECT_EQ(error.offset, 7u);
}

TEST(Base64, Rfc4648) {
  const auto decode = [](std::string_view text) {
    std::string bytes;
    return decode_any_base64(text, bytes) ? bytes : "(none)";
  };
  EXPECT_EQ(decode(""), "");
  EXPECT_EQ(decode("Zg=="), "f");
  EXPECT_EQ(decode("Zm8="), "fo");
  EXPECT_EQ(decode("Zm9v"), "foo");
  EXPECT_EQ(decode("Zm9vYg"), "foob");
  EXPECT_EQ(decode("Zm9v\r\nYmFy\n"), "foobar");
  EXPECT_EQ(decode("+/+/"), "\xFB\xFF\xBF");
  EXPECT_EQ(decode("-_-_"), "\xFB\xFF\xBF");  // section 5
  for (const char* text : {"Z", "Zm9vY", "Zg==Zg==", "Zm9*", "Zm9\\", "Zg==="})
    EXPECT_EQ(decode(text), "(none)") << text;
}

}  // namespace
}  // namespace leadscan::audit
