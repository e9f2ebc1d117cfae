// Stage 5 of the columnar reader: the response of each line. For one instruction set, like its
// kernel.
#pragma once

#include "leadscan/simd/avx512-inl.h"

namespace leadscan::internal::avx512 {
namespace {

class ColumnResponses {
 public:
  ColumnResponses(const char* text, std::size_t size, const Columns& columns,
                  ColumnMemory& memory) noexcept
      : text_(text), size_(size), columns_(columns), memory_(memory) {}

  // The lines from the one that `place` is at, as many as there is room for; `place` is then
  // behind them.
  static std::size_t add(const char* text, std::size_t size, const Columns& columns,
                         ColumnMemory& memory, ColumnPlace& place,
                         std::span<ColumnLine> out) noexcept {
    const std::size_t count = std::min(out.size(), columns.line_end_count - place.line);
    ColumnResponses responses(text, size, columns, memory);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t end_token = columns.line_ends[place.line++];
      const std::size_t end = columns.positions[end_token];
      ColumnLine& line = out[i];
      line.offset = static_cast<std::uint32_t>(place.begin);
      line.size = static_cast<std::uint32_t>(end - place.begin);
      line.verdict = responses.read(place, end_token, end, line.response);
      place.begin = end + 1;
    }
    return count;
  }

 private:
  static constexpr std::uint32_t kNoField = std::uint32_t{1} << NameTable::kNoField;
  static constexpr std::uint32_t kRequired =
      field_bits([](const FieldInfo& f) { return f.required; });
  static constexpr std::uint32_t kSchema =
      field_bits([](const FieldInfo& f) { return f.in_schema; });

  // A bit for each class of a value's first token that the field takes, if it is in the document.
  static constexpr std::uint16_t classes_of(TypeSet types) {
    using enum TokenClass;
    const auto bit = [&](JsonType type, TokenClass c) {
      return types.contains(type) ? 1u << byte_of(c) : 0u;
    };
    return static_cast<std::uint16_t>(
        bit(JsonType::object, open_object) | bit(JsonType::array, open_array) |
        bit(JsonType::string, open_quote) | bit(JsonType::integer, number) |
        bit(JsonType::boolean, true_literal) | bit(JsonType::boolean, false_literal) |
        bit(JsonType::null, null_literal) | 1u << byte_of(other));
  }

  // Up to the line end. A line without tokens is blank.
  [[gnu::always_inline]] ColumnVerdict read(ColumnPlace& place, std::size_t end_token,
                                            std::size_t end, LeadResponse& response) noexcept {
    const std::size_t first_token = place.token;
    place.token = end_token + 1;
    const __m512i absent = _mm512_set1_epi16(static_cast<short>(Columns::kAbsent));
    _mm512_storeu_si512(values_.data(), absent);
    std::uint32_t seen = 0;
    std::uint32_t twice = 0;
    unsigned parent = NameTable::kTop;
    std::size_t name = place.name;
    for (; columns_.names[name] < end_token; ++name) {
      const std::size_t token = columns_.names[name];
      const unsigned id = columns_.name_ids[name];
      // By arithmetic: gcc would make a jump of a choice. All ones below the top.
      const unsigned below = 1u - columns_.levels[token];
      static_assert(NameTable::kTop == 0);
      const unsigned field = kNameTable.field_of[parent & below][id];
      parent = id ^ ((id ^ parent) & below);
      const std::uint32_t bit = std::uint32_t{1} << field;
      twice |= seen & bit;
      seen |= bit;
      values_[field] = static_cast<std::uint16_t>(token + kFromNameToValue);
    }
    place.name = name;
    if (columns_.any_wrong && columns_.is_marked(place.begin, end)) [[unlikely]]
      return columns_.levels[end_token] == 0 ? ColumnVerdict::refused : ColumnVerdict::deep;
    if (first_token == end_token) [[unlikely]]
      return ColumnVerdict::blank;
    if ((twice & ~kNoField) != 0) [[unlikely]]
      return ColumnVerdict::refused;
    seen &= ~kNoField;
    if ((seen & kRequired) == kRequired && (seen & ~kSchema) == 0 && read_created(seen, response))
        [[likely]]
      return ColumnVerdict::accepted;
    return read_any(seen, response) ? ColumnVerdict::accepted : ColumnVerdict::refused;
  }

  // A name's opening quote, its closing one, a colon.
  static constexpr std::size_t kFromNameToValue = 3;

  unsigned class_of(std::size_t token) const noexcept { return columns_.classes[token]; }

  // With all required members and none that the schema has not. False if a type is not the
  // schema's: another family may take it.
  [[gnu::always_inline]] bool read_created(std::uint32_t seen, LeadResponse& response) noexcept {
    static constexpr LeadResponse kEmpty;
    response = kEmpty;
    response.family = Family::created;
    // Not by for_each_field(), which is no function of this instruction set.
    return [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline)) {
      return ((put<kFields[I].field>(seen, response) & ...) & 1) != 0;
    }(std::make_index_sequence<kFieldCount>());
  }

  // The value of a member of the schema. The lowest bit says whether it is of a type that the
  // member takes, if it is there.
  template <Field F>
  [[gnu::always_inline]] unsigned put(std::uint32_t seen, LeadResponse& response) noexcept {
    constexpr const FieldInfo& kInfo = info_of(F);
    if constexpr (!kInfo.in_schema) return 1;
    constexpr Slot kSlot = kInfo.slot;
    const std::size_t value = values_[index_of(F)];
    const unsigned c = class_of(value);
    const unsigned conforms = unsigned{classes_of(kInfo.types)} >> c;
    if constexpr (kSlot.kind == Slot::Kind::text) {
      put_text(response, kSlot, value, c);
      if constexpr (kInfo.types.contains(JsonType::object))
        if (c == byte_of(TokenClass::open_object)) [[unlikely]]
          response.*kSlot.text = Text::object(container(value));
    } else if constexpr (kSlot.kind == Slot::Kind::presence) {
      response.*kSlot.presence = memory_.presence_of[c];
    } else if constexpr (kSlot.kind == Slot::Kind::boolean) {
      response.*kSlot.has = (seen >> index_of(F) & 1) != 0;
      response.*kSlot.boolean = c == byte_of(TokenClass::true_literal);
    } else if constexpr (kSlot.kind == Slot::Kind::integer) {
      if (c == byte_of(TokenClass::number)) [[likely]] {
        response.*kSlot.has = true;
        if (!integer(value, response.*kSlot.integer)) [[unlikely]]
          return 0;
      }
    }
    return conforms;
  }

  // A string, null or nothing, by words. Object ids are the caller's.
  [[gnu::always_inline]] void put_text(LeadResponse& response, const Slot& slot, std::size_t value,
                                       unsigned c) const noexcept {
    const std::size_t begin = columns_.positions[value] + std::size_t{1};
    const std::size_t size = columns_.positions[value + 1] - begin;
    const bool is_string = c == byte_of(TokenClass::open_quote);
    const std::uint64_t mask = std::uint64_t{0} - static_cast<std::uint64_t>(is_string);
    std::uint64_t bits;
    std::memcpy(&bits, reinterpret_cast<const char*>(columns_.backslashes.data()) + begin / 8,
                sizeof bits);
    bits = _bzhi_u64(bits >> begin % 8, static_cast<unsigned>(size));
    if (is_string && size > kLongestInWord) [[unlikely]]
      bits = has_escape(begin, size);
    const std::uint64_t escaped = std::uint64_t{0} - static_cast<std::uint64_t>(bits != 0);
    const std::array<std::uint64_t, 2> words = {
        reinterpret_cast<std::uintptr_t>(text_ + begin) & mask,
        memory_.text_of[c] | ((size | (escaped & memory_.escaped_text)) & mask)};
    static_assert(sizeof words == sizeof(Text));
    std::memcpy(reinterpret_cast<char*>(&response) + slot.offset, words.data(), sizeof words);
  }
  // Of a bitmap, what eight bytes hold from any bit of the first one on.
  static constexpr std::size_t kLongestInWord = 57;

  bool has_escape(std::size_t begin, std::size_t size) const noexcept {
    return std::memchr(text_ + begin, '\\', size) != nullptr;
  }

  // The object or array that begins at a token of level 2 or less, which is a member's value.
  [[gnu::noinline]] std::string_view container(std::size_t token) const noexcept {
    const __m512i level = _mm512_set1_epi8(static_cast<char>(columns_.levels[token]));
    const unsigned close = class_of(token) + 1;
    static_assert(byte_of(TokenClass::close_object) == byte_of(TokenClass::open_object) + 1 &&
                  byte_of(TokenClass::close_array) == byte_of(TokenClass::open_array) + 1);
    for (std::size_t at = token + 1;; at += kBlock) {
      const std::uint64_t closes =
          _mm512_cmpeq_epi8_mask(Avx512::load(columns_.levels.data() + at), level) &
          _mm512_cmpeq_epi8_mask(Avx512::load(columns_.classes.data() + at),
                                 _mm512_set1_epi8(static_cast<char>(close)));
      if (closes == 0) continue;
      const std::size_t begin = columns_.positions[token];
      return {text_ + begin, columns_.positions[at + _tzcnt_u64(closes)] + 1 - begin};
    }
  }

  // The text of a number that is known to be one.
  std::string_view number(std::size_t token) const noexcept {
    const std::size_t begin = columns_.positions[token];
    std::size_t end = begin;
    while (end != size_ && !kEndsScalar.contains(static_cast<unsigned char>(text_[end]))) ++end;
    return {text_ + begin, end - begin};
  }

  // Whether it is an integer, of 64 bits. There are few ways to write the usual ones, but which one
  // comes is hard to predict: what has been read is remembered.
  [[gnu::always_inline]] bool integer(std::size_t token, std::int64_t& value) noexcept {
    const char* begin = text_ + columns_.positions[token];
    if (text_ + size_ - begin < 16) [[unlikely]]
      return to_integer(number(token), value) == IntegerKind::integer;
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(begin));
    // In an object it ends at white space, a comma or a brace.
    const unsigned ends = _mm_cmplt_epu8_mask(bytes, _mm_set1_epi8(' ' + 1)) |
                          _mm_cmpeq_epi8_mask(bytes, _mm_set1_epi8(',')) |
                          _mm_cmpeq_epi8_mask(bytes, _mm_set1_epi8('}'));
    const unsigned size = _tzcnt_u32(ends | 1u << 16);
    const auto eight = static_cast<std::uint64_t>(_mm_cvtsi128_si64(bytes));
    const std::uint64_t digits = _bzhi_u64(eight, 8 * size);
    RememberedInteger& known = memory_.integers[digits * 0x9E3779B97F4A7C15 >> 58];
    if (size > 8 || known.text != digits) [[unlikely]] {
      if (to_integer(number(token), value) != IntegerKind::integer) return false;
      if (size <= 8) known = {digits, value};
      return true;
    }
    value = known.value;
    return true;
  }

  // Any document: as the other readers do it.
  [[gnu::noinline]] bool read_any(std::uint32_t seen, LeadResponse& response) noexcept {
    Reading& reading = memory_.reading;
    reading.start(response);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (((seen >> I & 1) != 0 ? see<kFields[I].field>(reading) : void()), ...);
    }(std::make_index_sequence<kFieldCount>());
    const Family family = reading.family();
    if (family == Family::none) return false;
    reading.finish(family);
    return true;
  }

  template <Field F>
  void see(Reading& reading) const noexcept {
    const std::size_t value = values_[index_of(F)];
    switch (static_cast<TokenClass>(class_of(value))) {
      case TokenClass::open_quote: {
        const std::size_t begin = columns_.positions[value] + std::size_t{1};
        const std::size_t size = columns_.positions[value + 1] - begin;
        reading.see_string(F, {text_ + begin, size}, has_escape(begin, size));
        return;
      }
      case TokenClass::open_object:
        reading.see_object(F, has_members(F) ? std::string_view() : container(value));
        return;
      case TokenClass::true_literal:
      case TokenClass::false_literal:
        reading.see_boolean(F, class_of(value) == byte_of(TokenClass::true_literal));
        return;
      case TokenClass::null_literal:
        reading.see(F, JsonType::null);
        return;
      case TokenClass::number: {
        std::int64_t integer = 0;
        const IntegerKind kind = to_integer(number(value), integer);
        reading.see_number(F, kind, integer);
        return;
      }
      default:
        reading.see(F, JsonType::array);
    }
  }

  const char* text_;
  std::size_t size_;
  const Columns& columns_;
  ColumnMemory& memory_;
  alignas(64) std::array<std::uint16_t, 32> values_;  // tokens, by field
};

}  // namespace
}  // namespace leadscan::internal::avx512
