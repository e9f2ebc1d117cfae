#include "corpus/profile_form.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "corpus/profile.h"
#include "corpus/profile_lexer.h"
#include "leadscan/json/characters.h"
#include "leadscan/json/utf8.h"

namespace leadscan::corpus {
namespace {

using lexing::is_digit;
using lexing::is_letter;
using lexing::is_structural;

constexpr std::string_view kTextLetters = "aspjUVWeqbovuPciHLkKtm";
constexpr std::string_view kNumberLetters = "dzafxpmleEABCDEFGHIJ";
constexpr std::string_view kBadLetters = "ciLkK";
constexpr std::size_t kRunsInOrder = 64;
constexpr int kMostExactExponent = 18;  // within it are those of integers of 64 bits

// Of the simple escapes those that are written with a letter.
constexpr std::string_view kLetterEscapes = internal::kSimpleEscapes.substr(3);
static_assert(kLetterEscapes.front() == 'b');

bool is_alphanumeric(char c) { return is_digit(c) || is_letter(c); }

// Collects runs.
class Runs {
 public:
  void add(char what, std::size_t count = 1) {
    const bool joins = !runs_.empty() && runs_.back().what == what && what != 't' && what != 'm';
    if (joins)
      runs_.back().count += static_cast<std::uint32_t>(count);
    else
      runs_.push_back({what, static_cast<std::uint32_t>(count), 0});
  }
  char last() const { return runs_.empty() ? '\0' : runs_.back().what; }

  std::string in_order() const {
    std::string out;
    for (const Run& run : runs_) append(run.what, run.count, out);
    return out;
  }

  std::string text() const {
    if (runs_.size() <= kRunsInOrder) return in_order();
    std::string out;
    // The last one may be what is cut, which is at the end only.
    for (std::size_t i = 0; i < kRunsInOrder; ++i) append(runs_[i].what, runs_[i].count, out);
    out += '(';
    for (const char what : kTextLetters) {
      std::uint64_t count = 0;
      for (std::size_t i = kRunsInOrder; i + 1 < runs_.size(); ++i)
        if (runs_[i].what == what) count += runs_[i].count;
      if (count != 0) append(what, count, out);
    }
    out += ')';
    append(runs_.back().what, runs_.back().count, out);
    return out;
  }

 private:
  static void append(char what, std::uint64_t count, std::string& out) {
    out += what;
    out += std::to_string(count);
  }

  std::vector<Run> runs_;
};

// The unit of `\u`, and how many bytes it has.
std::pair<char, std::size_t> unicode_escape(std::string_view text, bool cut) {
  unsigned value = 0;
  for (std::size_t i = 2; i < 6; ++i) {
    if (i == text.size() && cut) return {'t', i};
    const int digit =
        i < text.size() ? internal::hex_value(static_cast<unsigned char>(text[i])) : -1;
    if (digit < 0) return {'K', 2};
    value = value * 16 + static_cast<unsigned>(digit);
  }
  if (value < 0x80) return {'v', 6};
  if (value < 0xD800 || value > 0xDFFF) return {'u', 6};
  if (value >= 0xDC00) return {'L', 6};
  if (text.size() >= 12 && text[6] == '\\' && text[7] == 'u') {
    const auto [low, bytes] = unicode_escape(text.substr(6, 6), false);
    if (low == 'L') return {'P', 12};
  }
  return {'H', 6};
}

std::pair<char, std::size_t> escape(std::string_view text, bool cut) {
  if (text.size() == 1)
    return cut ? std::pair{'t', std::size_t{1}} : std::pair{'k', std::size_t{1}};
  switch (text[1]) {
    case '"':
      return {'q', 2};
    case '\\':
      return {'b', 2};
    case '/':
      return {'o', 2};
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
      return {'e', 2};
    case 'u':
      return unicode_escape(text, cut);
    default:
      return {'k', 2};
  }
}

std::string form_of(std::string_view text, bool junk, bool cut) {
  Runs runs;
  while (!text.empty()) {
    const char c = text[0];
    const auto byte = static_cast<unsigned char>(c);
    std::size_t bytes = 1;
    if (is_alphanumeric(c)) {
      runs.add('a');
    } else if (byte < 0x20) {
      runs.add('c');
    } else if (c == '\\' && !junk) {
      const auto [what, length] = escape(text, cut);
      runs.add(what, what == 't' ? length : 1);
      bytes = length;
    } else if (c == ' ') {
      runs.add('s');
    } else if (byte < 0x80) {
      runs.add(!junk && is_structural(c) ? 'j' : 'p');
    } else {
      const internal::Utf8Sequence sequence = internal::scan_utf8(text);
      if (sequence.complete) {
        runs.add("UVW"[sequence.size - 2]);
        bytes = sequence.size;
      } else if (sequence.size > 0 && cut) {
        runs.add('m', sequence.size);
        bytes = sequence.size;
      } else {
        runs.add('i');
      }
    }
    text.remove_prefix(bytes);
  }
  return runs.text();
}

// How many bytes one character of a text, or one of a number, becomes; the most if it differs.
std::size_t bytes_of(char what, bool number) {
  if (number) return 1;
  switch (what) {
    case 'U':
    case 'e':
    case 'q':
    case 'b':
    case 'o':
    case 'k':
    case 'K':
      return 2;
    case 'V':
      return 3;
    case 'W':
      return 4;
    case 'v':
    case 'u':
    case 'H':
    case 'L':
      return 6;
    case 'P':
      return 12;
    default:
      return 1;
  }
}

void add_hex(unsigned value, std::string& out) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += internal::kHexDigits[(value >> shift) & 15];
}

void add_utf8(char what, Random& random, std::string& out) {
  const auto tail = [&] { out += static_cast<char>(0x80 + random.below(64)); };
  if (what == 'U') {
    out += static_cast<char>(0xC3 + random.below(25));
  } else if (what == 'V') {
    out += static_cast<char>(0xE3 + random.below(7));
    tail();
  } else {
    out += "\xF0\x9F";
    tail();
  }
  tail();
}

// What is cut behind `count` bytes, at the end of a text.
void add_cut(char what, std::uint32_t count, bool behind_high, std::string& out) {
  if (what == 't') {
    out += std::string_view(behind_high ? "\\udc0" : "\\u004").substr(0, count);
  } else {
    constexpr std::string_view kCut[] = {"\xC3", "\xE4\xB8", "\xF0\x9F\x9A"};
    out += kCut[std::clamp<std::uint32_t>(count, 1, 3) - 1];
  }
}

void add_character(char what, TextKind kind, bool behind_bad_u, Random& random, std::string& out) {
  constexpr std::string_view kAlphanumeric =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr std::string_view kPunctuation = "-._/@#+;=()'!?&*";
  switch (what) {
    case 'a':
      if (kind == TextKind::junk)
        out += random.pick(std::string_view("ghijkmoqrsuvwxyz"));  // no number, no literal
      else
        out += behind_bad_u ? 'Z' : random.pick(kAlphanumeric);
      return;
    case 's':
      out += ' ';
      return;
    case 'p':
      out += kind == TextKind::junk ? random.pick(std::string_view("!%&*;=_"))
                                    : random.pick(kPunctuation);
      return;
    case 'j':
      out += random.pick(internal::kStructure);
      return;
    case 'U':
    case 'V':
    case 'W':
      add_utf8(what, random, out);
      return;
    case 'e':
      out += '\\';
      out += random.pick(kLetterEscapes);
      return;
    case 'q':
      out += "\\\"";
      return;
    case 'b':
      out += "\\\\";
      return;
    case 'o':
      out += "\\/";
      return;
    case 'v':
      add_hex(0x41 + random.below(26), out);
      return;
    case 'u':
      add_hex(0x100 + random.below(0xC000), out);
      return;
    case 'P':
      // As in texts that people write: not every parser knows all others right.
      add_hex(0xD83D, out);
      add_hex(0xDE00 + random.below(0x40), out);
      return;
    case 'c':
      out += '\x01';
      return;
    case 'i':
      out += '\xFF';
      return;
    case 'H':
      add_hex(0xD800 + random.below(0x400), out);
      return;
    case 'L':
      add_hex(0xDC00 + random.below(0x400), out);
      return;
    case 'k':
      out += "\\a";
      return;
    default:
      out += "\\u";
      return;
  }
}

void add_digit(char what, Random& random, std::string& out) {
  const auto digit = [&](std::uint32_t low, std::uint32_t high) {
    out += static_cast<char>('0' + random.between(low, high));
  };
  switch (what) {
    case 'd':
      return digit(1, 9);
    case 'z':
      return digit(0, 0);
    case 'a':
      return digit(0, 9);
    case 'f':
      return digit(1, 8);
    case 'x':
      return digit(9, 9);
    case 'p':
      out += '.';
      return;
    case 'm':
      out += '-';
      return;
    case 'l':
      out += '+';
      return;
    case 'e':
      out += 'e';
      return;
    default:
      if (what == 'E')
        out += 'E';
      else
        out += static_cast<char>('0' + (what - 'A'));
      return;
  }
}

}  // namespace

std::string form_of_text(std::string_view content, bool cut) {
  return form_of(content, false, cut);
}

std::string form_of_junk(std::string_view bytes) { return form_of(bytes, true, false); }

bool is_bad_form(std::string_view form) { return form.find_first_of(kBadLetters) != form.npos; }

FormFlaw read_form(std::string_view form, bool number, std::vector<Run>& runs, std::size_t& bytes) {
  runs.clear();
  bytes = 0;
  const std::string_view letters = number ? kNumberLetters : kTextLetters;
  std::uint32_t bag = 0;
  std::uint32_t bags = 0;
  std::size_t at = 0;
  while (at < form.size()) {
    const char what = form[at];
    if (what == '(' || what == ')') {
      if (number || (what == '(') == (bag != 0)) return {at, "a parenthesis without its other"};
      bag = what == '(' ? ++bags : 0;
      ++at;
      continue;
    }
    if (letters.find(what) == letters.npos) return {at, "an unknown letter"};
    std::uint64_t count = 0;
    const std::size_t first = ++at;
    for (; at < form.size() && is_digit(form[at]); ++at) {
      count = count * 10 + static_cast<std::uint64_t>(form[at] - '0');
      if (count > ProfileLimits::kDocument) return {first, "more than a document can have"};
    }
    if (count == 0) return {first, "a count of at least 1 is expected"};
    const bool cut = !number && (what == 't' || what == 'm');
    if (cut && (bag != 0 || at != form.size() || count > (what == 't' ? 5 : 3)))
      return {first - 1, "only the end of a text can be cut, within one character"};
    runs.push_back({what, static_cast<std::uint32_t>(count), bag});
    bytes += count * bytes_of(what, number);
    if (bytes > ProfileLimits::kDocument) return {first, "longer than a document can be"};
  }
  if (bag != 0) return {at, "a parenthesis without its other"};
  return {};
}

void make_text(const std::vector<Run>& runs, TextKind kind, Random& random, std::string& out) {
  if (kind == TextKind::number) {
    for (const Run& run : runs)
      for (std::uint32_t i = 0; i < run.count; ++i) add_digit(run.what, random, out);
    return;
  }
  char last = '\0';
  const auto add = [&](char what) {
    add_character(what, kind, last == 'K', random, out);
    last = what;
  };
  for (std::size_t i = 0; i < runs.size();) {
    const Run& run = runs[i];
    if (run.bag != 0) {
      std::string order;
      for (; i < runs.size() && runs[i].bag == run.bag; ++i)
        order.append(runs[i].count, runs[i].what);
      for (std::size_t left = order.size(); left > 1; --left)
        std::swap(order[left - 1], order[random.below(static_cast<std::uint32_t>(left))]);
      for (const char what : order) add(what);
      continue;
    }
    ++i;
    if (run.what == 't' || run.what == 'm') {
      add_cut(run.what, run.count, last == 'H', out);
    } else {
      for (std::uint32_t n = 0; n < run.count; ++n) add(run.what);
    }
  }
}

namespace {

constexpr std::string_view kMostInteger = "9223372036854775807";

// The digits of a number's integer part, of which the first says whether 64 bits hold it.
void add_integer(std::string_view digits, Runs& runs) {
  if (digits.size() == kMostInteger.size() && digits[0] != '0') {
    const bool fits = digits <= kMostInteger;
    runs.add(fits ? 'f' : 'x', fits ? 1 : 2);
    runs.add('a', kMostInteger.size() - (fits ? 1 : 2));
    return;
  }
  runs.add(digits[0] == '0' ? 'z' : 'd');
  if (digits.size() > 1) runs.add('a', digits.size() - 1);
}

// A number's parts: "-12.50e+07" has "12", "50" and "07". Not plain: any other order of its
// characters.
struct Number {
  bool minus = false;
  std::string_view whole;
  bool point = false;
  std::string_view fraction;
  char e = '\0';
  char sign = '\0';  // of the exponent
  std::string_view power;
  bool plain = false;
};

Number parts_of(std::string_view text) {
  Number number;
  const auto skip = [&](char c) {
    const bool is_there = text.starts_with(c);
    text.remove_prefix(is_there ? 1 : 0);
    return is_there;
  };
  const auto digits = [&] {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const std::string_view found = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(found.size());
    return found;
  };
  number.minus = skip('-');
  number.whole = digits();
  number.point = skip('.');
  if (number.point) number.fraction = digits();
  for (const char e : {'e', 'E'})
    if (number.e == '\0' && skip(e)) number.e = e;
  if (number.e != '\0') {
    for (const char sign : {'-', '+'})
      if (number.sign == '\0' && skip(sign)) number.sign = sign;
    number.power = digits();
  }
  number.plain = text.empty() && !number.whole.empty();
  return number;
}

// Exact where it decides whether the number is an integer of 64 bits; beyond, another one of as
// many digits, of a number that is as much a double or not.
void add_exponent(const Number& number, int exponent, Runs& runs) {
  constexpr int kMostOrder = 309;  // of a double
  runs.add(number.e);
  if (number.sign != '\0') runs.add(number.sign == '-' ? 'm' : 'l');
  std::string_view power = number.power;
  if (exponent <= kMostExactExponent) {
    for (const char c : power) runs.add(static_cast<char>('A' + (c - '0')));
    return;
  }
  const std::size_t zeros = power.find_first_not_of('0');
  if (zeros != 0) runs.add('A', zeros);
  power.remove_prefix(zeros);
  const int order = static_cast<int>(std::min<std::size_t>(number.whole.size(), kMostOrder)) +
                    (number.sign == '-' ? -exponent : exponent);
  const bool is_double = order <= kMostOrder && order >= -kMostOrder;
  runs.add(power.size() == 3 && is_double ? 'B' : 'x');
  runs.add('a', power.size() - 1);
}

// With an exponent a number may be an integer whatever it looks like: that depends on how many
// zeros are at its end.
void add_with_exponent(const Number& number, Runs& runs) {
  int exponent = 0;
  for (const char c : number.power) exponent = std::min(exponent * 10 + (c - '0'), 9999);
  const std::string digits = std::string(number.whole) + std::string(number.fraction);
  const std::size_t last = digits.find_last_not_of('0');  // npos: none, all are 0
  const auto kind_of = [&](std::size_t at) {
    if (last == digits.npos || at > last || (at == 0 && digits[0] == '0')) return 'z';
    return at == 0 || at == last ? 'd' : 'a';
  };
  std::string letters;
  for (std::size_t i = 0; i < digits.size(); ++i) letters += kind_of(i);
  // Of as many digits as the largest integer: the first says whether 64 bits hold it.
  const std::size_t order = number.whole.size() + static_cast<std::size_t>(exponent);
  if (number.sign != '-' && order == kMostInteger.size() && letters[0] == 'd' && last != 0) {
    std::string integer = digits;
    integer.resize(std::max(integer.size(), kMostInteger.size()), '0');
    const bool fits = integer.compare(0, kMostInteger.size(), kMostInteger) <= 0;
    letters.replace(0, fits ? 1 : 2, fits ? "f" : "xx");
  }
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (i == number.whole.size() && number.point) runs.add('p');
    runs.add(letters[i]);
  }
  if (number.point && number.fraction.empty()) runs.add('p');
  add_exponent(number, exponent, runs);
}

}  // namespace

std::string form_of_number(std::string_view digits) {
  Runs runs;
  const Number number = parts_of(digits);
  if (!number.plain) {
    for (const char c : digits)
      runs.add(is_digit(c) ? 'a' : c == '.' ? 'p' : c == '-' ? 'm' : c == '+' ? 'l' : c);
    return runs.in_order();
  }
  if (number.minus) runs.add('m');
  if (number.e != '\0') {
    add_with_exponent(number, runs);
    return runs.in_order();
  }
  add_integer(number.whole, runs);
  if (!number.point) return runs.in_order();
  runs.add('p');
  const std::string_view fraction = number.fraction;
  if (fraction.empty()) return runs.in_order();
  if (fraction.find_first_not_of('0') == fraction.npos) {
    runs.add('z', fraction.size());
  } else {
    if (fraction.size() > 1) runs.add('a', fraction.size() - 1);
    runs.add('d');
  }
  return runs.in_order();
}

}  // namespace leadscan::corpus
