// The board of correctness: leadscan is right in every case, and what others do is told as it is.
#include "bench/board.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bench/parsers/parsers.h"

namespace leadscan::bench {
namespace {

const Board& board() {
  static const Board kBoard = [] {
    const std::unique_ptr<Adapter> reference = make_leadscan();
    return make_board(make_all(), *reference);
  }();
  return kBoard;
}

std::size_t index_of(const std::string& parser) {
  for (std::size_t i = 0; i < board().parsers.size(); ++i)
    if (board().parsers[i] == parser) return i;
  ADD_FAILURE() << "no " << parser;
  return 0;
}

const Board::Entry& entry_of(const std::string& name, const std::string& parser) {
  for (std::size_t i = 0; i < board().cases.size(); ++i)
    if (board().cases[i].name == name) return board().entries[i][index_of(parser)];
  ADD_FAILURE() << "no " << name;
  return board().entries[0][0];
}

TEST(Board, LeadscanIsRight) {
  for (std::size_t i = 0; i < board().cases.size(); ++i)
    EXPECT_TRUE(board().right(i, index_of("leadscan")))
        << board().cases[i].name << ": " << shown(board().cases[i].text);
}

TEST(Board, EveryPathOfLeadscanIsRight) {
  const std::unique_ptr<Adapter> reference = make_leadscan();
  const Board paths = make_board(make_leadscan_paths(), *reference);
  for (std::size_t parser = 0; parser < paths.parsers.size(); ++parser)
    for (std::size_t i = 0; i < paths.cases.size(); ++i)
      EXPECT_TRUE(paths.right(i, parser)) << paths.parsers[parser] << ": " << paths.cases[i].name;
}

TEST(Board, CoversWhatIsTricky) {
  std::set<std::string> groups;
  std::set<std::string> names;
  for (const BoardCase& tested : board().cases) {
    groups.insert(tested.group);
    EXPECT_TRUE(names.insert(tested.group + tested.name).second) << tested.name;
    EXPECT_FALSE(tested.why.empty()) << tested.name;
  }
  EXPECT_EQ(groups, (std::set<std::string>{"duplicates", "truncated", "deep", "numbers", "UTF-8",
                                           "escapes", "bytes", "trailing", "dialects"}));
}

// Facts about released parsers, each of which their documentation or their issues tell.
TEST(Board, TellsWhatOthersDo) {
  EXPECT_EQ(entry_of("a member twice", "nlohmann").answer, Answer::accepts);
  EXPECT_EQ(entry_of("a member twice, alike", "nlohmann").answer, Answer::accepts);
  EXPECT_EQ(entry_of("100 levels", "boost_json").answer, Answer::refuses);
  EXPECT_EQ(entry_of("a byte that is none", "jsoncpp").answer, Answer::accepts);
  EXPECT_EQ(entry_of("1e400 unread", "rapidjson_dom").answer, Answer::refuses);
  EXPECT_EQ(entry_of("\\x41 unread", "simdjson_ondemand").answer, Answer::accepts);
  for (const std::string& parser : board().parsers) {
    const Answer answer = entry_of("2^53 + 1 as status", parser).answer;
    if (parser != "cjson" && answer != Answer::unavailable) {
      EXPECT_EQ(answer, Answer::accepts) << parser;
    }
  }
  EXPECT_EQ(entry_of("201.0 as status", "yyjson").answer, Answer::accepts);
}

class MadeUp final : public Adapter {
 public:
  explicit MadeUp(bool crashes) : crashes_(crashes) {}
  std::string_view name() const override { return "made up"; }
  Origin origin() const override { return {}; }
  bool parse(const Document& document, LeadResponse& response) override {
    if (crashes_ && document.size == 2) std::abort();
    const bool accepts = honest_->parse(document, response);
    response.message = Text::string("another", false);
    return accepts;
  }
  BlockResult run_documents(std::span<const Document>) override { return {}; }
  BlockResult run_stream(const Document&) override { return {}; }
  BlockResult visit_stream(const Document&, const Visitor&) override { return {}; }

 private:
  bool crashes_;
  std::unique_ptr<Adapter> honest_ = make_leadscan();
};

TEST(Board, CrashesAndDifferencesAreSeen) {
  const std::unique_ptr<Adapter> reference = make_leadscan();
  std::vector<std::unique_ptr<Adapter>> adapters;
  adapters.push_back(std::make_unique<MadeUp>(true));
  const Board result = make_board(adapters, *reference,
                                  {{"crash", "", "{}", Right::refuse, ""},
                                   {"same", "", R"({"message":"another"})", Right::accept, ""},
                                   {"crash again", "", "[]", Right::refuse, ""},
                                   {"other", "", R"({"message":"a"})", Right::accept, ""},
                                   {"refused", "", "nothing", Right::refuse, ""}});
  ASSERT_EQ(result.entries.size(), 5u);
  EXPECT_EQ(result.entries[0][0].answer, Answer::crashes);
  EXPECT_EQ(result.entries[1][0].answer, Answer::accepts);
  EXPECT_EQ(result.entries[2][0].answer, Answer::crashes);
  EXPECT_EQ(result.entries[3][0].answer, Answer::differs);
  EXPECT_NE(result.entries[3][0].detail.find("\"another\""), std::string::npos);
  EXPECT_EQ(result.entries[4][0].answer, Answer::refuses);
  EXPECT_FALSE(result.right(0, 0));
  EXPECT_TRUE(result.right(1, 0));
  EXPECT_FALSE(result.right(3, 0));
}

TEST(Board, WhereBothAreRightACrashIsNot) {
  Board result;
  result.cases = {{"x", "", "", Right::either, ""}};
  result.entries = {
      {{Answer::accepts, ""}, {Answer::refuses, ""}, {Answer::differs, ""}, {Answer::crashes, ""}}};
  EXPECT_TRUE(result.right(0, 0));
  EXPECT_TRUE(result.right(0, 1));
  EXPECT_FALSE(result.right(0, 2));
  EXPECT_FALSE(result.right(0, 3));
}

TEST(Board, TextsAreShown) {
  using namespace std::string_literals;
  EXPECT_EQ(shown("a\0\xFF"s), "a\\x00\\xFF");
  EXPECT_EQ(shown(std::string(200, 'x')), std::string(120, 'x') + "... (200 bytes)");
}

}  // namespace
}  // namespace leadscan::bench
