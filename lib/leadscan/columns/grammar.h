// JSON's grammar between tokens, 64 at a time, as shifted masks; and which container a token is in,
// by subtraction. Words only: no kernel is needed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace leadscan::internal {

// Bit i: what token i of a word is.
struct TokenMasks {
  std::uint64_t open_object;
  std::uint64_t close_object;
  std::uint64_t open_array;
  std::uint64_t close_array;
  std::uint64_t colon;
  std::uint64_t comma;
  std::uint64_t open_quote;
  std::uint64_t close_quote;
  std::uint64_t scalar;  // numbers and literals
  std::uint64_t line_end;

  std::uint64_t closes() const noexcept { return close_object | close_array; }
};

// Which tokens of one level are in an object. At one level containers follow one another, so that
// each close is that of the open in front of it, and
//
//   closes   ...1..1.1.....1...    (lowest bit at the left)
//   opens    1.......1..1......    those of objects only
//   closes - opens                 borrows from each open up to its close,
//   inside   111.....11.111....    which clears neither the close of an array nor what is between
//
// The borrow out of a word is the one into the next: it is the highest bit of `inside`.
class ObjectSpans {
 public:
  // What is wrong: a close of the other kind.
  std::uint64_t add(std::uint64_t opens, std::uint64_t closes, std::uint64_t close_objects,
                    std::uint64_t& inside) noexcept {
    inside = (closes - opens - inside_) & ~closes;
    const std::uint64_t before = inside << 1 | inside_;
    inside_ = inside >> 63;
    return closes & (before ^ close_objects);
  }

 private:
  std::uint64_t inside_ = 0;
};

// What may follow what. Begins as if in front of a line.
class Grammar {
 public:
  struct Result {
    std::uint64_t names;  // their opening quotes
    std::uint64_t wrong;  // the first token of a line that could not be there, and maybe others
  };

  // `commas_in_objects`: those commas that are directly in an object.
  Result add(const TokenMasks& is, std::uint64_t commas_in_objects) noexcept {
    const auto behind = [](std::uint64_t tokens, std::uint64_t& before) {
      const std::uint64_t result = tokens << 1 | before;
      before = tokens >> 63;
      return result;
    };
    const std::uint64_t behind_open_object = behind(is.open_object, open_object_);
    const std::uint64_t behind_open_array = behind(is.open_array, open_array_);
    const std::uint64_t names =
        is.open_quote & (behind_open_object | behind(commas_in_objects, comma_in_object_));
    const std::uint64_t name_ends = is.close_quote & behind(names, name_);
    // A value may be behind a colon, and in an array at its begin and behind a comma.
    const std::uint64_t value_allowed =
        behind(is.colon | (is.comma & ~commas_in_objects), separator_) | behind_open_array;
    const std::uint64_t values = is.scalar | is.open_array | (is.open_quote & ~names);
    const std::uint64_t behind_value =
        behind(is.closes() | is.scalar | (is.close_quote & ~name_ends), value_);
    const std::uint64_t behind_line = behind(is.line_end, line_end_);
    const std::uint64_t wrong =
        (values & ~value_allowed) | (is.open_object & ~(value_allowed | behind_line)) |
        (is.close_object & ~(behind_open_object | behind_value)) |
        (is.close_array & ~(behind_open_array | behind_value)) | (is.comma & ~behind_value) |
        (is.colon ^ behind(name_ends, name_end_)) | (is.line_end & ~(behind_value | behind_line));
    return {names, wrong};
  }

 private:
  // Of the last token of the word before: 1 or 0.
  std::uint64_t open_object_ = 0;
  std::uint64_t open_array_ = 0;
  std::uint64_t comma_in_object_ = 0;
  std::uint64_t separator_ = 0;
  std::uint64_t name_ = 0;
  std::uint64_t name_end_ = 0;
  std::uint64_t value_ = 0;
  std::uint64_t line_end_ = 1;
};

}  // namespace leadscan::internal
