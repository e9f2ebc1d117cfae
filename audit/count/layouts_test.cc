// Layouts: what they tell of a document, and that merging them is counting on.
#include "audit/count/layouts.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace leadscan::audit {
namespace {

std::string layout(std::string_view json) { return std::string(LayoutWriter().write(json)); }
LayoutMembers members(std::string_view json) { return read_layout(layout(json)); }
using List = std::vector<std::string>;

List repeated(std::string_view json) {
  const std::string kept = layout(json);
  RepeatedNames names;
  List pointers;
  const std::uint64_t count = names.find(kept, 100, pointers);
  EXPECT_EQ(names.count(kept), count);
  EXPECT_EQ(pointers.size(), count);
  return pointers;
}

TEST(Layouts, WhatIsShown) {
  EXPECT_EQ(members(R"({"action":"x","info":{"success":true,"statusCode":1},"error":null,)"
                    R"("data":[{"a":1}],"message":{"b":{}},"errors":{}})")
                .text,
            "{action: string, info: {success: boolean, statusCode: number}, error: null, "
            "data: array, message: object, errors: {}}");
  EXPECT_EQ(members("{}").text, "{}");
  EXPECT_EQ(members("[1]").text, "");
  EXPECT_EQ(members(R"({"a":"}\",{\\"})").text, "{a: string}");
  EXPECT_EQ(members(R"({"":1})").text, "{: number}");
}

TEST(Layouts, WhiteSpaceStylesDiffer) {
  const std::string_view minified = R"({"action":"x","info":{}})";
  const std::string_view spaced = R"({"action": "x", "info": {}})";
  const std::string_view printed = "{\n  \"action\": \"x\",\n  \"info\": {}\n}";
  EXPECT_NE(layout(minified), layout(spaced));
  EXPECT_NE(layout(spaced), layout(printed));
  EXPECT_EQ(layout(minified), layout(R"({"action":"another \"one\"","info":{}})"));
  for (const std::string_view json : {minified, spaced, printed})
    EXPECT_EQ(members(json).text, "{action: string, info: {}}");
  EXPECT_EQ(members(" { \"s\" : \"n\" ,\n\"n\" : null , \"-\":1 } ").text,
            "{s: string, n: null, -: number}");
}

TEST(Layouts, MembersThatTheApiDoesNotHave) {
  EXPECT_EQ(members(R"({"x":1,"info":{"success":true,"y":{}},"error":{"z/~":[]},"data":{"w":1}})")
                .unknown,
            (List{"/x", "/info/y", "/error/z~1~0", "/data/w"}));
  EXPECT_EQ(members(R"({"partnerLeadOpportunityId":{"any":1},"message":{"thing":2}})").unknown,
            List{});
  // A name is a name however it is spelled.
  EXPECT_EQ(members(R"({"\u0061ction":"x","\u00e9":1})").unknown, List{"/é"});
}

TEST(Layouts, ANameIsTheSameHoweverItIsSpelled) {
  const std::string plain = layout(R"({"info":{"a\"\\/":1,"é":2}})");
  EXPECT_EQ(layout(R"({"inf\u006f":{"a\"\\\/":1,"é":2}})"), plain);
  EXPECT_EQ(layout(R"({"\u0069nfo":{"a\u0022\u005c\/":1,"\u00e9":2}})"), plain);
  EXPECT_EQ(members(R"({"inf\u006f":{"zz":1,"\u007az":2}})").unknown, List{"/info/zz"});
  EXPECT_EQ(members(R"({"info":{"a\"\\/":1,"é":2}})").unknown, (List{R"(/info/a"\~1)", "/info/é"}));
  // One whose characters all need an escape is not longer than its text.
  std::string name;
  for (int i = 0; i < 5000; ++i) name += R"(\u0022\u005C)";
  EXPECT_EQ(members("{\"" + name + "\":1}").unknown[0].size(), 1 + 10000u);
}

TEST(Layouts, NamesThatComeAgain) {
  EXPECT_EQ(repeated(R"({"x":1,"x":2,"info":{"y":1,"\u0079":2}})"), (List{"/x", "/info/y"}));
  EXPECT_EQ(repeated(R"({"x":{"y":1,"y":2}})"), List{});  // not looked into
  EXPECT_EQ(repeated(R"({"x":1,"info":{"x":1},"error":{"x":1}})"), List{});
  EXPECT_EQ(repeated(R"({"inf\u006f":{"zz":1,"z\u007a":2}})"), List{"/info/zz"});
  // Each name of an object counts once, and each object for itself.
  EXPECT_EQ(repeated(R"({"x":1,"x":2,"x":3,"y":1,"x":4,"y":2})"), (List{"/x", "/y"}));
  EXPECT_EQ(repeated(R"({"info":{"a":1,"a":2,"b":3},"info":{"b":1,"a":1,"a":1}})"),
            (List{"/info/a", "/info", "/info/a"}));
  EXPECT_EQ(repeated(R"({"":1,"":2})"), List{"/"});
  EXPECT_EQ(repeated("{}"), List{});
  EXPECT_EQ(repeated("[1]"), List{});
}

TEST(Layouts, ManyNames) {
  // More than are compared one by one; with those that come again far apart.
  for (const int count : {10, 16, 17, 18, 40, 1000}) {
    std::string json = "{";
    for (int time = 0; time < 2; ++time)
      for (int i = 0; i < count; i += 1 + 2 * time) json += "\"k" + std::to_string(i) + "\":1,";
    json.back() = '}';
    const std::string kept = layout(json);
    RepeatedNames names;
    List pointers;
    const auto again = static_cast<std::size_t>((count + 2) / 3);
    EXPECT_EQ(names.find(kept, 3, pointers), again);
    EXPECT_EQ(pointers, (List{"/k0", "/k3", "/k6"}));
    EXPECT_EQ(names.count(kept), again);
    EXPECT_EQ(read_layout(kept).unknown.size(), static_cast<std::size_t>(count));
  }
}

TEST(Layouts, MergingIsCountingOn) {
  Layouts first;
  Layouts second;
  const auto add = [](Layouts& layouts, const char* json, std::uint64_t line) {
    Layouts::Entry* entry = layouts.add(layout(json));
    ASSERT_NE(entry, nullptr);
    Position at;
    at.line = line;
    if (entry->seen.count++ == 0) {
      entry->seen.first = at;
      entry->repeated_names = RepeatedNames().count(entry->layout);
    }
    entry->seen.last = at;
    entry->seen.add_time(static_cast<std::int64_t>(1000 - line));
  };
  add(first, "{\"a\":1}", 1);
  add(first, "{\"b\":1}", 2);
  add(second, "{\"c\":1,\"c\":1}", 3);
  add(second, "{\"a\":1}", 4);
  first.merge(second);
  ASSERT_EQ(first.entries().size(), 3u);
  const Sightings& seen = first.entries()[0].seen;
  EXPECT_EQ(seen.count, 2u);
  EXPECT_EQ(seen.first.line, 1u);
  EXPECT_EQ(seen.last.line, 4u);
  EXPECT_EQ(seen.first_time, 996);
  EXPECT_EQ(seen.last_time, 999);
  EXPECT_EQ(first.entries()[1].repeated_names, 0u);
  EXPECT_EQ(first.entries()[2].repeated_names, 1u);
}

TEST(Layouts, BeyondTheMostTheyAreCountedTogether) {
  Layouts chunk;  // keeps all
  for (std::size_t i = 0; i < Layouts::kMost + 5; ++i)
    ++chunk.add(layout("{\"m" + std::to_string(i) + "\":1}"))->seen.count;
  EXPECT_EQ(chunk.entries().size(), Layouts::kMost + 5);
  Layouts all;
  all.merge(chunk);
  EXPECT_EQ(all.entries().size(), Layouts::kMost);
  EXPECT_EQ(all.others(), 5u);
  Layouts more;
  more.add(layout("{\"x\":1}"))->seen.count = 3;
  more.add(layout("{\"m7\":1}"))->seen.count = 2;
  all.merge(more);
  EXPECT_EQ(all.others(), 8u);
  EXPECT_EQ(all.entries()[7].seen.count, 3u);
}

TEST(Layouts, LongOnesAreCountedTogether) {
  constexpr std::size_t kLongest = Layouts::kMostBytesOfOne;
  const auto named = [](std::size_t size) {
    return layout("{\"" + std::string(size, 'n') + "\":1}");
  };
  Layouts all;
  EXPECT_NE(all.add(named(kLongest - 10)), nullptr);
  EXPECT_EQ(all.add(named(kLongest)), nullptr);
  EXPECT_EQ(all.others(), 1u);
  // As many as there is room for.
  Layouts chunk;
  for (std::size_t i = 0; i < 1000; ++i) ++chunk.add(named(kLongest - 1010 + i))->seen.count;
  Layouts merged;
  merged.merge(chunk);
  EXPECT_EQ(merged.entries().size() + merged.others(), 1000u);
  EXPECT_GE(merged.entries().size(), Layouts::kMostBytes / kLongest);
  EXPECT_LT(merged.memory(), Layouts::kMostBytes + (std::size_t{1} << 20));
}

}  // namespace
}  // namespace leadscan::audit
