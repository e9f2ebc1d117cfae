// The parts of the columnar reader that are words only, each against a naive reading: on any CPU.
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "leadscan/columns/grammar.h"
#include "leadscan/columns/name_table.h"
#include "leadscan/columns/number_masks.h"
#include "leadscan/columns/token_class.h"
#include "leadscan/json/characters.h"
#include "leadscan/json/number.h"
#include "tests/mutate.h"
#include "tests/support.h"

namespace leadscan::internal {
namespace {

using testing::kSlow;
using testing::Random;

// --- Numbers.

enum class NumberVerdict { number, none, unsure };

NumberVerdict naive(std::string_view bytes) {
  const auto* begin = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t size = 0;
  while (size < bytes.size() && !kEndsScalar.contains(begin[size])) ++size;
  if (size == bytes.size()) return NumberVerdict::unsure;
  const NumberEnd end = scan_number(begin, begin + size);
  return end.complete && end.at == begin + size ? NumberVerdict::number : NumberVerdict::none;
}

// Four texts of 16 bytes.
std::array<NumberVerdict, 4> by_masks(const std::array<std::string, 4>& texts) {
  NumberMasks is{};
  for (std::size_t n = 0; n < 4; ++n)
    for (std::size_t i = 0; i < 16; ++i) {
      const auto set = [&](std::uint64_t& mask, bool truth) {
        mask |= std::uint64_t{truth} << (16 * n + i);
      };
      const char c = texts[n][i];
      set(is.digits, c >= '0' && c <= '9');
      set(is.zeros, c == '0');
      set(is.points, c == '.');
      set(is.exponents, c == 'e' || c == 'E');
      set(is.minuses, c == '-');
      set(is.pluses, c == '+');
      set(is.terminators, kEndsScalar.contains(static_cast<unsigned char>(c)));
    }
  const NumberVerdicts found = look_at_numbers(is);
  const unsigned wrong = by_number(found.wrong);
  const unsigned unsure = by_number(found.long_);
  std::array<NumberVerdict, 4> verdicts;
  for (unsigned n = 0; n < 4; ++n)
    verdicts[n] = (unsure >> n & 1) != 0  ? NumberVerdict::unsure
                  : (wrong >> n & 1) != 0 ? NumberVerdict::none
                                          : NumberVerdict::number;
  return verdicts;
}

// All texts of up to `size` characters that begin as number tokens do, four at a time: one beside
// the others must make no difference, so they are put beside different ones.
TEST(ColumnNumbers, AllShortTexts) {
  constexpr std::string_view kAlphabet = "-+.eE019x,";
  const std::size_t longest = kSlow ? 5 : 7;
  std::map<NumberVerdict, std::size_t> seen;
  std::array<std::string, 4> four;
  four.fill(std::string(16, ','));
  std::array<NumberVerdict, 4> expected;
  expected.fill(naive(four[0]));
  std::size_t next = 0;
  std::string text;
  const auto check = [&] {
    const std::size_t place = next++ % 4;
    four[place] = text + std::string(16 - text.size(), ",}09 ]"[next % 6]);
    four[place][text.size()] = ",} ]\t"[next % 5];
    expected[place] = naive(four[place]);
    ++seen[expected[place]];
    if (place != next % 3) return;
    const auto found = by_masks(four);
    for (std::size_t n = 0; n < 4; ++n) ASSERT_EQ(found[n], expected[n]) << four[n];
  };
  const auto extend = [&](auto& self) -> void {
    if (!text.empty()) check();
    if (::testing::Test::HasFatalFailure() || text.size() == longest) return;
    for (const char c : kAlphabet) {
      if (text.empty() && c != '-' && !is_digit(static_cast<unsigned char>(c))) continue;
      text += c;
      self(self);
      text.pop_back();
    }
  };
  extend(extend);
  EXPECT_GT(seen[NumberVerdict::number], 1000u);
  EXPECT_GT(seen[NumberVerdict::none], 1000u);
}

TEST(ColumnNumbers, LongTexts) {
  Random random(1);
  std::map<NumberVerdict, std::size_t> seen;
  for (int round = 0; round < (kSlow ? 20'000 : 500'000); ++round) {
    std::array<std::string, 4> four;
    for (std::string& text : four) {
      text = random.one_in(4) ? "-" : "";
      while (text.size() < 16)
        text += "0123456789012345678901234567890123456789.e+-,"[random.below(45)];
    }
    const auto found = by_masks(four);
    for (std::size_t n = 0; n < 4; ++n) {
      // A number without an end among its 16 bytes is looked at elsewhere, whatever it is.
      const NumberVerdict expected = naive(four[n]);
      ++seen[expected];
      ASSERT_EQ(found[n], expected) << four[n];
    }
  }
  for (const auto verdict : {NumberVerdict::number, NumberVerdict::none, NumberVerdict::unsure})
    EXPECT_GT(seen[verdict], 1000u);
}

// --- Spans.

TEST(ColumnSpans, AgainstAWalk) {
  Random random(2);
  std::size_t wrong_seen = 0;
  for (int round = 0; round < (kSlow ? 2'000 : 50'000); ++round) {
    // At one level: containers behind one another, with other tokens between; now and then the
    // bracket that closes one is the other kind's.
    ObjectSpans spans;
    enum class In { none, object, array };
    In in = In::none;
    bool was_wrong = false;
    for (int word = 0; word < 4 && !was_wrong; ++word) {
      std::uint64_t opens = 0;
      std::uint64_t closes = 0;
      std::uint64_t close_objects = 0;
      std::uint64_t inside_expected = 0;
      std::uint64_t first_wrong = 0;
      for (int i = 0; i < 64; ++i) {
        const std::uint64_t bit = std::uint64_t{1} << i;
        if (random.one_in(round % 7 + 2)) {
          if (in == In::none) {
            in = random.one_in(2) ? In::object : In::array;
            if (in == In::object) opens |= bit;
          } else {
            const bool mismatched = random.one_in(200);
            closes |= bit;
            if ((in == In::object) != mismatched) close_objects |= bit;
            if (mismatched && first_wrong == 0) first_wrong = bit;
            in = In::none;
          }
        }
        if (in == In::object) inside_expected |= bit;
      }
      std::uint64_t inside = 0;
      const std::uint64_t wrong = spans.add(opens, closes, close_objects, inside);
      if (first_wrong == 0) {
        ASSERT_EQ(wrong, 0u);
        ASSERT_EQ(inside, inside_expected);
      } else {
        ASSERT_EQ(wrong & (~wrong + 1), first_wrong);
        was_wrong = true;
        ++wrong_seen;
      }
    }
  }
  EXPECT_GT(wrong_seen, 100u);
}

// --- Grammar: token by token, with the containers on a stack.

class NaiveGrammar {
 public:
  // Whether the token could be there; if so, `is_name` and `is_comma_in_object` are set.
  bool take(TokenClass token, bool& is_name, bool& is_comma_in_object) {
    is_name = is_comma_in_object = false;
    using enum TokenClass;
    using enum State;
    const bool value_here = state_ == value || state_ == first_element;
    const auto value_done = [&] { state_ = stack_.empty() ? done : behind_value; };
    switch (token) {
      case open_object:
        if (!value_here && state_ != line_begin) return false;
        stack_ += '{';
        state_ = first_name;
        return true;
      case open_array:
        if (!value_here) return false;
        stack_ += '[';
        state_ = first_element;
        return true;
      case close_object:
      case close_array: {
        const char open = token == close_object ? '{' : '[';
        if (stack_.empty() || stack_.back() != open) return false;
        if (state_ != behind_value && state_ != (open == '{' ? first_name : first_element))
          return false;
        stack_.pop_back();
        value_done();
        return true;
      }
      case colon:
        if (state_ != behind_name) return false;
        state_ = value;
        return true;
      case comma:
        if (state_ != behind_value) return false;
        is_comma_in_object = stack_.back() == '{';
        state_ = is_comma_in_object ? name : value;
        return true;
      case open_quote:
        if (state_ == first_name || state_ == name) {
          is_name = true;
          state_ = in_name;
          return true;
        }
        if (!value_here) return false;
        state_ = in_string;
        return true;
      case close_quote:
        if (state_ == in_name) {
          state_ = behind_name;
        } else {
          value_done();
        }
        return true;
      case number:
        if (!value_here) return false;
        value_done();
        return true;
      case line_end:
        if (state_ != line_begin && state_ != done) return false;
        state_ = line_begin;
        return true;
      default:
        return false;
    }
  }
  bool outside() const { return stack_.empty(); }
  bool in_quotes() const { return state_ == State::in_name || state_ == State::in_string; }

 private:
  enum class State {
    line_begin,
    first_name,
    name,
    in_name,
    behind_name,
    value,
    first_element,
    in_string,
    behind_value,
    done
  };
  State state_ = State::line_begin;
  std::string stack_;
};

TEST(ColumnGrammar, AgainstAStack) {
  // What the structure adds is given here: brackets match, and level 0 has line ends only.
  using enum TokenClass;
  constexpr std::array kTokens = {open_object, close_object, open_array, close_array, colon,
                                  comma,       open_quote,   number,     line_end};
  Random random(3);
  std::size_t wrong_seen = 0;
  std::size_t names_seen = 0;
  for (int round = 0; round < (kSlow ? 5'000 : 200'000); ++round) {
    NaiveGrammar naive;
    Grammar grammar;
    bool failed = false;
    for (int word = 0; word < 4 && !failed; ++word) {
      TokenMasks is{};
      std::uint64_t commas = 0;
      std::uint64_t names = 0;
      std::uint64_t first_wrong = 0;
      for (int i = 0; i < 64; ++i) {
        const std::uint64_t bit = std::uint64_t{1} << i;
        bool is_name = false;
        bool is_comma_in_object = false;
        TokenClass token = line_end;
        if (!failed) {
          // Any token that may be there, and seldom one that may not; the strings are whole.
          const NaiveGrammar before = naive;
          for (int tries = 0;; ++tries) {
            naive = before;
            token = naive.in_quotes() ? close_quote : kTokens[random.below(kTokens.size())];
            if (naive.take(token, is_name, is_comma_in_object)) break;
            const bool told_by_structure = token == close_object || token == close_array ||
                                           token == line_end ||
                                           (token == comma && before.outside());
            if (tries > 20 && !told_by_structure && random.one_in(40)) {
              failed = true;
              first_wrong = bit;
              break;
            }
          }
        }
        if (token == open_object) is.open_object |= bit;
        if (token == close_object) is.close_object |= bit;
        if (token == open_array) is.open_array |= bit;
        if (token == close_array) is.close_array |= bit;
        if (token == colon) is.colon |= bit;
        if (token == comma) is.comma |= bit;
        if (token == open_quote) is.open_quote |= bit;
        if (token == close_quote) is.close_quote |= bit;
        if (token == number) is.scalar |= bit;
        if (token == line_end) is.line_end |= bit;
        if (is_comma_in_object) commas |= bit;
        if (is_name) names |= bit;
      }
      const Grammar::Result found = grammar.add(is, commas);
      if (failed) {
        ASSERT_EQ(found.wrong & (~found.wrong + 1), first_wrong);
        ++wrong_seen;
      } else {
        ASSERT_EQ(found.wrong, 0u);
        ASSERT_EQ(found.names, names);
        names_seen += static_cast<std::size_t>(std::popcount(names));
      }
    }
  }
  EXPECT_GT(wrong_seen, 100u);
  EXPECT_GT(names_seen, 10'000u);
}

// --- Tables.

TEST(ColumnNameTable, EachFieldOnceAndNothingElse) {
  std::size_t fields = 0;
  for (std::size_t parent = 0; parent < NameTable::kIds; ++parent)
    for (std::size_t id = 0; id < NameTable::kIds; ++id)
      fields += kNameTable.field_of[parent][id] != NameTable::kNoField;
  EXPECT_EQ(fields, kFieldCount);
  for (const FieldInfo& field : kFields) {
    const std::uint8_t parent = field.parent == Field::document
                                    ? NameTable::kTop
                                    : kNameTable.find(info_of(field.parent).name);
    const std::uint8_t id = kNameTable.find(field.name);
    ASSERT_NE(id, NameTable::kNone);
    EXPECT_EQ(kNameTable.field_of[parent][id], static_cast<std::uint8_t>(field.field));
    EXPECT_EQ(std::string_view(kNameTable.names[id].data(), kNameTable.sizes[id]), field.name);
    EXPECT_EQ(kNameTable.find(std::string(field.name) + '\0'), NameTable::kNone);
  }
  EXPECT_EQ(kNameTable.find(""), NameTable::kNone);
  EXPECT_EQ(kNameTable.find("Action"), NameTable::kNone);
}

TEST(ColumnByteTable, AsTheCharactersAre) {
  for (unsigned c = 0; c < 128; ++c) {
    const std::uint8_t is = kByteTable.bytes[c];
    const auto byte = static_cast<char>(c);
    const bool in_structure = kStructure.find(byte) != kStructure.npos;
    EXPECT_EQ((is & ByteTable::kOperator) != 0, in_structure || byte == '\n') << c;
    EXPECT_EQ((is & ByteTable::kSpace) != 0,
              is_white_space(static_cast<unsigned char>(c)) && byte != '\n')
        << c;
    EXPECT_EQ((is & ByteTable::kControl) != 0, c < 0x20) << c;
    EXPECT_EQ((is & ByteTable::kEscapable) != 0, kEscapes.find(byte) != kEscapes.npos) << c;
    const bool begins =
        std::string_view("{}[]:,\"-0123456789tfn\n").find(byte) != std::string_view::npos;
    EXPECT_EQ((is & ByteTable::kClass) != 0, begins) << c;
  }
}

}  // namespace
}  // namespace leadscan::internal
