// Texts that are cut, and the hash that keeps them apart.
#include "audit/base/bounded_text.h"

#include <gtest/gtest.h>

#include "audit/base/keyed_hash.h"

namespace leadscan::audit {
namespace {

// As CPython 3.11 has it, with a key of zeros: PYTHONHASHSEED=0, hash(b"...").
TEST(KeyedHash, IsSipHash13) {
  const HashKey zeros;
  EXPECT_EQ(keyed_hash(zeros, "a"), 0x407448D2B89B1813u);
  EXPECT_EQ(keyed_hash(zeros, "1234567"), 0xA33D651594FDAE81u);
  EXPECT_EQ(keyed_hash(zeros, "12345678"), 0x3489982430560A87u);
  EXPECT_EQ(keyed_hash(zeros, "0123456789abc"), 0x6C5A77666B0B9AC0u);
  EXPECT_EQ(keyed_hash(zeros, "partnerLeadOpportunityId"), 0x8A0E44D05D15F148u);
  EXPECT_EQ(keyed_hash(zeros, std::string(1000, 'x')), 0x1B47C0CC4DD21F05u);
}

TEST(KeyedHash, TheKeyMattersAndIsRandom) {
  EXPECT_NE(keyed_hash({1, 0}, "a"), keyed_hash({0, 1}, "a"));
  const HashKey first = random_hash_key();
  const HashKey second = random_hash_key();
  EXPECT_TRUE(first.low != second.low && first.high != second.high);
  EXPECT_EQ(&process_hash_key(), &process_hash_key());
}

TEST(BoundedText, ShortOnesStayAsTheyAre) {
  for (const std::size_t size : {0u, 1u, 99u, 100u})
    EXPECT_EQ(bounded_text(std::string(size, 'x'), 100), std::string(size, 'x'));
}

TEST(BoundedText, LongOnesAreCutAndMarked) {
  const std::string cut = bounded_text(std::string(101, 'x'), 100);
  EXPECT_TRUE(cut.starts_with(std::string(100, 'x') + "… (101 bytes, ")) << cut;
  EXPECT_LE(cut.size(), 100 + kMostMarkBytes);
  EXPECT_EQ(bounded_text(std::string(101, 'x'), 100), cut);
  EXPECT_NE(bounded_text(std::string(100, 'x') + "y", 100), cut);
}

TEST(BoundedText, NeverCutsACharacter) {
  const std::string euros = "€€€€";  // three bytes each
  EXPECT_TRUE(bounded_text(euros, 6).starts_with("€€… ("));
  EXPECT_TRUE(bounded_text(euros, 7).starts_with("€€… ("));
  EXPECT_TRUE(bounded_text(euros, 8).starts_with("€€… ("));
  EXPECT_TRUE(bounded_text(euros, 9).starts_with("€€€… ("));
  // What is no UTF-8 is cut all the same.
  const std::string cut = bounded_text(std::string(1000, '\x80'), 100);
  EXPECT_LE(cut.size(), 100 + kMostMarkBytes);
  EXPECT_GT(cut.size(), 100u);
}

}  // namespace
}  // namespace leadscan::audit
