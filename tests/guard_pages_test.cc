// Nothing is read outside the bytes that the caller gave: they stand flush against pages that
// cannot be read, at either end, and so does every prefix of every fixture.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "tests/support.h"

namespace leadscan::testing {
namespace {

// Readable pages between two that are not.
class GuardedPages {
 public:
  explicit GuardedPages(std::size_t bytes)
      : page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))),
        size_((bytes + page_ - 1) / page_ * page_) {
    void* memory = mmap(nullptr, size_ + 2 * page_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    begin_ = static_cast<char*>(memory) + page_;
    if (mprotect(begin_, size_, PROT_READ | PROT_WRITE) != 0) std::abort();
  }
  ~GuardedPages() { munmap(begin_ - page_, size_ + 2 * page_); }
  GuardedPages(const GuardedPages&) = delete;
  GuardedPages& operator=(const GuardedPages&) = delete;

  // The bytes' copy, right behind the first guard page; or right in front of the other one.
  std::string_view at_begin(std::string_view bytes) {
    std::memset(begin_, kFilling, size_);
    return copy(begin_, bytes);
  }
  std::string_view at_end(std::string_view bytes) {
    std::memset(begin_, kFilling, size_);
    return copy(end() - bytes.size(), bytes);
  }
  // The same with kPadding bytes up to the guard page.
  PaddedBytes padded(std::string_view bytes) {
    std::memset(begin_, kFilling, size_);
    const std::string_view moved = copy(end() - kPadding - bytes.size(), bytes);
    return {moved.data(), moved.size(), moved.size() + kPadding};
  }
  char* end() { return begin_ + size_; }

 private:
  static constexpr char kFilling = '}';  // would complete many a truncated document
  static std::string_view copy(char* to, std::string_view bytes) {
    if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
    return {to, bytes.size()};
  }

  std::size_t page_;
  std::size_t size_;
  char* begin_;
};

std::size_t longest_fixture() {
  std::size_t longest = 0;
  for (const Fixture& fixture : fixtures()) longest = std::max(longest, fixture.bytes.size());
  return longest;
}

// The long fixtures are long by repetition: most of their prefixes show nothing new.
std::size_t step_of(const std::string& bytes) {
  if (bytes.size() < 1000) return 1;
  return kSlow ? 61 : 7;
}

class GuardPages : public ::testing::Test {
 protected:
  // All placements of `json` give what a plain copy on the heap gives.
  void check(std::string_view json, const std::string& name) {
    const std::string plain(json);
    const Outcome expected = parse_exact(parser_, plain);
    ASSERT_EQ(parse_exact(parser_, pages_.at_end(json)), expected) << name;
    ASSERT_EQ(parse_exact(parser_, pages_.at_begin(json)), expected) << name;
    ASSERT_EQ(parse_padded(parser_, pages_.padded(json)), expected) << name;
    const std::string_view flush = pages_.at_end(json);
    ASSERT_EQ(parse_padded(parser_, {flush.data(), flush.size(), flush.size()}), expected) << name;
    ASSERT_EQ(parse_strictly(flush), expected) << name;
  }

  GuardedPages pages_{longest_fixture() + kPadding};
  Parser parser_;
};

TEST_F(GuardPages, Guard) {
  // The instrument first: one byte further is a fault.
  EXPECT_DEATH(static_cast<void>(*static_cast<volatile char*>(pages_.end())), "");
}

TEST_F(GuardPages, EveryFixture) {
  for (const Fixture& fixture : fixtures()) check(fixture.bytes, fixture.name);
}

TEST_F(GuardPages, EveryPrefixOfEveryFixture) {
  for (const Fixture& fixture : fixtures())
    for (std::size_t size = 0; size < fixture.bytes.size(); size += step_of(fixture.bytes)) {
      check(std::string_view(fixture.bytes).substr(0, size), fixture.name);
      if (HasFatalFailure()) FAIL() << fixture.name << ", first " << size << " bytes";
    }
}

TEST_F(GuardPages, EverySuffixOfShortFixtures) {
  // Documents that begin anywhere: most are malformed early, at every distance from the page.
  for (const Fixture& fixture : fixtures()) {
    if (fixture.bytes.size() > 500) continue;
    for (std::size_t at = 0; at < fixture.bytes.size(); at += kSlow ? 5 : 1)
      check(std::string_view(fixture.bytes).substr(at), fixture.name);
  }
}

TEST_F(GuardPages, EveryLengthOfADocument) {
  // From the shortest to several blocks: the last block is where a reader runs over.
  for (std::size_t length = 0; length < 400; ++length) {
    check(R"({"message":")" + std::string(length, 'm') + "\"}", "message");
    check(std::string(length, ' '), "white space");
    check(std::string(length, '['), "brackets");
    check(R"({"x":)" + std::string(length, '1'), "digits");
    check(R"({"x":")" + std::string(length, '\\'), "backslashes");
    check(R"({"x":1)" + std::string(length, ' ') + "}", "space in front of the end");
  }
}

TEST_F(GuardPages, PaddingIsNotLookedAtWhereItIsTooShort) {
  for (std::size_t padding = 0; padding < kPadding; ++padding) {
    const std::string& json = fixture("created/typical");
    const std::string_view moved = pages_.at_end(json + std::string(padding, '"'));
    const Outcome outcome =
        parse_padded(parser_, {moved.data(), json.size(), json.size() + padding});
    EXPECT_EQ(outcome.verdict(), Verdict::created) << padding;
  }
}

TEST_F(GuardPages, CapacityBelowTheSize) {
  // Regression: it wrapped around to plenty of padding.
  const std::string_view flush = pages_.at_end(fixture("created/typical"));
  for (const std::size_t capacity : {std::size_t{0}, std::size_t{1}, flush.size() - 1})
    EXPECT_EQ(parse_padded(parser_, {flush.data(), flush.size(), capacity}).verdict(),
              Verdict::created);
}

TEST_F(GuardPages, Lines) {
  const std::string text = read_file("data/samples/mixed.ndjson");
  GuardedPages pages(text.size());
  const auto count = [&](std::string_view whole) {
    leadscan::Lines lines(whole);
    PaddedBytes line;
    int records = 0;
    for (; lines.next(line); ++records) {
      LeadResponse response;
      (void)parser_.parse(line, response);
    }
    return records;
  };
  EXPECT_EQ(count(pages.at_end(text)), 16);
  EXPECT_EQ(count(pages.at_begin(text)), 16);
}

TEST_F(GuardPages, DecodingReadsAndWritesWithinItsMemory) {
  LeadResponse response;
  const std::string_view json = pages_.at_end(R"({"message":"\ud83d\ude00\u20ac\n"})");
  ASSERT_FALSE(parser_.parse(json, response));
  GuardedPages memory(64);
  const std::size_t size = 4 + 3 + 1;
  EXPECT_EQ(response.message.decode({memory.end() - size, size}), "\xF0\x9F\x98\x80\xE2\x82\xAC\n");
  EXPECT_EQ(response.message.decode({memory.end() - 3, 3}), std::nullopt);
  // Raw text flush against the page.
  const std::string_view raw = pages_.at_end(R"(\u0041\\)");
  EXPECT_TRUE(Text::string(raw, true).equals("A\\"));
}

}  // namespace
}  // namespace leadscan::testing
