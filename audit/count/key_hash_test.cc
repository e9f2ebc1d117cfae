// KeyHash: whatever differs in a text or beside it changes the hash, at every size.
#include "audit/count/key_hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace leadscan::audit {
namespace {

constexpr std::size_t kSizes = KeyHash::kMostShort + 10;

std::string text_of(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char>('a' + i % 26);
  return text;
}

TEST(KeyHash, EachByteMatters) {
  const KeyHash hash({1, 2});
  std::set<std::uint32_t> seen;
  std::size_t texts = 0;
  for (std::size_t size = 0; size < kSizes; ++size) {
    std::string text = text_of(size);
    seen.insert(hash(KeyKind::ds_id, text));
    ++texts;
    for (char& c : text) {
      c ^= 1;
      seen.insert(hash(KeyKind::ds_id, text));
      c ^= 1;
      ++texts;
    }
  }
  // By chance one of 2,775 texts may collide with a probability of a thousandth: with this key
  // none.
  EXPECT_EQ(seen.size(), texts);
}

TEST(KeyHash, ZerosMatter) {
  const KeyHash hash({1, 2});
  std::set<std::uint32_t> seen;
  for (std::size_t size = 0; size < kSizes; ++size)
    seen.insert(hash(KeyKind::ds_id, std::string(size, '\0')));
  EXPECT_EQ(seen.size(), kSizes);
}

TEST(KeyHash, KindAndKeyMatter) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{3}, std::size_t{36}, kSizes}) {
    std::set<std::uint32_t> seen;
    for (std::uint64_t key = 0; key < 4; ++key)
      for (const KeyKind kind :
           {KeyKind::ds_id, KeyKind::partner_id, KeyKind::trace_id, KeyKind::partner_object_id})
        for (const HashKey& halves : {HashKey{16 * key, 5}, HashKey{5, key + 10}})
          seen.insert(KeyHash(halves)(kind, text_of(size)));
    EXPECT_EQ(seen.size(), 32u) << size;
  }
}

}  // namespace
}  // namespace leadscan::audit
