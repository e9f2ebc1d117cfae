// The fast path over a kernel (simd/kernel.h): included by one translation unit a kernel, so that
// no code for one CPU leaks into another's.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "leadscan/json/scanner.h"
#include "leadscan/learn/fast_path.h"

namespace leadscan::internal {

template <typename Simd>
class FastPathOver {
 public:
  // The number of blocks at compile time, so that all loops over them unroll.
  static const MatchFunctions& functions() noexcept {
    static constexpr MatchFunctions kFunctions = []<std::size_t... I>(std::index_sequence<I...>) {
      return MatchFunctions{{nullptr, &match<I + 1>...}, &match_line};
    }(std::make_index_sequence<kMaxBlocks>());
    return kFunctions;
  }

 private:
  // Odd numbers without pattern: the digits of pi.
  static constexpr std::uint64_t kMix[kMaxBlocks + 1] = {
      0x243F6A8885A308D3, 0x13198A2E03707345, 0xA4093822299F31D1,
      0x082EFA98EC4E6C89, 0x452821E638D01377, 0xBE5466CF34E90C6D,
      0xC0AC29B7C97C50DD, 0x3F84D5B5B5470917, 0x9216D5D98979FB1B};

  using HoldsFunction = bool (*)(const Template&, const char*) noexcept;

  template <std::size_t kBlocks>
  static bool match(LayoutCache& cache, const char* document, std::size_t size,
                    LeadResponse& response, Attempt& attempt) noexcept {
    std::uint8_t& guess = cache.guess(document, size);
    Template& guessed = cache.templates[guess];
    if (guessed.length == size && holds<kBlocks>(guessed, document)) [[likely]] {
      copy_out(guessed.image, document, response);
      ++guessed.uses;
      ++cache.statistics.template_hits;
      cache.last_template = guess;
      return true;
    }
    return match_hash<kBlocks>(cache, document, size, response, attempt);
  }

  template <std::size_t kBlocks>
  [[gnu::noinline]] static bool match_hash(LayoutCache& cache, const char* document,
                                           std::size_t size, LeadResponse& response,
                                           Attempt& attempt) noexcept {
    std::uint64_t quotes[kBlocks];
    std::uint64_t hash = size * kMix[kMaxBlocks];
    for (std::size_t b = 0; b < kBlocks; ++b) {
      quotes[b] = Simd::quotes(document + offset<kBlocks>(b, size));
      hash += (quotes[b] ^ quotes[b] >> 32) * kMix[b];
    }
    hash = (hash ^ hash >> 29) * kMix[0] | 1;  // 0 says not tried
    attempt = {hash, 0, false};
    const Template* guessed = &cache.templates[cache.guess(document, size)];
    bool unusual = false;
    Template* known = cache.templates.find(hash, [&](const Template& candidate) {
      if (candidate.length != size) return false;
      if (&candidate != guessed && holds<kBlocks>(candidate, document)) return true;
      return unusual = holds_unusually(candidate, document);
    });
    if (known == nullptr) return match_layout(cache, document, size, quotes, response, attempt);
    copy_out(known->image, document, response);
    if (unusual) mark_escapes(response);
    ++known->uses;
    ++cache.statistics.template_hits;
    cache.last_template = static_cast<std::uint8_t>(cache.templates.number_of(*known));
    cache.guess(document, size) = cache.last_template;
    return true;
  }

  // A template that fits says where the line ends, so that nobody has to look for it. Candidates:
  // the one that fitted the line before, if it does so again and again (then the next line's place
  // does not depend on any byte of this one, and the CPU works on both at once); else the one that
  // fitted the last line whose first quotes were as here.
  static const Template* match_line(LayoutCache& cache, const char* text, std::size_t size,
                                    LeadResponse& response, std::uint8_t*& guess) noexcept {
    if (cache.line_repeats >= kSteady) {
      Template& last = cache.templates[cache.last_line];
      if (fits_line(last, text, size)) [[likely]]
        return take_line(cache, last, text, response);
      cache.line_repeats = 0;
    }
    guess = &cache.guess_line(Simd::quotes(text), Simd::quotes(text + kBlock));
    Template& guessed = cache.templates[*guess];
    if (!fits_line(guessed, text, size)) return nullptr;
    cache.line_repeats = *guess == cache.last_line ? cache.line_repeats + 1 : 0;
    cache.last_line = *guess;
    return take_line(cache, guessed, text, response);
  }

  static constexpr std::uint32_t kSteady = 4;

  static void copy_out(const ResponseImage& image, const char* document,
                       LeadResponse& response) noexcept {
    Simd::template relocate<ResponseImage::Shape>(image.words.data(), image.pointers, document,
                                                  &response);
  }

  static bool ends_line(const char* at, const char* end) noexcept {
    return *at == '\n' || (*at == '\r' && at + 1 < end && at[1] == '\n');
  }

  static bool fits_line(const Template& known, const char* text, std::size_t size) noexcept {
    static constexpr std::array<HoldsFunction, kMaxBlocks + 1> kHolds =
        []<std::size_t... I>(std::index_sequence<I...>) {
          return std::array<HoldsFunction, kMaxBlocks + 1>{nullptr, &holds<I + 1>...};
        }(std::make_index_sequence<kMaxBlocks>());
    const std::size_t length = known.line;
    return length != 0 && length < size && ends_line(text + length, text + size) &&
           kHolds[block_count(length)](known, text);
  }

  static const Template* take_line(LayoutCache& cache, Template& known, const char* text,
                                   LeadResponse& response) noexcept {
    copy_out(known.image, text, response);
    ++known.uses;
    ++cache.statistics.line_hits;
    return &known;
  }

  template <std::size_t kBlocks>
  static constexpr std::size_t offset(std::size_t block, std::size_t size) {
    return block + 1 == kBlocks ? size - kBlock : block * kBlock;
  }

  template <std::size_t kBlocks>
  static bool holds(const Template& known, const char* document) noexcept {
    typename Simd::Comparison comparison;
    for (std::size_t b = 0; b < kBlocks; ++b)
      comparison.pattern(document + offset<kBlocks>(b, known.length),
                         known.pattern.data() + b * kBlock);
    return comparison.holds();
  }

  [[gnu::noinline]] static bool match_layout(LayoutCache& cache, const char* document,
                                             std::size_t size, std::uint64_t* quotes,
                                             LeadResponse& response, Attempt& attempt) noexcept {
    const std::size_t last = block_count(size) - 1;
    // The last block overlaps the one before: what it repeats is not to count twice.
    const std::size_t repeated = last * kBlock - block_offset(last, size);
    quotes[last] >>= repeated;
    std::uint16_t position[kMaxLearnable + kBlock];
    unsigned count = 0;
    for (std::size_t b = 0; b <= last; ++b)
      count += Simd::positions(quotes[b], static_cast<unsigned>(b * kBlock), position + count);

    std::uint64_t key = 0;
    std::memcpy(&key, document, sizeof key);
    key = (key + count * kMix[1]) * kMix[2];
    key ^= key >> 31;
    attempt.layout_hash = key |= 1;
    Layout* known = cache.layouts.find(key, [&](const Layout& candidate) {
      return candidate.quotes == count && follows(candidate, document, size, position, response);
    });
    if (known == nullptr) return false;
    ++known->uses;
    ++cache.statistics.layout_hits;
    attempt.layout_known = true;
    // Lengths that come again deserve a template.
    cache.learn(attempt, {document, size}, response);
    return true;
  }

  // `position` holds as many quotes as the layout has.
  static bool follows(const Layout& known, const char* document, std::size_t size,
                      const std::uint16_t* position, LeadResponse& response) noexcept {
    typename Simd::Comparison constants;
    for (std::size_t r = 0; r < known.runs; ++r) {
      const Layout::Run& run = known.run[r];
      const std::size_t begin = r == 0 ? 0 : position[run.from];
      const std::size_t end = r + 1 == known.runs ? size : position[run.to] + std::size_t{1};
      if (end - begin != run.length) return false;
      const std::uint8_t* pattern = known.pool.data() + run.pattern;
      for (std::size_t done = 0; done < run.length; done += kBlock) {
        // Rather than past the document's end, a block is loaded from further in front, and
        // compared with the zero bytes in front of the pattern.
        const std::size_t at = std::min(begin + done, size - kBlock);
        constants.constants(document + at, pattern + static_cast<std::ptrdiff_t>(at - begin));
      }
    }
    if (!constants.holds()) return false;
    std::int64_t status = 0;
    if (known.status_offset != 0 && !read_status(known, document, position, status)) return false;

    typename Simd::Comparison strings;
    for (std::size_t b = 0; b < block_count(size); ++b)
      strings.text(document + block_offset(b, size));
    const bool unusual = !strings.holds();
    if (unusual && !strings_are_valid(known, document, position)) return false;

    std::array<std::uint64_t, ResponseImage::kWords> words = known.image.words;
    const auto base = reinterpret_cast<std::uintptr_t>(document);
    for (std::size_t i = 0; i < kTextFields.size(); ++i) {
      const Layout::Span& span = known.span[i];
      const std::size_t begin = position[span.begin_quote] + std::size_t{span.begin_delta};
      const std::size_t end = position[span.end_quote] + std::size_t{span.end_delta};
      const std::size_t word = word_of(kTextFields[i]);
      const std::uint64_t is_value = std::uint64_t{0} - (known.image.pointers >> word & 1);
      words[word] = (base + begin) & is_value;
      words[word + 1] |= (end - begin) & is_value;
    }
    std::memcpy(static_cast<void*>(&response), words.data(), sizeof words);
    if (known.status_offset != 0) response.status_code = status;
    if (unusual) mark_escapes(response);
    return true;
  }

  static bool read_status(const Layout& known, const char* document, const std::uint16_t* position,
                          std::int64_t& status) noexcept {
    const std::size_t run = known.status_run;
    const char* digits =
        document + (run == 0 ? 0 : position[known.run[run].from]) + known.status_offset;
    const auto digit = [&](int i) { return static_cast<unsigned char>(digits[i]) - unsigned{'0'}; };
    status = digit(0) * 100 + digit(1) * 10 + digit(2);
    return digit(0) - 1 <= 8 && digit(1) <= 9 && digit(2) <= 9;
  }

  // Whether a document that does not hold has merely escapes or non-ASCII text in its strings.
  [[gnu::noinline]] static bool holds_unusually(const Template& known,
                                                const char* document) noexcept {
    const std::size_t size = known.length;
    typename Simd::Comparison constants;
    for (std::size_t b = 0; b < block_count(size); ++b)
      constants.constants(document + block_offset(b, size), known.pattern.data() + b * kBlock);
    if (!constants.holds()) return false;
    for (std::size_t begin = 0; begin < size; ++begin) {
      if (known.pattern_at(begin) != 0) continue;
      std::size_t end = begin;
      while (known.pattern_at(end) == 0) ++end;
      if (!is_string(document, begin, end)) return false;
      begin = end;
    }
    return true;
  }

  [[gnu::noinline]] static bool strings_are_valid(const Layout& known, const char* document,
                                                  const std::uint16_t* position) noexcept {
    for (std::size_t r = 0; r + 1 < known.runs; ++r)
      if (!is_string(document, position[known.run[r].to] + std::size_t{1},
                     position[known.run[r + 1].from]))
        return false;
    return true;
  }

  // Whether [begin, end) and the quotes around it are one JSON string.
  static bool is_string(const char* document, std::size_t begin, std::size_t end) noexcept {
    const auto* p = reinterpret_cast<const unsigned char*>(document);
    bool plain = true;
    for (std::size_t i = begin; i < end; ++i)
      plain &= p[i] >= 0x20 && p[i] < 0x80 && p[i] != '\\' && p[i] != '"';
    return plain || is_json(document + begin - 1, end - begin + 2, 0);
  }

  static void mark_escapes(LeadResponse& response) noexcept {
    for (const Field field : kTextFields) {
      Text& value = response.*slot_of(field).text;
      if (value.has_value() && !value.is_object())
        value = Text::string(value.raw(), value.raw().find('\\') != std::string_view::npos);
    }
  }
};

}  // namespace leadscan::internal
