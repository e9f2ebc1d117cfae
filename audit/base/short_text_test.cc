// Short texts: every size, and not a byte beyond.
#include "audit/base/short_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace leadscan::audit {
namespace {

// Of which a sanitizer sees the end.
std::vector<char> text_of(std::size_t size) {
  std::vector<char> text(size);
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 7 + 1);
  return text;
}
std::string_view view(const std::vector<char>& text) { return {text.data(), text.size()}; }

TEST(ShortText, EachByteIsCompared) {
  for (std::size_t size = 0; size < 70; ++size) {
    const std::vector<char> text = text_of(size);
    std::vector<char> other = text;
    EXPECT_TRUE(equal_short(view(text), view(other)));
    for (char& c : other) {
      c ^= 1;
      EXPECT_FALSE(equal_short(view(text), view(other))) << size;
      c ^= 1;
    }
    EXPECT_FALSE(equal_short(view(text), view(text_of(size + 1))));
  }
}

TEST(ShortText, EachByteIsCopied) {
  for (std::size_t size = 0; size < 70; ++size) {
    const std::vector<char> text = text_of(size);
    std::vector<char> copy(size);
    EXPECT_EQ(copy_short(view(text), copy.data()), copy.data() + size);
    EXPECT_EQ(copy, text);
  }
}

}  // namespace
}  // namespace leadscan::audit
