#include "audit/records/count_bytes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace leadscan::audit {
namespace {

TEST(CountBytes, OfAnySizeAndPlace) {
  std::mt19937 random(1);
  std::string text(70000, '\0');
  for (char& c : text) c = "\n{\x80"[random() % 3];
  // Around vectors, what is done at once, and where sums of bytes begin anew.
  for (const std::size_t size :
       {0, 1, 15, 16, 17, 127, 128, 129, 143, 144, 4079, 4080, 4081, 8160, 69000})
    for (std::size_t at = 0; at < 40; ++at) {
      const std::string exact = text.substr(at, size);
      for (const char byte : {'\n', '\x80', 'x'})
        ASSERT_EQ(count_bytes(exact.data(), size, byte),
                  static_cast<std::uint64_t>(std::count(exact.begin(), exact.end(), byte)))
            << size << ' ' << at;
    }
  const std::string all(70000, '{');
  EXPECT_EQ(count_bytes(all.data(), all.size(), '{'), all.size());
}

}  // namespace
}  // namespace leadscan::audit
