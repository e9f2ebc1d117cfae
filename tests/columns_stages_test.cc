// The stages of the columnar reader, each against a naive reading of the same bytes.
#include <gtest/gtest.h>

#if defined(__x86_64__)

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "leadscan/columns/stages_headers.h"
#include "leadscan/isa.h"
#include "leadscan/json/scanner.h"
#include "leadscan/simd/target_region.h"
#include "leadscan/simd/x86_headers.h"
#include "tests/mutate.h"
#include "tests/support.h"

LEADSCAN_TARGET_BEGIN(LEADSCAN_AVX512)

#include "leadscan/columns/stages-inl.h"

namespace leadscan::internal {
using namespace avx512;
namespace {

void levels_of(const std::uint8_t* classes, std::size_t words, std::uint8_t* levels) {
  ColumnLevels columns;
  for (std::size_t i = 0; i < words; ++i)
    _mm512_storeu_si512(levels + 64 * i, columns.add(Avx512::load(classes + 64 * i)));
}
void index_of(std::string_view text, Columns& columns) {
  ColumnIndex::index(text.data(), text.size(), columns);
}
// All that says whether lines are JSON objects of not too many levels.
void check_all(std::string_view text, Columns& columns) {
  ColumnIndex::index(text.data(), text.size(), columns);
  ColumnStructure::add(columns, nullptr);
  ColumnScalars::check(text.data(), text.size(), columns);
  ColumnEncoding::check(text.data(), text.size(), columns);
}
void names_of(std::string_view text, Columns& columns) {
  ColumnNames::identify(text.data(), columns);
}
constexpr unsigned kLevels = ColumnStructure::kLevels;

}  // namespace
}  // namespace leadscan::internal

LEADSCAN_TARGET_END

namespace leadscan::internal {
namespace {

using testing::kSlow;
using testing::Random;

class ColumnStagesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_isa(Isa::avx512)) GTEST_SKIP() << "no AVX-512";
  }

  // A JSON object, with white space around it, or nothing but that.
  static bool is_good_line(std::string_view line) {
    if (is_blank_line(line)) return true;
    if (line[line.find_first_not_of(" \t\r")] != '{') return false;
    JsonScanner scanner(line.data(), line.size());
    unsigned depth = 0;
    for (;;) {
      switch (scanner.next()) {
        case Token::begin_object:
        case Token::begin_array:
          if (++depth > kLevels) return false;
          break;
        case Token::end_object:
        case Token::end_array:
          --depth;
          break;
        case Token::error:
          return false;
        case Token::end:
          return true;
        default:
          break;
      }
    }
  }

  // Of each line of `text`, whether it has a mark, held against is_good_line().
  void check_lines(std::string_view text) {
    ASSERT_LE(text.size(), Columns::kMostBytes);
    check_all(text, *columns_);
    std::size_t begin = 0;
    std::size_t line_number = 0;
    for (; begin < text.size(); ++line_number) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      const std::string_view line = text.substr(begin, end - begin);
      ASSERT_LT(line_number, columns_->line_end_count);
      ASSERT_EQ(columns_->positions[columns_->line_ends[line_number]], end);
      const bool good = is_good_line(line);
      ASSERT_EQ(!columns_->any_wrong || !columns_->is_marked(begin, end), good)
          << "line " << line_number << " at " << begin << ": " << line;
      good_ += good;
      bad_ += !good;
      begin = end + 1;
    }
    ASSERT_EQ(columns_->line_end_count, line_number);
  }

  // Lines are put beside one another until the chunk is full.
  void add_line(std::string_view line) {
    if (text_.size() + line.size() + 1 > Columns::kMostBytes) flush();
    text_ += line;
    text_ += '\n';
  }
  void flush() {
    if (text_.empty()) return;
    // The last line with its LF, and without.
    check_lines(text_);
    if (!HasFatalFailure()) check_lines(std::string_view(text_).substr(0, text_.size() - 1));
    text_.clear();
  }

  std::unique_ptr<Columns> columns_ = std::make_unique<Columns>();
  std::string text_;
  std::size_t good_ = 0;
  std::size_t bad_ = 0;
};

TEST_F(ColumnStagesTest, LevelsArePrefixSums) {
  Random random(1);
  for (int round = 0; round < 2000; ++round) {
    std::array<std::uint8_t, 256> classes;
    std::array<std::uint8_t, 256> levels;
    for (std::uint8_t& c : classes) c = static_cast<std::uint8_t>(random.below(14));
    levels_of(classes.data(), 4, levels.data());
    int depth = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      const auto c = static_cast<TokenClass>(classes[i]);
      const int before = depth;
      if (c == TokenClass::open_object || c == TokenClass::open_array) ++depth;
      if (c == TokenClass::close_object || c == TokenClass::close_array) --depth;
      ASSERT_EQ(levels[i], static_cast<std::uint8_t>(std::max(before, depth))) << i;
    }
  }
}

// Byte by byte, what the index says of text without anything that is marked. False if there is a
// backslash outside of strings: what is behind it is not told apart then.
bool index_naively(std::string_view text, std::vector<std::pair<std::size_t, TokenClass>>& tokens) {
  bool in_string = false;
  bool in_scalar = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const auto class_of =
        static_cast<TokenClass>(c < 0x80 ? kByteTable.bytes[c] & ByteTable::kClass : 0);
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        tokens.emplace_back(i, TokenClass::close_quote);
        in_string = false;
      }
      continue;
    }
    if (c == '\\') return false;
    const bool is_operator = kStructure.find(text[i]) != kStructure.npos || c == '\n';
    const bool is_space = !is_operator && is_white_space(c);
    if (c == '"') in_string = true;
    if (c == '"' || is_operator || (!is_space && !in_scalar)) tokens.emplace_back(i, class_of);
    in_scalar = c != '"' && !is_operator && !is_space;
  }
  if (!text.ends_with('\n')) tokens.emplace_back(text.size(), TokenClass::line_end);
  return true;
}

TEST_F(ColumnStagesTest, IndexOfRandomText) {
  Random random(2);
  constexpr std::array<std::string_view, 24> kPieces = {
      "\"",
      "\"",
      "\"a\"",
      "\"\\\\\"",
      "\"\\\"\"",
      "\"\\u0061\\n\"",
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      " ",
      "\t",
      "\r",
      "\n",
      "1",
      "-2.5e7",
      "t",
      "x",
      "\xC3\xA9",
      "null",
      "\"long enough to cross from one block into the next one, and more\"",
      "\"{}[]:,\""};
  std::size_t compared = 0;
  for (int round = 0; round < (kSlow ? 20'000 : 300'000); ++round) {
    std::string text;
    for (std::size_t pieces = 1 + random.below(60); pieces > 0; --pieces)
      text += kPieces[random.below(kPieces.size())];
    index_of(text, *columns_);
    if (columns_->any_wrong) continue;  // the pieces' quotes did not match up within the lines
    std::vector<std::pair<std::size_t, TokenClass>> expected;
    if (!index_naively(text, expected)) continue;
    ASSERT_EQ(columns_->tokens, expected.size()) << text;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(columns_->positions[i], expected[i].first) << text;
      ASSERT_EQ(columns_->classes[i], byte_of(expected[i].second)) << text;
    }
    for (std::size_t i = 0; i < text.size(); ++i)
      ASSERT_EQ(columns_->backslashes[i / 64] >> i % 64 & 1, text[i] == '\\' ? 1u : 0u) << text;
    ++compared;
  }
  EXPECT_GT(compared, 1000u);
}

TEST_F(ColumnStagesTest, AllShortSequencesOfTokens) {
  constexpr std::array<std::string_view, 10> kTokens = {"{", "}",     "[",      "]", ":",
                                                        ",", "\"a\"", "\"b\":", "1", "null"};
  const std::size_t longest = kSlow ? 4 : 6;
  std::string line;
  const auto extend = [&](auto& self, std::size_t size) -> void {
    add_line(line);
    if (HasFatalFailure() || size == longest) return;
    for (const std::string_view token : kTokens) {
      line += token;
      self(self, size + 1);
      line.resize(line.size() - token.size());
    }
  };
  line = "{";  // nothing else is looked at for long
  extend(extend, 0);
  line.clear();
  extend(extend, longest - 3);
  flush();
  EXPECT_GT(good_, kSlow ? 5u : 50u);
  EXPECT_GT(bad_, 10'000u);
}

TEST_F(ColumnStagesTest, RandomDocumentsWithFaults) {
  // Valid objects of all sizes, whose tokens are then removed, repeated or replaced: at every place
  // of a word of tokens and of a block.
  Random random(3);
  const auto value = [&](auto& self, unsigned depth) -> std::string {
    switch (random.below(depth < kLevels + 1 ? 8 : 5)) {
      case 0:
        return std::to_string(random.below(1000));
      case 1:
        return random.one_in(2) ? "true" : "null";
      case 2:
        return "\"" + std::string(random.below(70), 's') + "\"";
      case 3:
        return "{}";
      case 4:
        return "[]";
      case 5: {
        std::string array = "[";
        for (std::size_t n = 1 + random.below(4); n > 0; --n)
          array += self(self, depth + 1) + (n > 1 ? "," : "");
        return array + "]";
      }
      default: {
        std::string object = "{";
        for (std::size_t n = 1 + random.below(6); n > 0; --n)
          object += "\"name\": " + self(self, depth + 1) + (n > 1 ? "," : "");
        return object + "}";
      }
    }
  };
  constexpr std::string_view kBytes = "{}[]:,\"\\ \t\x01z0-.eu\xC3\xED\xF0";
  for (int round = 0; round < (kSlow ? 5'000 : 200'000) && !HasFatalFailure(); ++round) {
    std::string line = "{\"n\":" + value(value, 1) + ",\"m\":" + value(value, 1) + "}";
    if (line.size() > 4000) continue;
    if (random.one_in(2))
      for (std::size_t n = 1 + random.below(3); n > 0; --n) {
        const std::size_t at = random.below(line.size());
        if (random.one_in(3)) {
          line.erase(at, 1);
        } else if (random.one_in(2)) {
          line[at] = kBytes[random.below(kBytes.size())];
        } else {
          line.insert(at, 1, kBytes[random.below(kBytes.size())]);
        }
        if (line.empty()) line = " ";
      }
    add_line(line);
  }
  flush();
  EXPECT_GT(good_, 1000u);
  EXPECT_GT(bad_, 1000u);
}

TEST_F(ColumnStagesTest, ScalarsAtEveryPlaceOfABlock) {
  constexpr std::array<std::string_view, 24> kScalars = {"true",
                                                         "false",
                                                         "null",
                                                         "truE",
                                                         "fals",
                                                         "nulll",
                                                         "tru",
                                                         "true1",
                                                         "-0",
                                                         "0",
                                                         "01",
                                                         "-",
                                                         "1.5e3",
                                                         "1.e3",
                                                         "1e",
                                                         "9007199254740993",
                                                         "123456789012345678901234567890.5e-12",
                                                         "123456789012345678901234567890.5e-",
                                                         "-1E+2",
                                                         "1.2.3",
                                                         "1e2e3",
                                                         "--1",
                                                         "+1",
                                                         "1\xC3\xA9"};
  for (const std::string_view scalar : kScalars)
    for (std::size_t space = 0; space < 64; ++space) {
      add_line("{\"a\":" + std::string(space, ' ') + std::string(scalar) + "}");
      add_line("{\"a\":[" + std::string(space, ' ') + std::string(scalar) + " ,1]}");
      // At the end of the text, too, where fewer bytes are behind it than are looked at.
      flush();
    }
  EXPECT_GT(good_, 1000u);
  EXPECT_GT(bad_, 1000u);
}

TEST_F(ColumnStagesTest, EveryTwoBytesAndManySequencesAreUtf8OrNot) {
  const auto line_with = [&](std::string_view bytes, std::size_t in_front) {
    add_line("{\"a\":\"" + std::string(in_front, 'x') + std::string(bytes) + "\"}");
  };
  for (unsigned a = 0x80; a < 0x100; ++a)
    for (unsigned b = 0x80; b < 0x100; ++b) {
      const std::array<char, 2> two = {static_cast<char>(a), static_cast<char>(b)};
      line_with({two.data(), 2}, (a + b) % 64);
    }
  Random random(4);
  // Bytes at the edges of what each class of lead byte may be followed by.
  constexpr std::string_view kBytes =
      "\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF\xE0\xE1\xEC\xED\xEE\xEF\xF0\xF1\xF3\xF4\xF5"
      "\xFF";
  for (int round = 0; round < (kSlow ? 20'000 : 400'000) && !HasFatalFailure(); ++round) {
    std::string bytes;
    for (std::size_t n = 1 + random.below(5); n > 0; --n)
      bytes += random.one_in(6) ? 'y' : kBytes[random.below(kBytes.size())];
    if (random.one_in(4)) {
      // The line ends, or begins, in the middle of it.
      add_line("{\"a\":\"" + bytes);
      add_line(bytes);
    }
    line_with(bytes, random.below(64));
  }
  flush();
  EXPECT_GT(good_, 1000u);
  EXPECT_GT(bad_, 10'000u);
}

TEST_F(ColumnStagesTest, EverySequenceOfSpecialBytesAlone) {
  // Alone in a chunk, because one line that is wrong has all others looked at anew.
  constexpr std::string_view kBytes =
      "y\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF\xE0\xE1\xEC\xED\xEE\xEF\xF0\xF1\xF3\xF4\xF5"
      "\xFF";
  std::string bytes;
  std::size_t number = 0;
  const auto extend = [&](auto& self) -> void {
    if (HasFatalFailure()) return;
    // At any place of a block; the two borders of blocks that matter come often.
    const std::size_t space = number % 3 == 0 ? number % 64 : 50 + number % 8;
    ++number;
    check_lines("{\"a\":\"" + std::string(space, 'x') + bytes + "\"}");
    if (bytes.size() == (kSlow ? 3u : 4u)) return;
    for (const char byte : kBytes) {
      bytes += byte;
      self(self);
      bytes.pop_back();
    }
  };
  extend(extend);
  EXPECT_GT(good_, 100u);
  EXPECT_GT(bad_, 10'000u);
}

TEST_F(ColumnStagesTest, UnicodeEscapes) {
  for (const std::string_view text :
       {"\\u0041", "\\u00e9", "\\uD83D\\uDE80", "\\uD83D", "\\uDE80", "\\uD83Dx", "\\uD83D\\u0041",
        "\\u00g1", "\\u004", "\\\\u00", "\\u", "\\uD83D\\uDE8", "\\uDE80\\uD83D", "\\x"})
    for (std::size_t space = 0; space < 64; ++space)
      add_line("{\"a\":\"" + std::string(space, 'x') + std::string(text) + "\"}");
  flush();
  EXPECT_EQ(good_, 2u * 64 * 4);
  EXPECT_EQ(good_ + bad_, 2u * 64 * 14);
}

TEST_F(ColumnStagesTest, StringsAndLinesThatDoNotEndAtEveryPlaceOfABlock) {
  for (std::size_t size = 0; size < 200 && !HasFatalFailure(); ++size) {
    const std::string filling(size, 'f');
    for (const std::string_view bad :
         {"{\"a\":\"", "{\"a\":\"\\", "{\"a\":\"\\\\", "{\"a", "{", "}", "\"", "\\", "\\\"",
          "{\"a\":1}}", "{\"a\":\"b\"\"}", "[", "{\"a\":[1}", "{\"a\":\"\x01\"}"}) {
      add_line(std::string(bad) + filling);
      add_line("{\"good\":\"" + filling + "\"}");
      add_line(filling + std::string(bad));
      add_line("{\"good\":{\"" + filling + "\":1}}");
    }
    flush();
  }
  EXPECT_GT(good_, 10'000u);
}

TEST_F(ColumnStagesTest, Names) {
  // Each name as it is, with each character changed, removed or escaped, and one more behind it.
  std::vector<std::string> names;
  constexpr std::string_view kHex = "0123456789abcdef";
  for (const FieldInfo& field : kFields) {
    const std::string name(field.name);
    names.push_back(name);
    names.push_back(name + "s");
    names.push_back(name + "\\u0000");
    names.push_back("\\u0000" + name);
    names.push_back(name + std::string(40, 'x'));
    std::string all;
    for (std::size_t i = 0; i < name.size(); ++i) {
      const auto c = static_cast<unsigned char>(name[i]);
      const std::string escape = {'\\', 'u', '0', '0', kHex[c >> 4], kHex[c & 15]};
      all += escape;
      for (const std::string& other :
           {escape, std::string(1, static_cast<char>(c ^ 0x20)), std::string(), std::string("\\n"),
            std::string("\\u00e9"), "\\u01" + escape.substr(4)}) {
        names.push_back(name.substr(0, i) + other + name.substr(i + 1));
      }
      if (i > 0)  // two escapes
        names.push_back("\\u00" +
                        std::string{kHex[static_cast<unsigned char>(name[0]) >> 4],
                                    kHex[static_cast<unsigned char>(name[0]) & 15]} +
                        name.substr(1, i - 1) + escape + name.substr(i + 1));
    }
    names.push_back(all);
  }
  names.push_back("");
  std::size_t found = 0;
  for (std::size_t space = 0; space < 64; space += kSlow ? 7 : 1)
    for (const std::string& name : names) {
      const std::string line = std::string(space, ' ') + "{\"" + name + "\":1}";
      check_all(line, *columns_);
      ASSERT_FALSE(columns_->any_wrong) << line;
      ASSERT_EQ(columns_->name_count, 1u);
      names_of(line, *columns_);
      std::string memory(name.size(), ' ');
      const Text text = Text::string(name, name.find('\\') != name.npos);
      const auto decoded = text.decode(memory);
      ASSERT_EQ(columns_->name_ids[0], kNameTable.find(decoded.value())) << line;
      found += columns_->name_ids[0] != NameTable::kNone;
    }
  EXPECT_GT(found, 100u);
}

}  // namespace
}  // namespace leadscan::internal

#endif
