// What a ColumnReader keeps.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "leadscan/columns/column_reader.h"
#include "leadscan/columns/columns.h"
#include "leadscan/columns/token_class.h"
#include "leadscan/read/reading.h"
#include "leadscan/response.h"

namespace leadscan::internal {

// A bit for each field that `predicate` holds for: as in FieldSet, but as a word.
template <typename Predicate>
constexpr std::uint32_t field_bits(Predicate predicate) {
  std::uint32_t bits = 0;
  for (const FieldInfo& field : kFields)
    bits |= (predicate(field) ? std::uint32_t{1} : 0) << index_of(field.field);
  return bits;
}

// An integer of up to eight characters, with zeros behind them, and its value.
struct RememberedInteger {
  std::uint64_t text = 0;
  std::int64_t value = 0;
};

// What responses are made with.
struct ColumnMemory {
  ColumnMemory() noexcept {
    const auto second_word = [](Text text) {
      std::array<std::uint64_t, 2> words;
      static_assert(sizeof words == sizeof text);
      std::memcpy(words.data(), &text, sizeof words);
      return words[1];
    };
    const auto set = [&](TokenClass c, Text text) {
      text_of[byte_of(c)] = second_word(text);
      presence_of[byte_of(c)] = text.presence();
    };
    for (std::size_t c = 0; c < kTokenClasses; ++c) set(static_cast<TokenClass>(c), Text::other());
    set(TokenClass::other, Text());
    set(TokenClass::null_literal, Text::null());
    set(TokenClass::open_quote, Text::string({}, false));
    set(TokenClass::open_object, Text::object({}));
    escaped_text = second_word(Text::string({}, true)) ^ second_word(Text::string({}, false));
  }

  // By the class of a value's first token; `other` where there is no value. Of a text the word
  // behind the address, for a size of 0.
  std::array<std::uint64_t, kTokenClasses> text_of;
  std::array<Presence, kTokenClasses> presence_of;
  std::uint64_t escaped_text;  // those bits of that word that say that there are escapes

  Reading reading;
  std::array<RememberedInteger, 64> integers;
};

// Where in the chunk the lines that next() has not given yet begin.
struct ColumnPlace {
  std::size_t line = 0;
  std::size_t begin = 0;  // byte
  std::size_t token = 0;
  std::size_t name = 0;
};

struct ColumnState {
  Columns columns{};
  ColumnMemory memory;
  ColumnPlace place;
  std::string_view chunk;
};
static_assert(sizeof(ColumnState) <= ColumnReader::kMemory);
static_assert(Columns::kMostBytes == ColumnReader::kMostBytes);

}  // namespace leadscan::internal
