// Forms: a text without its characters. A form is a list of runs, a letter for what the characters
// are and how many: "a8p1a4" is 8 letters or digits, one punctuation character, 4 letters or
// digits. A long text has some of its runs in parentheses, "(a800s120)": so many in any order.
//
// Of texts: a letter or digit, s space, p other ASCII, j one of {}[]:, ; U V W character of 2, 3, 4
// bytes; e escape of a control character, q \", b \\, o \/, v \u00XX of ASCII, u \uXXXX of others,
// P surrogate pair. What is not valid: c control character, i byte that is no UTF-8, H L surrogate
// alone (high, low), k unknown escape, K \u without digits, and at the end of a document t escape
// that is cut behind so many bytes, m a character cut behind so many.
//
// Of numbers: d digit but 0, z 0, a any digit, f 1 to 8, x 9, p point, m minus, l plus, e E
// exponent, A to J the digits 0 to 9. That is no more than decides what a number is to a parser: 0,
// an integer or not, of 64 bits or not, a double or not. Exponents are exact up to 18.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "corpus/random.h"

namespace leadscan::corpus {

// What is inside of a string's quotes. `cut`: the document ends there.
std::string form_of_text(std::string_view content, bool cut);
// Outside of strings, where no JSON token is: letters, bytes, whatever.
std::string form_of_junk(std::string_view bytes);
std::string form_of_number(std::string_view digits);

// Whether a string of this form breaks a rule of JSON.
bool is_bad_form(std::string_view form);

struct Run {
  char what = 'a';
  std::uint32_t count = 0;
  std::uint32_t bag = 0;  // runs of the same one, which is not 0, come in any order
};

struct FormFlaw {
  std::size_t character = 0;
  const char* why = nullptr;  // null: none
};

// The runs of a form, and how many bytes the text has.
FormFlaw read_form(std::string_view form, bool number, std::vector<Run>& runs, std::size_t& bytes);

enum class TextKind : std::uint8_t { content, junk, number };
void make_text(const std::vector<Run>& runs, TextKind kind, Random& random, std::string& out);

}  // namespace leadscan::corpus
