#include "leadscan/learn/layout_cache.h"

#include <cstring>
#include <optional>

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

// The string values of a document, in order.
struct Strings {
  struct String {
    std::uint16_t begin, end;  // between the quotes
  };
  std::array<String, Layout::kMaxRuns> string;
  std::size_t count = 0;
  std::size_t status_begin = 0;  // of the last statusCode that has three digits; 0: none has
  std::size_t status_names = 0;  // members of that name, anywhere
};

// nullopt if there are too many, or the document is not plain ASCII without escapes.
std::optional<Strings> strings_of(std::string_view json) {
  Strings strings;
  for (const char c : json)
    if (c == '\\' || static_cast<unsigned char>(c) >= 0x80) return std::nullopt;
  JsonScanner scanner(json.data(), json.size());
  bool is_status = false;
  for (;;) {
    const Token token = scanner.next();
    switch (token) {
      case Token::end:
        return strings;
      case Token::error:
        return std::nullopt;
      case Token::string:
        if (strings.count == strings.string.size()) return std::nullopt;
        strings.string[strings.count++] = {static_cast<std::uint16_t>(scanner.begin()),
                                           static_cast<std::uint16_t>(scanner.end())};
        break;
      case Token::number:
        if (is_status && scanner.text().size() == 3 &&
            scanner.text().find_first_of(".-eE") == json.npos)
          strings.status_begin = scanner.begin();
        break;
      default:
        break;
    }
    is_status = token == Token::name && scanner.text() == info_of(Field::info_status_code).name;
    strings.status_names += is_status;
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
  bool learned = false;
  if (seen(attempt.template_hash, templates.full() ? kRepeatsWhenFull : 1))
    learned |= learn_template(attempt.template_hash, json, response);
  if (!attempt.layout_known && attempt.layout_hash != 0 &&
      seen(attempt.layout_hash, layouts.full() ? kRepeatsWhenFull : 1))
    learned |= learn_layout(attempt.layout_hash, json, response);
  if (learned) ++statistics.learned;
  credit_ -= learned ? kLessonCost : 0;
}

bool LayoutCache::seen(std::uint64_t hash, std::uint32_t times) noexcept {
  constexpr std::uint32_t kCount = 0xF;
  std::uint32_t& sighting = sightings_[hash % sightings_.size()];
  const std::uint32_t tag = static_cast<std::uint32_t>(hash >> 32) & ~kCount;
  if ((sighting & ~kCount) != tag) sighting = tag;
  if ((sighting & kCount) >= times) return true;
  ++sighting;
  return false;
}

bool LayoutCache::learn_template(std::uint64_t hash, std::string_view json,
                                 const LeadResponse& response) noexcept {
  const std::optional<Strings> strings = strings_of(json);
  if (!strings) return false;
  std::array<char, kMaxLearnable> pattern;
  std::memcpy(pattern.data(), json.data(), json.size());
  for (std::size_t i = 0; i < strings->count; ++i)
    std::memset(pattern.data() + strings->string[i].begin, 0,
                strings->string[i].end - strings->string[i].begin);

  Template& entry = templates.make_room();
  entry.hash = hash;
  entry.length = static_cast<std::uint32_t>(json.size());
  entry.line = json.find('\n') == json.npos ? entry.length : 0;
  entry.uses = 1;
  entry.image = image_of(json.data(), response);
  for (std::size_t b = 0; b < block_count(json.size()); ++b)
    std::memcpy(entry.pattern.data() + b * kBlock, pattern.data() + block_offset(b, json.size()),
                kBlock);
  templates.index();
  return true;
}

bool LayoutCache::learn_layout(std::uint64_t hash, std::string_view json,
                               const LeadResponse& response) noexcept {
  const std::optional<Strings> strings = strings_of(json);
  if (!strings || strings->count + 1 > Layout::kMaxRuns) return false;

  std::array<std::uint16_t, kMaxLearnable> quote;  // index of the quote at, or next before, a byte
  std::uint16_t quotes = 0;
  for (std::size_t i = 0; i < json.size(); ++i) {
    quotes = static_cast<std::uint16_t>(quotes + (json[i] == '"'));
    quote[i] = static_cast<std::uint16_t>(quotes - 1);
  }
  std::array<std::uint16_t, kMaxLearnable> position;
  for (std::size_t i = 0; i < json.size(); ++i)
    if (json[i] == '"') position[quote[i]] = static_cast<std::uint16_t>(i);

  Layout layout{};
  layout.hash = hash;
  layout.uses = 1;
  layout.quotes = quotes;
  layout.runs = static_cast<std::uint16_t>(strings->count + 1);
  layout.image = image_of(json.data(), response);
  // If there is but one statusCode, and info has it, then that is it.
  const bool reads_status = response.has_status_code && strings->status_names == 1;
  std::size_t used = kBlock;
  for (std::size_t r = 0; r < layout.runs; ++r) {
    const std::size_t begin = r == 0 ? 0 : strings->string[r - 1].end;
    const std::size_t end = r + 1u == layout.runs ? json.size() : strings->string[r].begin;
    if (used + (end - begin) + kBlock > Layout::kPool) return false;
    Layout::Run& run = layout.run[r];
    run.from = r == 0 ? 0 : quote[begin];
    run.to = r + 1u == layout.runs ? 0 : quote[end - 1];
    run.length = static_cast<std::uint16_t>(end - begin);
    run.pattern = static_cast<std::uint16_t>(used);
    std::memcpy(layout.pool.data() + used, json.data() + begin, end - begin);
    if (reads_status && strings->status_begin > begin && strings->status_begin < end) {
      layout.status_run = static_cast<std::uint16_t>(r);
      layout.status_offset = static_cast<std::uint16_t>(strings->status_begin - begin);
      std::memset(layout.pool.data() + used + layout.status_offset, 0, 3);
    }
    used += end - begin + kBlock;
  }
  for (std::size_t i = 0; i < kTextFields.size(); ++i) {
    const Text& text = response.*slot_of(kTextFields[i]).text;
    if (!text.has_value()) continue;
    const auto begin = static_cast<std::size_t>(text.raw().data() - json.data());
    const std::size_t end = begin + text.raw().size();
    Layout::Span& span = layout.span[i];
    span.begin_quote = quote[begin - 1];
    span.begin_delta = static_cast<std::uint16_t>(begin - position[span.begin_quote]);
    // A string ends before its quote, an object some way behind its last one.
    span.end_quote = text.is_object() ? quote[end - 1] : quote[end];
    span.end_delta = static_cast<std::uint16_t>(end - position[span.end_quote]);
    // Filled in for each document.
    layout.image.words[word_of(kTextFields[i]) + 1] &= ~std::uint64_t{0xFFFFFFFF};
  }
  layouts.make_room() = layout;
  layouts.index();
  return true;
}

}  // namespace leadscan::internal
