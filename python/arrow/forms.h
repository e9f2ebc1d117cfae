// How a column of texts is given: consumers that take more than Arrow's oldest layout need not be
// given it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace leadscan::arrow {

enum class TextForm : std::uint8_t {
  utf8,        // offsets of 32 bits, and the characters
  view,        // short texts within the row, long ones in one buffer: utf8_view
  dictionary,  // each different text once, and its number in a row
};

// False if there is none of that name.
constexpr bool find_form(std::string_view name, TextForm& form) {
  if (name == "utf8") {
    form = TextForm::utf8;
  } else if (name == "view") {
    form = TextForm::view;
  } else if (name == "dictionary") {
    form = TextForm::dictionary;
  } else {
    return false;
  }
  return true;
}
constexpr std::string_view name_of(TextForm form) {
  switch (form) {
    case TextForm::utf8:
      return "utf8";
    case TextForm::view:
      return "view";
    case TextForm::dictionary:
      return "dictionary";
  }
  return "";
}

// A column by its index in columns(); it matters only to texts in which form.
struct Chosen {
  std::size_t column = 0;
  TextForm form = TextForm::utf8;
};

// The chosen columns, in the order in which they are given.
using Projection = std::vector<Chosen>;

}  // namespace leadscan::arrow
