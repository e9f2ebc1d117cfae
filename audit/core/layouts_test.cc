// Layouts: what they tell of a document, and that merging them is counting on.
#include "audit/core/layouts.h"

#include <gtest/gtest.h>

namespace leadscan::audit {
namespace {

std::string layout(std::string_view json) {
  std::string out;
  write_layout(json, out);
  return out;
}
LayoutMembers members(std::string_view json) { return read_layout(layout(json)); }
using List = std::vector<std::string>;

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

TEST(Layouts, NamesThatStandTwice) {
  EXPECT_EQ(members(R"({"x":1,"x":2,"info":{"y":1,"\u0079":2}})").duplicates,
            (List{"/x", "/info/y"}));
  EXPECT_EQ(members(R"({"x":{"y":1,"y":2}})").duplicates, List{});  // not looked into
  EXPECT_EQ(members(R"({"x":1,"info":{"x":1}})").duplicates, List{});
}

TEST(Layouts, MergingIsCountingOn) {
  Layouts first;
  Layouts second;
  const auto add = [](Layouts& layouts, const char* json, std::uint64_t line) {
    Layouts::Entry* entry = layouts.find_or_add(layout(json));
    ASSERT_NE(entry, nullptr);
    Position at;
    at.line = line;
    if (entry->seen.count++ == 0) entry->seen.first = at;
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
  EXPECT_FALSE(first.entries()[1].has_duplicates);
  EXPECT_TRUE(first.entries()[2].has_duplicates);
}

TEST(Layouts, BeyondTheMostTheyAreCountedTogether) {
  Layouts all;
  for (std::size_t i = 0; i < Layouts::kMost + 5; ++i) {
    Layouts::Entry* entry = all.find_or_add(layout("{\"m" + std::to_string(i) + "\":1}"));
    EXPECT_EQ(entry != nullptr, i < Layouts::kMost);
    if (entry != nullptr) ++entry->seen.count;
  }
  EXPECT_EQ(all.entries().size(), Layouts::kMost);
  EXPECT_EQ(all.others(), 5u);
  Layouts more;
  more.find_or_add(layout("{\"x\":1}"))->seen.count = 3;
  more.find_or_add(layout("{\"m7\":1}"))->seen.count = 2;
  all.merge(more);
  EXPECT_EQ(all.others(), 8u);
  EXPECT_EQ(all.entries()[7].seen.count, 3u);
}

}  // namespace
}  // namespace leadscan::audit
