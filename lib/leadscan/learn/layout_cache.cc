#include "leadscan/learn/layout_cache.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "leadscan/json/characters.h"
#include "leadscan/json/scanner.h"

namespace leadscan::internal {
namespace {

static_assert(sizeof(Text) == 2 * sizeof(std::uint64_t) && sizeof(void*) == sizeof(std::uint64_t));
static_assert(sizeof(LeadResponse) % sizeof(std::uint64_t) == 0);

ResponseImage image_of(const char* document, const LeadResponse& response) {
  ResponseImage image;
  std::memcpy(image.words.data(), &response, sizeof response);
  image.pointers = 0;
  for (const Field field : kTextFields) {
    if (!(response.*slot_of(field).text).has_value()) continue;
    const std::size_t word = word_of(field);
    image.words[word] -= reinterpret_cast<std::uintptr_t>(document);
    image.pointers |= std::uint64_t{1} << word;
  }
  return image;
}

unsigned char byte_at(std::string_view json, std::size_t at) {
  return static_cast<unsigned char>(json[at]);
}

// The values of a document that may differ from one to the next, in order: strings, and numbers
// other than a statusCode.
struct Values {
  struct Value {
    std::uint16_t begin, end;  // of a string: between the quotes
    bool is_number;
  };
  std::array<Value, Layout::kMaxRuns - 1> value;
  std::size_t count = 0;
  std::size_t numbers = 0;
  std::size_t status_begin = 0;  // of the last statusCode that has three digits; 0: none has
  std::size_t status_names = 0;  // members of that name, anywhere
};

// nullopt if there are too many strings, or the document is not plain ASCII without escapes.
std::optional<Values> values_of(std::string_view json) {
  Values values;
  for (const char c : json)
    if (c == '\\' || static_cast<unsigned char>(c) >= 0x80) return std::nullopt;
  JsonScanner scanner(json.data(), json.size());
  bool is_status = false;
  for (;;) {
    const Token token = scanner.next();
    if (token == Token::end) return values;
    if (token == Token::error) return std::nullopt;
    if (token == Token::number && is_status) {
      if (scanner.text().size() == 3 && scanner.text().find_first_of(".-eE") == json.npos)
        values.status_begin = scanner.begin();
    } else if (token == Token::string ||
               (token == Token::number && values.numbers < Layout::kMaxNumbers)) {
      if (token == Token::string && values.count - values.numbers == Layout::kMaxStrings)
        return std::nullopt;
      values.numbers += token == Token::number;
      values.value[values.count++] = {static_cast<std::uint16_t>(scanner.begin()),
                                      static_cast<std::uint16_t>(scanner.end()),
                                      token == Token::number};
    }
    is_status = token == Token::name && scanner.text() == info_of(Field::info_status_code).name;
    values.status_names += is_status;
  }
}

// Something that is to push out another must have come more often than once.
constexpr std::uint32_t kRepeatsWhenFull = 8;

}  // namespace

void LayoutCache::learn(const Attempt& attempt, std::string_view json,
                        const LeadResponse& response) noexcept {
  if (credit_ < kLessonCost) {
    ++credit_;  // a trickle: a stream that changes its layouts is learned again in time
    return;
  }
  const auto lesson = [&](std::uint64_t hash, bool is_full, auto learn_it) {
    if (!seen(hash, is_full ? kRepeatsWhenFull : 1)) return;
    credit_ -= kLessonCost;
    if ((this->*learn_it)(hash, json, response)) {
      ++statistics.learned;
    } else {
      give_up(hash);
    }
  };
  lesson(attempt.template_hash, templates.full(), &LayoutCache::learn_template);
  if (!attempt.layout_known && attempt.layout_hash != 0)
    lesson(attempt.layout_hash, layouts.full(), &LayoutCache::learn_layout);
}

// A sighting: the upper bits of a hash, and in the last ones how often it was seen.
constexpr std::uint32_t kSeen = 0xF;

bool LayoutCache::seen(std::uint64_t hash, std::uint32_t times) noexcept {
  std::uint32_t& sighting = sightings_[hash % sightings_.size()];
  const std::uint32_t tag = static_cast<std::uint32_t>(hash >> 32) & ~kSeen;
  if ((sighting & ~kSeen) != tag) sighting = tag;
  if ((sighting & kSeen) == kSeen) return false;  // given up
  if ((sighting & kSeen) >= times) return true;
  ++sighting;
  return false;
}

void LayoutCache::give_up(std::uint64_t hash) noexcept {
  sightings_[hash % sightings_.size()] |= kSeen;
}

bool LayoutCache::learn_template(std::uint64_t hash, std::string_view json,
                                 const LeadResponse& response) noexcept {
  const std::optional<Values> values = values_of(json);
  if (!values) return false;
  std::array<char, kMaxLearnable> pattern;
  std::array<bool, kMaxLearnable> is_digit{};
  std::array<bool, kMaxLearnable> is_nonzero{};
  std::memcpy(pattern.data(), json.data(), json.size());
  for (std::size_t i = 0; i < values->count; ++i) {
    const auto [begin, end, is_number] = values->value[i];
    if (!is_number) {
      std::memset(pattern.data() + begin, 0, static_cast<std::size_t>(end - begin));
      continue;
    }
    const std::size_t first = begin + std::size_t{json[begin] == '-'};
    is_nonzero[first] = first + 1 < end && internal::is_digit(byte_at(json, first + 1));
    for (std::size_t at = begin; at < end; ++at) {
      is_digit[at] = internal::is_digit(byte_at(json, at));
      if (is_digit[at]) pattern[at] = 0;
    }
  }

  Template& entry = templates.make_room(hash);
  entry.hash = hash;
  entry.length = static_cast<std::uint32_t>(json.size());
  entry.line = json.find('\n') == json.npos ? entry.length : 0;
  entry.uses = 1;
  entry.numbers = 0;
  entry.shape = new_shape();
  entry.image = image_of(json.data(), response);
  for (std::size_t b = 0; b < kMaxBlocks; ++b) {
    const std::size_t offset = std::min(b * kBlock, json.size() - kBlock);
    std::memcpy(entry.pattern.data() + b * kBlock, pattern.data() + offset, kBlock);
    entry.digits[b] = entry.nonzero[b] = 0;
    for (std::size_t i = 0; i < kBlock && b < block_count(json.size()); ++i) {
      entry.digits[b] |= std::uint64_t{is_digit[offset + i]} << i;
      entry.nonzero[b] |= std::uint64_t{is_nonzero[offset + i]} << i;
    }
    entry.numbers |= std::uint32_t{entry.digits[b] != 0} << b;
  }
  templates.index();
  return true;
}

bool LayoutCache::learn_layout(std::uint64_t hash, std::string_view json,
                               const LeadResponse& response) noexcept {
  const std::optional<Values> values = values_of(json);
  if (!values) return false;

  std::array<std::uint16_t, kMaxLearnable + 1>
      quote;  // index of the first quote at or behind a byte
  std::array<std::uint16_t, kMaxLearnable + 1> position;
  std::uint16_t quotes = 0;
  for (std::size_t i = 0; i < json.size(); ++i) {
    quote[i] = quotes;
    if (json[i] == '"') position[quotes++] = static_cast<std::uint16_t>(i);
  }
  quote[json.size()] = quotes;
  position[quotes] = static_cast<std::uint16_t>(json.size());

  Layout layout{};
  layout.hash = hash;
  layout.uses = 1;
  layout.shape = new_shape();
  layout.quotes = quotes;
  layout.image = image_of(json.data(), response);
  // If there is but one statusCode, and info has it, then that is it.
  const bool reads_status =
      response.*slot_of(Field::info_status_code).has && values->status_names == 1;
  std::size_t used = kBlock;
  std::size_t begin = 0;  // of the next run
  const auto add_run = [&](std::size_t end, bool before_number) {
    if (layout.runs == Layout::kMaxRuns || used + (end - begin) + kBlock > Layout::kPool)
      return false;
    Layout::Run& run = layout.run[layout.runs];
    run.first_quote = quote[begin];
    run.last_quote = end == json.size() ? quotes : static_cast<std::uint16_t>(quote[end] - 1);
    run.first_offset = static_cast<std::uint16_t>(position[run.first_quote] - begin);
    run.behind_last =
        static_cast<std::int16_t>(static_cast<std::ptrdiff_t>(end) - position[run.last_quote] - 1);
    run.length = static_cast<std::uint16_t>(end - begin);
    run.pattern = static_cast<std::uint16_t>(used);
    run.before_number = before_number;
    std::memcpy(layout.pool.data() + used, json.data() + begin, end - begin);
    if (reads_status && values->status_begin > begin && values->status_begin < end) {
      layout.status_run = layout.runs;
      layout.status_offset = static_cast<std::uint16_t>(values->status_begin - begin);
      std::memset(layout.pool.data() + used + layout.status_offset, 0, 3);
    }
    used += end - begin + kBlock;
    ++layout.runs;
    return true;
  };
  for (std::size_t i = 0; i < values->count; ++i) {
    const Values::Value& value = values->value[i];
    // There must be a quote between two values, for the run between them to be found by: of the
    // numbers in an array all but the first are constant.
    if (value.is_number && begin != 0 && quote[begin] == quote[value.begin]) continue;
    if (!add_run(value.begin, value.is_number)) return false;
    begin = value.end;
  }
  if (!add_run(json.size(), false)) return false;
  for (std::size_t i = 0; i < kTextFields.size(); ++i) {
    const Text& text = response.*slot_of(kTextFields[i]).text;
    if (!text.has_value()) continue;
    const auto from = static_cast<std::size_t>(text.raw().data() - json.data());
    const std::size_t to = from + text.raw().size();
    Layout::Span& span = layout.span[i];
    span.begin_quote = static_cast<std::uint16_t>(quote[from] - 1);
    span.begin_delta = static_cast<std::uint16_t>(from - position[span.begin_quote]);
    // A string ends at its quote; an object some way in front of the next one: a number may be
    // behind its last.
    span.end_quote = quote[to];
    span.end_delta =
        static_cast<std::int16_t>(static_cast<std::ptrdiff_t>(to) - position[span.end_quote]);
    // Filled in for each document.
    layout.image.words[word_of(kTextFields[i]) + 1] &= ~std::uint64_t{0xFFFFFFFF};
  }
  layouts.make_room(hash) = layout;
  layouts.index();
  return true;
}

}  // namespace leadscan::internal
