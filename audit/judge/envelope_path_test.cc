// Pointers with wildcards that go on inside of strings, and what the strings are decoded from.
#include "audit/judge/envelope_path.h"

#include <gtest/gtest.h>

#include "audit/judge/envelope.h"
#include "leadscan/parser.h"

namespace leadscan::audit {
namespace {

constexpr char kResponse[] = R"({"message":"Forbidden"})";

// A JSON string of it.
std::string in_quotes(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') json += '\\';
    if (c == '\n') {
      json += "\\n";
    } else if (c == '\r') {
      json += "\\r";
    } else {
      json += c;
    }
  }
  return json + '"';
}

std::string base64(std::string_view bytes, bool url = false, bool padded = true) {
  const std::string_view alphabet =
      url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
          : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      if (i + k <= bytes.size())
        text += alphabet[bits >> (18 - 6 * k) & 63];
      else if (padded)
        text += '=';
  }
  return text;
}

// gzip of "{\"message\":\"Forbidden\"}", by gzip -n.
std::string gzipped() {
  return std::string(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\xca\x4d\x2d\x2e\x4e\x4c\x4f\x55\xb2\x52"
      "\x72\xcb\x2f\x4a\xca\x4c\x49\x49\xcd\x53\xaa\x05\x00\x70\xa1\xce\x43\x17\x00\x00\x00",
      43);
}

EnvelopePathOptions options_of(const std::string& at, Decoding decoding = Decoding::automatic) {
  EnvelopePathOptions options;
  EXPECT_TRUE(parse_pointer(at, options.at));
  options.decoding = decoding;
  return options;
}

// Each value as "type text @offset+length status", one a line; or the error.
std::string found(EnvelopePathOptions options, const std::string& record) {
  EnvelopePath path(std::move(options));
  std::string all;
  for (int time = 0; time < 2; ++time) {  // nothing is left of the first one
    all.clear();
    const std::string padded = record + std::string(kPadding, '#');
    const std::string_view view = std::string_view(padded).substr(0, record.size());
    const Error error = path.scan(view, padded.size(), [&](const EnvelopeValue& value) {
      all += value.type == JsonType::none ? "none" : name_of(value.type);
      if (value.type != JsonType::none) all += ' ' + std::string(value.text);
      all += " @" + std::to_string(value.offset) + '+' + std::to_string(value.length);
      if (value.http_status) all += " status " + std::to_string(*value.http_status);
      all += '\n';
      EXPECT_EQ(value.in_record,
                value.text.data() >= view.data() && value.text.data() < view.data() + padded.size())
          << value.text;
      EXPECT_LE(value.offset + value.length, record.size());
      if (value.type == JsonType::none) return;
      EXPECT_GE(value.capacity, value.text.size() + kPadding);
      if (value.in_record) {
        EXPECT_EQ(value.text.data() + value.capacity, padded.data() + padded.size());
      }
    });
    if (error) {
      EXPECT_EQ(all, "");
      all = std::string(name_of(error.code)) + " @" + std::to_string(error.offset) + '\n';
    }
  }
  return all;
}

std::string found(const std::string& at, const std::string& record,
                  Decoding decoding = Decoding::automatic) {
  return found(options_of(at, decoding), record);
}

// The texts alone, each in brackets.
std::string texts(const std::string& at, const std::string& record,
                  Decoding decoding = Decoding::automatic) {
  EnvelopePath path(options_of(at, decoding));
  std::string all;
  const Error error = path.scan(record, record.size(), [&](const EnvelopeValue& value) {
    all += value.type == JsonType::none ? "-" : '[' + std::string(value.text) + ']';
  });
  return error ? std::string(name_of(error.code)) : all;
}

std::string body(std::string_view text) { return "{\"body\":" + in_quotes(text) + "}"; }

TEST(EnvelopePath, ValuesOfEveryType) {
  EXPECT_EQ(found("/a", R"({"a":{"b":[1]}})"), "object {\"b\":[1]} @0+15\n");
  EXPECT_EQ(found("/a/b", R"({"a":{"b":["x", 2]}})"), "array [\"x\", 2] @0+20\n");
  EXPECT_EQ(found("/a/1", R"({"a":["x", -2.5]})"), "number -2.5 @0+17\n");
  EXPECT_EQ(found("/a", R"({"a":"x"})"), "string x @0+9\n");
  EXPECT_EQ(found("/a", R"({"a":"\u0041"})"), "string A @0+14\n");
  EXPECT_EQ(found("/a", R"({"a":null})"), "null null @0+10\n");
  EXPECT_EQ(found("/a", R"({"a":true})"), "boolean true @0+10\n");
  EXPECT_EQ(found("", R"({"a":1})"), "object {\"a\":1} @0+7\n");
  EXPECT_EQ(found("", R"("x")"), "string x @0+3\n");
}

TEST(EnvelopePath, WhatIsNotThere) {
  EXPECT_EQ(found("/a", "{}"), "none @0+2\n");
  EXPECT_EQ(found("/a/b", R"({"a":1,"b":2})"), "none @0+13\n");
  EXPECT_EQ(found("/a/b", R"({"a":"text","b":2})"), "none @0+18\n");
  EXPECT_EQ(found("/a/b", R"({"a":"{}"})"), "none @0+10\n");
  EXPECT_EQ(found("/*", "[]"), "none @0+2\n");
  EXPECT_EQ(found("/00", "[1]"), "none @0+3\n");
  EXPECT_EQ(found("/a", "{\"a\":1"), "truncated @6\n");
  EXPECT_EQ(found("/*", "[1,2,x]"), "expected_value @5\n");
}

TEST(EnvelopePath, NamesThatAppearTwice) {
  EXPECT_EQ(texts("/a", R"({"a":1,"a":2})"), "[1]");
  EXPECT_EQ(texts("/a/b", R"({"a":{"c":1},"a":{"b":2},"a":{"b":3}})"), "[2]");
  EXPECT_EQ(texts("/*", R"({"a":1,"a":2})"), "[1][2]");
  EXPECT_EQ(texts("/a~1b", R"({"a/b":1})"), "[1]");
  EXPECT_EQ(texts("/ab", R"({"\u0061b":1})"), "[1]");
}

TEST(EnvelopePath, AStarTakesAllAndTheirPlaces) {
  EXPECT_EQ(found("/a/*", R"({"a":[{"x":1}, 2,"s"]})"),
            "object {\"x\":1} @6+7\nnumber 2 @15+1\nstring s @17+3\n");
  EXPECT_EQ(found("/*", R"({"a":{"x":1},"b":[]})"), "object {\"x\":1} @5+7\narray [] @17+2\n");
  EXPECT_EQ(found("/*/m", R"([{"m":"x"},{"n":1},5,"t",{"m":null}])"),
            "string x @1+9\nnone @11+7\nnone @19+1\nnone @21+3\nnull null @25+10\n");
  EXPECT_EQ(found("/*/m/*", R"([{"m":[1,2]},{"m":[]}])"),
            "number 1 @7+1\nnumber 2 @9+1\nnone @13+8\n");
}

TEST(EnvelopePath, ABatchOfCloudWatch) {
  const std::string event = R"({"id": "0", "message": )" + in_quotes(kResponse) + "}";
  EXPECT_EQ(found("/logEvents/*/message", R"({"logEvents": [)" + event + ", " + event + "]}"),
            "string {\"message\":\"Forbidden\"} @15+53\n"
            "string {\"message\":\"Forbidden\"} @70+53\n");
}

TEST(EnvelopePath, GoesOnInsideOfStrings) {
  const std::string line = R"({"status":403,"response_body":)" + in_quotes(kResponse) + "}\n";
  const std::string record = "{\"log\":" + in_quotes(line) + "}";
  const std::string place = " @0+" + std::to_string(record.size());
  EXPECT_EQ(found("/log/response_body", record),
            "string " + std::string(kResponse) + place + " status 403\n");
  EXPECT_EQ(found("/log/response_body/message", record), "string Forbidden" + place + "\n");
  EXPECT_EQ(found("/log/other", record), "none" + place + "\n");
  // Of a star inside of a string the place is what holds the string.
  EXPECT_EQ(found("/*/*", R"([["x"],"[1,2]"])"), "string x @2+3\nnumber 1 @7+7\nnumber 2 @7+7\n");
  // Without escapes it is where it was.
  EXPECT_EQ(found("/a/0/b", R"({"a":"[12]"})"), "none @0+12\n");
  EXPECT_EQ(found("/a/1", R"({"a":"[12, 5]"})"), "number 5 @0+15\n");
  EXPECT_EQ(texts("/a/b", body("x")), "-");
}

TEST(EnvelopePath, StringsInStringsHaveAnEnd) {
  std::string text = "1";
  std::string pointer;
  for (std::size_t i = 1; i < EnvelopePath::kMostLevels; ++i) {
    // Without a quote in it, so that it does not double.
    text = i == 1 ? "[1]" : i == 2 ? "[\"[1]\"]" : "[" + in_quotes(text) + "]";
    pointer += "/0";
    if (text.size() > 100000) break;
  }
  EXPECT_EQ(texts(pointer, text), "[1]");
  EXPECT_EQ(texts(pointer + "/0/0", text), "-");
}

TEST(EnvelopePath, Statuses) {
  EXPECT_EQ(found("/b", R"({"b":1,"status":"403"})"), "number 1 @0+22 status 403\n");
  EXPECT_EQ(found("/b", R"({"http_status":5,"b":1,"statusCode":6})"), "number 1 @0+38 status 6\n");
  EXPECT_EQ(found("/b", R"({"b":1,"status":"x","status_code":7})"), "number 1 @0+36 status 7\n");
  EXPECT_EQ(found("/a/b", R"({"a":{"b":1},"status":7})"), "number 1 @0+24\n");
  EXPECT_EQ(found("/*/b", R"([{"b":1,"status":7},{"b":2},{"status":8,"b":3}])"),
            "number 1 @1+18 status 7\nnumber 2 @20+7\nnumber 3 @28+18 status 8\n");
  EXPECT_EQ(found("/*", R"({"status":7})"), "number 7 @10+1\n");
  EXPECT_EQ(found("/status", R"({"status":7})"), "number 7 @0+12\n");

  const auto with = [](const std::string& at, const std::string& status,
                       const std::string& record) {
    EnvelopePathOptions options = options_of(at);
    options.status_at.emplace();
    EXPECT_TRUE(parse_pointer(status, *options.status_at));
    return found(std::move(options), record);
  };
  EXPECT_EQ(with("/b", "/r/code", R"({"b":1,"status":5,"r":{"code":7}})"),
            "number 1 @0+33 status 7\n");
  EXPECT_EQ(with("/a/*/b", "/a/*/c/0", R"({"a":[{"b":1,"c":[7]},{"b":2},{"c":[8],"b":3}]})"),
            "number 1 @6+15 status 7\nnumber 2 @22+7\nnumber 3 @30+15 status 8\n");
  EXPECT_EQ(with("/a/*/b", "/code", R"({"a":[{"b":1},{"b":2}],"code":9})"),
            "number 1 @6+7 status 9\nnumber 2 @14+7 status 9\n");
  EXPECT_EQ(with("/log/b", "/log/code", R"({"log":"{\"b\":1,\"code\":9}"})"),
            "number 1 @0+30 status 9\n");
  EXPECT_EQ(with("/log/b", "/code", R"({"log":"{\"b\":1}","code":9})"),
            "number 1 @0+28 status 9\n");
}

TEST(EnvelopePath, Base64) {
  const std::string text = "{\"message\":\"Forbidden \xC3\xBF\xC3\xBE>>?\"}";
  const std::string expected = '[' + text + ']';
  for (const bool url : {false, true})
    for (const bool padded : {false, true}) {
      const std::string encoded = base64(text, url, padded);
      EXPECT_EQ(texts("/body", body(encoded)), expected) << encoded;
      EXPECT_EQ(texts("/body", body(encoded), Decoding::base64), expected) << encoded;
      EXPECT_EQ(texts("/body", body(encoded), Decoding::none), '[' + encoded + ']');
    }
  for (const char* json :
       {"{ }", "{ \"a\":1}", "{\n}", "{\r\n}", "{\t}", "{\n  \"a\":1}", "{\"\":1}"})
    EXPECT_EQ(texts("/body", body(base64(json))), '[' + std::string(json) + ']');
  EXPECT_EQ(texts("/body/message", body(base64(kResponse))), "[Forbidden]");
  EXPECT_EQ(texts("/body", body(base64("[1]")), Decoding::base64), "[[1]]");
  // Not everything that could be base64 is.
  EXPECT_EQ(texts("/body", body("word")), "[word]");
  EXPECT_EQ(texts("/body", body("eyJhIjo x!")), "[eyJhIjo x!]");
  // isBase64Encoded may be false.
  EXPECT_EQ(texts("/body", body(kResponse), Decoding::base64), '[' + std::string(kResponse) + ']');
}

TEST(EnvelopePath, WholeHttpResponses) {
  const std::string head = "HTTP/1.1 403 X\r\nContent-Length: 23\r\n";
  const std::string whole = head + "\r\n" + kResponse;
  const std::string expected = '[' + std::string(kResponse) + ']';
  EXPECT_EQ(texts("/body", body(whole)), expected);
  EXPECT_EQ(texts("/body", body(base64(whole))), expected);
  EXPECT_EQ(texts("/body", body(base64(whole)), Decoding::base64), expected);
  EXPECT_EQ(texts("/body", body("HTTP/1.1 100 Continue\r\n\r\n" + whole)), expected);
  EXPECT_EQ(texts("/body", body("HTTP/2 200\n\n{}")), "[{}]");
  EXPECT_NE(found("/body", body(whole)).find(" status 403\n"), std::string::npos);
  EXPECT_EQ(texts("/body", body(head)), '[' + head + ']');
  EXPECT_EQ(texts("/body", body("HTTP/x")), "[HTTP/x]");

  const std::string chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, Chunked\r\n\r\n";
  EXPECT_EQ(texts("/body", body(chunked + "9\r\n{\"message\r\ne;x=y\r\n\":\"Forbidden\"}\r\n"
                                          "0\r\n\r\n")),
            expected);
  EXPECT_EQ(texts("/body", body(chunked + kResponse)), expected);
  EXPECT_EQ(texts("/body", body(chunked + "ffffffffffffffffff\r\n{}")),
            "[ffffffffffffffffff\r\n{}]");
  EXPECT_EQ(texts("/body", body(chunked + "9\r\n{\"mess")), "[{\"mess]");
}

TEST(EnvelopePath, GzipIsBounded) {
  const std::string expected = '[' + std::string(kResponse) + ']';
  const std::string record = body(base64(gzipped()));
  EXPECT_EQ(texts("/body", record), expected);
  EXPECT_EQ(texts("/body", record, Decoding::base64), expected);
  EXPECT_EQ(texts("/body", body(base64("HTTP/1.1 200 OK\r\n\r\n" + gzipped()))), expected);

  EnvelopePathOptions options = options_of("/*");
  options.max_record = 2 * (sizeof kResponse - 1);
  EnvelopePath path(options);
  const std::string one = in_quotes(base64(gzipped()));
  std::string types;
  EXPECT_FALSE(path.scan("[" + one + "," + one + "," + one + "]", 0,
                         [&](const EnvelopeValue& v) { types += v.text[0]; }));
  EXPECT_EQ(types, "{{\x1F");  // more than that is not decompressed
  std::string damaged = gzipped();
  damaged[20] ^= 1;
  EXPECT_EQ(texts("/body", body(base64(damaged))), '[' + damaged + ']');
}

TEST(EnvelopePath, AStringThatHoldsAString) {
  const std::string expected = '[' + std::string(kResponse) + ']';
  EXPECT_EQ(texts("/body", body(in_quotes(kResponse))), expected);
  EXPECT_EQ(texts("/body", body(' ' + in_quotes(in_quotes(kResponse)) + '\n')), expected);
  EXPECT_EQ(texts("", in_quotes(kResponse)), expected);
  EXPECT_EQ(texts("/*", "[" + in_quotes(kResponse) + "]"), expected);
  EXPECT_EQ(texts("/body", body("\"a\" b")), "[\"a\" b]");
  EXPECT_EQ(texts("/body", body("\"a\""), Decoding::none), "[\"a\"]");
}

TEST(EnvelopePath, BytesOfJournald) {
  EXPECT_EQ(found("/M", R"({"M":[123, 125 ,13]})"), "string {}\r @0+20\n");
  EXPECT_EQ(found("/M", R"({"M":[123,256]})"), "array [123,256] @0+15\n");
  EXPECT_EQ(found("/M", R"({"M":[1.5]})"), "array [1.5] @0+11\n");
  EXPECT_EQ(found("/M", R"({"M":[]})"), "array [] @0+8\n");
  EXPECT_EQ(found("/M/a", R"({"M":[123,34,97,34,58,49,125]})"), "number 1 @0+30\n");
  EXPECT_EQ(found("/M/0", R"({"M":[123,34]})"), "number 123 @0+14\n");
  EXPECT_EQ(texts("/M", R"({"M":[123,125]})", Decoding::none), "[[123,125]]");
}

TEST(EnvelopePath, EscapesOfNginx) {
  const std::string line = R"({"status":403,"body":"{\x22message\x22:\x22Forbidden\x22}"})";
  const std::string place = " @0+" + std::to_string(line.size()) + " status 403\n";
  const std::string expected = "string " + std::string(kResponse) + place;
  EXPECT_EQ(found("/body", line), expected);
  EXPECT_EQ(found("/body", line, Decoding::nginx), expected);
  EXPECT_EQ(found("/body", line, Decoding::none), "invalid_escape @24\n");
  EXPECT_EQ(texts("/log/body", "{\"log\":" + in_quotes(line) + "}"),
            '[' + std::string(kResponse) + ']');
  // Control characters, backslashes, and bytes of UTF-8.
  EXPECT_EQ(texts("/b", R"({"b":"{\x22a\x22:\x22x\x5C\x22\xC3\xA9\x22}\x0A"})"),
            "[{\"a\":\"x\\\"\xC3\xA9\"}\n]");
  // Plain text in a string.
  EXPECT_EQ(texts("/b", R"({"b":"{\\x22a\\x22:1}"})"), "[{\"a\":1}]");
  EXPECT_EQ(texts("/b", R"({"b":"say \\x22a\\x22"})"), R"([say \x22a\x22])");
  EXPECT_EQ(texts("/b", R"({"b":"say \\x22a\\x22"})", Decoding::nginx), "[say \"a\"]");
  // Places are those of the record, and so are errors.
  EXPECT_EQ(found("/*", R"(["\x22\x01",{"\\x22":1},"a\x41"])"),
            "string \"\x01 @1+10\nobject {\"\\\\x22\":1} @12+11\nstring aA @24+7\n");
  EXPECT_EQ(found("/*", R"(["\x22",x])"), "expected_value @8\n");
  EXPECT_EQ(found("/*", R"(["\xFF"])"), "invalid_utf8 @2\n");
  EXPECT_EQ(found("/*", R"(["\xG0"])"), "invalid_escape @3\n");
}

TEST(EnvelopePath, ManyValuesHaveABound) {
  EnvelopePathOptions options = options_of("/*");
  options.max_record = 1000;
  EnvelopePath path(options);
  const auto count = [&](std::size_t values) {
    std::string record = "[1";
    for (std::size_t i = 1; i < values; ++i) record += ",1";
    record += ']';
    std::size_t taken = 0;
    const Error error = path.scan(record, record.size(), [&](const EnvelopeValue&) { ++taken; });
    if (error) {
      EXPECT_EQ(error.code, ErrorCode::too_large);
    }
    return taken;
  };
  EXPECT_EQ(count(EnvelopePath::kFewestValues), EnvelopePath::kFewestValues);
  EXPECT_EQ(count(2 * EnvelopePath::kFewestValues), 0u);
}

}  // namespace
}  // namespace leadscan::audit
