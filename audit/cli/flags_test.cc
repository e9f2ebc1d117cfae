// Each flag: what its value does to the options, and which values it refuses.
#include "audit/cli/flags.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace leadscan::audit {
namespace {

struct Case {
  std::string name;
  std::string value;
  std::function<bool(const Options&)> holds;  // afterwards
  std::vector<std::string> refused = {};
};

const std::vector<Case>& cases() {
  using O = const Options&;
  static const std::vector<Case> kCases = {
      {"records", "json", [](O o) { return o.records == RecordMode::json; }},
      {"at", "/a/b", [](O o) { return o.at == "/a/b"; }, {"a/b", "/a~2"}},
      {"log", "kong", [](O o) { return o.log == find_preset("kong"); }},
      {"decode", "base64", [](O o) { return o.decoding == Decoding::base64; }},
      {"column", "body", [](O o) { return o.column == "body"; }, {""}},
      {"match", "body:", [](O o) { return o.match == "body:"; }},
      {"status-at", "", [](O o) { return o.status_at == ""; }, {"status"}},
      {"glob", "*.gz", [](O o) { return o.globs == std::vector<std::string>{"*.gz"}; }},
      {"max-record",
       "8M",
       [](O o) { return o.max_record == 8 << 20; },
       {"", "0", "-1", "16X", "M", "1.5M", "4G", "99999999999G", "0x10"}},
      {"jobs", "7", [](O o) { return o.jobs == 7; }, {"", "-1", "two", "1025", "99999999999"}},
      {"memory", "2GiB", [](O o) { return o.memory == std::size_t{2} << 30; }, {"much"}},
      {"hash", "", [](O o) { return o.hash; }},
      {"follow", "", [](O o) { return o.follow; }},
      {"every", "60", [](O o) { return o.every == 60; }, {"", "0", "-1", "1s", "99999999"}},
      {"json", "", [](O o) { return o.json; }},
      {"html", "r.html", [](O o) { return o.html == "r.html"; }, {"-"}},
      {"sqlite-indexes", "", [](O o) { return o.sqlite_indexes; }},
      {"sarif", "r.sarif", [](O o) { return o.sarif == "r.sarif"; }, {"-"}},
      {"sqlite", "r.db", [](O o) { return o.sqlite == "r.db"; }, {"-"}},
      {"quarantine", "bad", [](O o) { return o.quarantine == "bad"; }, {"-"}},
      {"force", "", [](O o) { return o.force; }},
      // SQLite would take it for a database in memory.
      {"checkpoint", ":memory:", [](O o) { return o.checkpoint == "./:memory:"; }, {"-"}},
      {"checkpoint-interval", "0", [](O o) { return o.checkpoint_interval == 0; }, {"-5", "1s"}},
      {"fail-on",
       "truncated,findings",
       [](O o) {
         return o.fail_on.verdicts[index_of(Verdict::truncated)] &&
                !o.fail_on.verdicts[index_of(Verdict::malformed)] &&
                std::count(o.fail_on.findings.begin(), o.fail_on.findings.end(), true) ==
                    kFindingKinds;
       },
       {"worse", "bad,", ""}},
      {"max-bad", "0.5%", [](O o) { return o.max_bad.percent == 0.5; }, {"-1", "101%", "%", "x"}},
      {"limit-findings", "3", [](O o) { return o.limit_findings == 3; }, {"all"}},
      {"top", "0", [](O o) { return o.top == 0; }, {"-1"}},
      {"timeline", "day", [](O o) { return o.timeline == TimelineUnit::day; }},
      {"since", "1970-01-02", [](O o) { return o.since == 86400; }, {"yesterday", "1970-13-01"}},
      {"now", "1970-01-01T00:00:01Z", [](O o) { return o.now == 1; }, {"now"}},
      {"quiet", "", [](O o) { return o.quiet; }},
      {"fields",
       "line,error.code",
       [](O o) { return o.fields == std::vector<std::string>{"line", "error.code"}; },
       {"line,", "code"}},
      {"until", "1970-01-02", [](O o) { return o.until == 86400; }, {"today"}},
      {"verdict",
       "failure,bad",
       [](O o) {
         return o.verdicts && (*o.verdicts)[index_of(Verdict::failure)] &&
                (*o.verdicts)[index_of(Verdict::truncated)] &&
                !(*o.verdicts)[index_of(Verdict::created)];
       },
       {"worse", "bad,", ""}},
      {"where",
       "statusCode=400",
       [](O o) {
         return o.where == std::vector<std::pair<std::string, std::string>>{{"statusCode", "400"}};
       },
       {"statusCode", "wrong=1", "statusCode=4x", "statusCode=0400", "success=yes", "=1"}},
      {"presence", "", [](O o) { return o.presence; }},
      {"csv-raw", "", [](O o) { return o.csv_raw; }},
      {"format", "sqlite", [](O o) { return o.format == ExtractFormat::sqlite; }},
      {"output", "out", [](O o) { return o.output == "out"; }},
      {"code", "ERR801", [](O o) { return o.codes == std::vector<std::string>{"ERR801"}; }},
      {"kind", "mixed", [](O o) { return o.kind == corpus::Kind::mixed; }},
      {"seed", "18446744073709551615", [](O o) { return o.seed == ~std::uint64_t{0}; }, {"-1"}},
      {"documents", "5", [](O o) { return o.documents == 5; }, {"many"}},
      {"bytes", "1K", [](O o) { return o.bytes == 1024; }, {"1Q"}},
      {"color", "never", [](O o) { return o.color == ColorMode::never; }},
      {"no-progress", "", [](O o) { return o.no_progress; }},
  };
  return kCases;
}

const Flag* find_flag(std::string_view name) {
  const auto found = std::find_if(flags().begin(), flags().end(),
                                  [&](const Flag& flag) { return flag.name == name; });
  return found == flags().end() ? nullptr : &*found;
}

TEST(Flags, StoreTheirValues) {
  for (const Case& test : cases()) {
    SCOPED_TRACE(test.name);
    const Flag* flag = find_flag(test.name);
    ASSERT_NE(flag, nullptr);
    Options options;
    EXPECT_FALSE(test.holds(options)) << "before it is given";
    EXPECT_EQ(flag->set(options, test.value), "");
    EXPECT_TRUE(test.holds(options));
    for (const std::string& value : test.refused)
      EXPECT_NE(flag->set(options, value), "") << "takes '" << value << "'";
  }
}

TEST(Flags, OfFindAreTheTextsThatAreKept) {
  for (const Field field : kTextFields) {
    std::string name(info_of(field).column);
    std::replace(name.begin(), name.end(), '_', '-');
    SCOPED_TRACE(name);
    const Flag* flag = find_flag(name);
    ASSERT_NE(flag, nullptr);
    EXPECT_TRUE(flag->repeats);
    EXPECT_EQ(flag->commands, bit(Command::find));
    Options options;
    EXPECT_EQ(flag->set(options, "x"), "");
    EXPECT_EQ(options.values, (std::vector<std::pair<Field, std::string>>{{field, "x"}}));
  }
}

// Where others read a kind of log, gen writes one.
TEST(Flags, GenHasALogOfItsOwn) {
  const auto flag = std::find_if(flags().begin(), flags().end(), [](const Flag& each) {
    return each.name == "log" && each.commands == bit(Command::gen);
  });
  ASSERT_NE(flag, flags().end());
  Options options;
  EXPECT_EQ(options.log_kind->name, "ndjson");
  EXPECT_EQ(flag->set(options, "har"), "");
  EXPECT_EQ(options.log_kind->name, "har");
  EXPECT_NE(flag->help.find("kong (--log kong)"), std::string_view::npos);
}

TEST(Flags, AreAllTested) {
  std::set<std::string_view> names;
  for (const Flag& flag : flags()) {
    names.insert(flag.name);
    for (const Flag& other : flags())
      EXPECT_TRUE(&other == &flag || other.name != flag.name || !(other.commands & flag.commands))
          << flag.name << " is there twice";
    EXPECT_NE(flag.commands, 0u) << flag.name;
    EXPECT_EQ(flag.is_path, flag.value == "FILE") << flag.name;
    EXPECT_FALSE(flag.help.empty() || flag.help.ends_with('.')) << flag.name;
  }
  EXPECT_EQ(names.size(), cases().size() + kTextFields.size());
}

}  // namespace
}  // namespace leadscan::audit
