// The fast path over a kernel (simd/kernel.h): included by one translation unit a kernel, so that
// no code for one CPU leaks into another's.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "leadscan/json/number.h"
#include "leadscan/json/scanner.h"
#include "leadscan/learn/fast_path.h"

namespace leadscan::internal {

template <typename Simd>
class FastPathOver {
 public:
  // The number of blocks at compile time, so that all loops over them unroll.
  static const MatchFunctions& functions() noexcept {
    static constexpr MatchFunctions kFunctions = {&match, &match_line, &match_run, &match_lines,
                                                  &line_ends};
    return kFunctions;
  }

 private:
  // Odd numbers without pattern: the digits of pi.
  static constexpr std::uint64_t kMix[kMaxBlocks + 1] = {
      0x243F6A8885A308D3, 0x13198A2E03707345, 0xA4093822299F31D1,
      0x082EFA98EC4E6C89, 0x452821E638D01377, 0xBE5466CF34E90C6D,
      0xC0AC29B7C97C50DD, 0x3F84D5B5B5470917, 0x9216D5D98979FB1B};

  // The usual template is tried first, by a function that calls none where it fits, and so saves no
  // register: what is left to do is a jump to another one with the same arguments.
  static bool match(LayoutCache& cache, const char* document, std::size_t size,
                    LeadResponse& response, Attempt& attempt) noexcept {
    static constexpr std::array<MatchFunction, kMaxBlocks + 1> kUsual =
        []<std::size_t... I>(std::index_sequence<I...>) {
          return std::array<MatchFunction, kMaxBlocks + 1>{nullptr, &match_usual<I + 1>...};
        }(std::make_index_sequence<kMaxBlocks>());
    if (cache.has_usual()) {
      const Template& usual = cache.templates[cache.usual];
      if (usual.length == size)
        return (usual.numbers == 0 ? kUsual[block_count(size)] : &match_usual_numbers)(
            cache, document, size, response, attempt);
    }
    return match_any(cache, document, size, response, attempt);
  }

  // kBlocks: as many as the document has. While one layout repeats, the jump by that is predicted.
  template <std::size_t kBlocks>
  static bool match_usual(LayoutCache& cache, const char* document, std::size_t size,
                          LeadResponse& response, Attempt& attempt) noexcept {
    Template& usual = cache.templates[cache.usual];
    if (!holds_blocks<kBlocks>(usual, document)) [[unlikely]]
      return match_any(cache, document, size, response, attempt);
    return take_usual(cache, usual, document, response, attempt);
  }
  [[gnu::noinline]] static bool match_usual_numbers(LayoutCache& cache, const char* document,
                                                    std::size_t size, LeadResponse& response,
                                                    Attempt& attempt) noexcept {
    Template& usual = cache.templates[cache.usual];
    if (!holds_exactly(usual, document)) [[unlikely]]
      return match_any(cache, document, size, response, attempt);
    return take_usual(cache, usual, document, response, attempt);
  }
  static bool take_usual(LayoutCache& cache, Template& usual, const char* document,
                         LeadResponse& response, Attempt& attempt) noexcept {
    take(cache, usual, document, response);
    attempt.shape = usual.shape;
    cache.trust_more();
    return true;
  }

  // One of two numbers of blocks, whatever the document's size: see match_guess().
  [[gnu::noinline]] static bool match_any(LayoutCache& cache, const char* document,
                                          std::size_t size, LeadResponse& response,
                                          Attempt& attempt) noexcept {
    constexpr std::size_t kMostly = 5;
    return size <= kMostly * kBlock
               ? match_guess<kMostly>(cache, document, size, response, attempt)
               : match_guess<kMaxBlocks>(cache, document, size, response, attempt);
  }

  // Compares kBlocks, whatever the document's size: a jump by the number of its blocks would be
  // mispredicted more often than not, which costs more than a block.
  template <std::size_t kBlocks>
  static bool match_guess(LayoutCache& cache, const char* document, std::size_t size,
                          LeadResponse& response, Attempt& attempt) noexcept {
    const std::uint64_t second = quotes(document + std::min(kBlock, size - kBlock));
    const std::uint64_t last = quotes(document + size - kBlock);
    std::uint8_t& guess = cache.guess(document, size, second, last);
    Template& guessed = cache.templates[guess];
    const bool fits = holds<kBlocks>(guessed, document, size);
    if ((fits & (guessed.length == size)) && numbers_hold(guessed, document)) [[likely]] {
      take(cache, guessed, document, response);
      attempt.shape = guessed.shape;
      cache.fitted(guess);
      return true;
    }
    return match_hash(cache, document, size, guess, response, attempt);
  }

  // The template fits.
  static void take(LayoutCache& cache, Template& known, const char* document,
                   LeadResponse& response) noexcept {
    copy_out(known.image, document, response);
    count_use(known);
    ++cache.statistics.template_hits;
  }

  [[gnu::noinline]] static bool match_hash(LayoutCache& cache, const char* document,
                                           std::size_t size, std::uint8_t& guess,
                                           LeadResponse& response, Attempt& attempt) noexcept {
    std::uint64_t quotes[kMaxBlocks];
    std::uint64_t hash = size * kMix[kMaxBlocks];
    for (std::size_t b = 0; b < block_count(size); ++b) {
      quotes[b] = FastPathOver::quotes(document + block_offset(b, size));
      hash += (quotes[b] ^ quotes[b] >> 32) * kMix[b];
    }
    hash = (hash ^ hash >> 29) * kMix[0] | 1;  // 0 says not tried
    attempt = {hash, 0, false, 0};
    const Template* guessed = &cache.templates[guess];
    bool unusual = false;
    Template* known = cache.templates.find(hash, [&](const Template& candidate) {
      if (candidate.length != size) return false;
      if (!numbers_hold(candidate, document)) return false;
      if (&candidate != guessed && holds<kMaxBlocks>(candidate, document, size)) return true;
      unusual = holds_unusually(candidate, document);
      return unusual;
    });
    if (known == nullptr) return match_layout(cache, document, size, quotes, response, attempt);
    guess = static_cast<std::uint8_t>(cache.templates.number_of(*known));
    take(cache, *known, document, response);
    attempt.shape = known->shape;
    cache.fitted(guess);
    if (unusual) mark_escapes(document, size, response);
    return true;
  }

  // The usual template says where the line ends if it fits this one, too: then the next line's
  // place does not depend on any byte of this one, and the CPU works on both at once.
  static const Template* match_line(LayoutCache& cache, const char* text, std::size_t size,
                                    LeadResponse& response) noexcept {
    Template& usual = cache.templates[cache.usual];
    const std::size_t length = usual.line;
    if (length == 0 || length >= size || !ends_line(text + length, text + size) ||
        !holds_exactly(usual, text))
      return nullptr;
    take(cache, usual, text, response);
    cache.trust_more();
    ++cache.statistics.line_hits;
    return &usual;
  }

  // The same for as many lines as follow each other and fit, with the template in registers.
  static std::size_t match_run(LayoutCache& cache, std::string_view text, std::size_t offset,
                               std::size_t number, std::span<LineResult> results) noexcept {
    Template& usual = cache.templates[cache.usual];
    if (usual.line == 0) return 0;
    using Run = std::size_t (*)(const Template&, std::string_view, std::size_t, std::size_t,
                                std::span<LineResult>) noexcept;
    static constexpr std::array<Run, kMaxBlocks + 1> kRun =
        []<std::size_t... I>(std::index_sequence<I...>) {
          return std::array<Run, kMaxBlocks + 1>{nullptr, &run_of_blocks<I + 1>...};
        }(std::make_index_sequence<kMaxBlocks>());
    const std::size_t count = kRun[block_count(usual.length)](usual, text, offset, number, results);
    cache.fitted_usual(count);
    return count;
  }
  template <std::size_t kBlocks>
  static std::size_t run_of_blocks(const Template& usual, std::string_view text, std::size_t offset,
                                   std::size_t number, std::span<LineResult> results) noexcept {
    using Comparison = typename Simd::Comparison;
    constexpr std::size_t kAhead = 4096;
    const std::size_t length = usual.length;
    typename Comparison::Wanted wanted[kBlocks];
    for (std::size_t b = 0; b < kBlocks; ++b)
      wanted[b] = Comparison::wanted(usual.pattern.data() + b * kBlock);
    const char* at = text.data();
    const char* const end = at + text.size();
    std::size_t count = 0;
    for (; count < results.size(); ++count, ++number) {
      if (static_cast<std::size_t>(end - at) <= length || !ends_line(at + length, end)) break;
      for (std::size_t b = 0; b < kBlocks; ++b) __builtin_prefetch(at + kAhead + b * kBlock);
      Comparison comparison;
      for (std::size_t b = 0; b < kBlocks; ++b)
        comparison.pattern(at + (b + 1 == kBlocks ? length - kBlock : b * kBlock), wanted[b]);
      if (!comparison.holds() || !numbers_hold(usual, at)) break;
      LineResult& result = results[count];
      copy_out(usual.image, at, result.response);
      result.error = {};
      result.offset = offset + static_cast<std::size_t>(at - text.data());
      result.size = length;
      result.number = number;
      result.shape = usual.shape;
      at += size_with_cr(at, length) + 1;
    }
    return count;
  }

  // Lines that fit some template or layout, from the next one on.
  static std::size_t match_lines(LayoutCache& cache, KnownLines& lines, std::size_t longest,
                                 std::span<LineResult> results, Attempt& attempt) noexcept {
    std::size_t count = 0;
    const LineEnds& ends = lines.ends;
    while (count < results.size() && lines.next_end < ends.count && cache.trusts()) {
      const std::size_t end = lines.ends_begin + ends.at[lines.next_end];
      if (end < lines.position) {
        ++lines.next_end;
        continue;
      }
      const char* const line = lines.text + lines.position;
      std::size_t size = end - lines.position;
      if (!is_learnable(size)) break;
      size = size_without_cr(line, size);
      if (!is_learnable(size) || size > longest) break;
      LineResult& result = results[count];
      if (!match(cache, line, size, result.response, attempt)) {
        cache.miss();
        lines.missed = true;
        break;
      }
      cache.hit();
      result.error = {};
      result.offset = lines.position;
      result.size = size;
      result.number = ++lines.number;
      result.shape = attempt.shape;
      lines.position = end + 1;
      ++lines.next_end;
      ++count;
    }
    return count;
  }

  static std::uint64_t quotes(const char* block) noexcept { return Simd::equal(block, '"'); }

  static void copy_out(const ResponseImage& image, const char* document,
                       LeadResponse& response) noexcept {
    Simd::template relocate<ResponseImage::Shape>(image.words.data(), image.pointers, document,
                                                  &response);
  }

  static bool ends_line(const char* at, const char* end) noexcept {
    return *at == '\n' || (*at == '\r' && at + 1 < end && at[1] == '\n');
  }

  static bool numbers_hold(const Template& known, const char* document) noexcept {
    return known.numbers == 0 || digits_hold(known, document);
  }

  [[gnu::noinline]] static bool digits_hold(const Template& known, const char* document) noexcept {
    std::uint64_t wrong = 0;
    for (std::uint32_t blocks = known.numbers; blocks != 0; blocks &= blocks - 1) {
      const auto b = static_cast<std::size_t>(std::countr_zero(blocks));
      const char* block = document + block_offset(b, known.length);
      wrong |=
          (known.digits[b] & ~Simd::digits(block)) | (known.nonzero[b] & Simd::equal(block, '0'));
    }
    return wrong == 0;
  }

  template <std::size_t kBlocks>
  static bool holds(const Template& known, const char* document, std::size_t size) noexcept {
    typename Simd::Comparison comparison;
    for (std::size_t b = 0; b < kBlocks; ++b)
      comparison.pattern(document + std::min(b * kBlock, size - kBlock),
                         known.pattern.data() + b * kBlock);
    return comparison.holds();
  }

  // The same of a document of the template's length, which jumps by the number of blocks: while one
  // layout repeats, that is well predicted.
  static bool holds_exactly(const Template& known, const char* document) noexcept {
    using Holds = bool (*)(const Template&, const char*) noexcept;
    static constexpr std::array<Holds, kMaxBlocks + 1> kHolds =
        []<std::size_t... I>(std::index_sequence<I...>) {
          return std::array<Holds, kMaxBlocks + 1>{nullptr, &holds_blocks<I + 1>...};
        }(std::make_index_sequence<kMaxBlocks>());
    return kHolds[block_count(known.length)](known, document) && numbers_hold(known, document);
  }
  template <std::size_t kBlocks>
  static bool holds_blocks(const Template& known, const char* document) noexcept {
    typename Simd::Comparison comparison;
    for (std::size_t b = 0; b < kBlocks; ++b)
      comparison.pattern(document + (b + 1 == kBlocks ? known.length - kBlock : b * kBlock),
                         known.pattern.data() + b * kBlock);
    return comparison.holds();
  }

  // See LineEnds.
  static void line_ends(const char* text, std::size_t size, LineEnds& ends) noexcept {
    std::size_t at = 0;
    unsigned count = 0;
    while (size - at >= kBlock && count < LineEnds::kEnough &&
           (at < LineEnds::kWindow || count == 0)) {
      __builtin_prefetch(text + at + 8192);
      // Mostly none or one: stored in any case, without a jump.
      std::uint64_t mask = Simd::equal(text + at, '\n');
      ends.at[count] = at + static_cast<std::size_t>(std::countr_zero(mask));
      count += mask != 0;
      while ((mask &= mask - 1 + (mask == 0)) != 0) [[unlikely]]
        ends.at[count++] = at + static_cast<std::size_t>(std::countr_zero(mask));
      at += kBlock;
    }
    if (size - at < kBlock && count < LineEnds::kEnough)
      for (; at < size; ++at)
        if (text[at] == '\n') ends.at[count++] = at;
    ends.count = count;
    ends.scanned = at;
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
    position[count] = static_cast<std::uint16_t>(size);

    std::uint64_t key = 0;
    std::memcpy(&key, document, sizeof key);
    key = (key + count * kMix[1]) * kMix[2];
    key ^= key >> 31;
    attempt.layout_hash = key |= 1;
    Layout* known = cache.layouts.find(key, [&](const Layout& candidate) {
      return candidate.quotes == count && follows(candidate, document, size, position, response);
    });
    if (known == nullptr) return false;
    count_use(*known);
    ++cache.statistics.layout_hits;
    attempt.layout_known = true;
    attempt.shape = known->shape;
    // Lengths that come again deserve a template.
    cache.learn(attempt, {document, size}, response);
    return true;
  }

  // Where a run of a layout must be, by the quotes of a document.
  static std::size_t begin_of(const Layout::Run& run, const std::uint16_t* position) noexcept {
    return position[run.first_quote] - std::size_t{run.first_offset};
  }
  static std::size_t end_of(const Layout::Run& run, const std::uint16_t* position) noexcept {
    return static_cast<std::size_t>(position[run.last_quote] + 1 + run.behind_last);
  }

  // `position` holds as many quotes as the layout has, and the document's size.
  static bool follows(const Layout& known, const char* document, std::size_t size,
                      const std::uint16_t* position, LeadResponse& response) noexcept {
    typename Simd::Comparison constants;
    std::size_t expected = 0;  // where the run begins, if nothing but a string is in front of it
    for (std::size_t r = 0; r < known.runs; ++r) {
      const Layout::Run& run = known.run[r];
      const std::size_t begin = begin_of(run, position);
      // (A beginning in front of the document's wraps, and differs.)
      if (end_of(run, position) - begin != run.length) return false;
      if (r == 0 ? begin != 0
                 : known.run[r - 1].before_number && !is_number(document, expected, begin))
        return false;
      expected = begin + run.length;
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
    if (unusual && !strings_are_valid(known, document, size, position)) return false;

    std::array<std::uint64_t, ResponseImage::kWords> words = known.image.words;
    const auto base = reinterpret_cast<std::uintptr_t>(document);
    for (std::size_t i = 0; i < kTextFields.size(); ++i) {
      const Layout::Span& span = known.span[i];
      const std::size_t begin = position[span.begin_quote] + std::size_t{span.begin_delta};
      const auto end = static_cast<std::size_t>(position[span.end_quote] + span.end_delta);
      const std::size_t word = word_of(kTextFields[i]);
      const std::uint64_t is_value = std::uint64_t{0} - (known.image.pointers >> word & 1);
      words[word] = (base + begin) & is_value;
      words[word + 1] |= (end - begin) & is_value;
    }
    std::memcpy(static_cast<void*>(&response), words.data(), sizeof words);
    if (known.status_offset != 0) response.*slot_of(Field::info_status_code).integer = status;
    if (unusual) mark_escapes(document, size, response);
    return true;
  }

  static bool read_status(const Layout& known, const char* document, const std::uint16_t* position,
                          std::int64_t& status) noexcept {
    const std::size_t run = known.status_run;
    const char* digits = document + begin_of(known.run[run], position) + known.status_offset;
    const auto digit = [&](int i) { return static_cast<unsigned char>(digits[i]) - unsigned{'0'}; };
    status = digit(0) * 100 + digit(1) * 10 + digit(2);
    return digit(0) - 1 <= 8 && digit(1) <= 9 && digit(2) <= 9;
  }

  // Whether a document that does not hold has merely escapes or non-ASCII text in its strings. Its
  // numbers hold.
  [[gnu::noinline]] static bool holds_unusually(const Template& known,
                                                const char* document) noexcept {
    const std::size_t size = known.length;
    typename Simd::Comparison constants;
    for (std::size_t b = 0; b < block_count(size); ++b)
      constants.constants(document + block_offset(b, size), known.pattern.data() + b * kBlock);
    if (!constants.holds()) return false;
    std::uint64_t unusual[kMaxBlocks] = {};
    for (std::size_t b = 0; b < block_count(size); ++b) {
      const char* block = document + block_offset(b, size);
      const auto* pattern = reinterpret_cast<const char*>(known.pattern.data() + b * kBlock);
      unusual[b] = (Simd::unusual(block) | quotes(block)) & Simd::equal(pattern, 0);
    }
    return check_strings(unusual, size, [&](std::size_t at) {
      std::size_t begin = at;
      std::size_t end = at;
      while (known.pattern_at(begin - 1) == 0) --begin;
      while (known.pattern_at(end) == 0) ++end;
      return is_string(document, begin, end) ? end : kNone;
    });
  }

  // The document has the layout's quotes, constants and numbers.
  [[gnu::noinline]] static bool strings_are_valid(const Layout& known, const char* document,
                                                  std::size_t size,
                                                  const std::uint16_t* position) noexcept {
    std::uint64_t unusual[kMaxBlocks] = {};
    for (std::size_t b = 0; b < block_count(size); ++b)
      unusual[b] = Simd::unusual(document + block_offset(b, size));
    std::size_t r = 0;
    return check_strings(unusual, size, [&](std::size_t at) {
      while (r + 1 < known.runs && begin_of(known.run[r + 1], position) <= at) ++r;
      if (at < end_of(known.run[r], position)) return at + 1;  // white space of the layout
      if (r + 1 == known.runs || known.run[r].before_number) return kNone;
      const std::size_t end = begin_of(known.run[r + 1], position);
      return is_string(document, end_of(known.run[r], position), end) ? end : kNone;
    });
  }

  static constexpr std::size_t kNone = ~std::size_t{0};

  // Calls check(at) for bytes, by a bit each of every block, which returns where the string that it
  // is in ends, or kNone if that is no string. Whether it never returned that.
  template <typename Check>
  static bool check_strings(const std::uint64_t* bytes, std::size_t size, Check check) noexcept {
    std::size_t next = 0;
    for (std::size_t b = 0; b < block_count(size); ++b) {
      for (std::uint64_t left = bytes[b]; left != 0; left &= left - 1) {
        const std::size_t at =
            block_offset(b, size) + static_cast<std::size_t>(std::countr_zero(left));
        if (at < next) continue;
        next = check(at);
        if (next == kNone) return false;
      }
    }
    return true;
  }

  static bool is_number(const char* document, std::size_t begin, std::size_t end) noexcept {
    if (begin >= end) return false;
    const auto* p = reinterpret_cast<const unsigned char*>(document);
    const NumberEnd number = scan_number(p + begin, p + end);
    return number.complete && number.at == p + end;
  }

  // Whether [begin, end) and the quotes around it are one JSON string.
  static bool is_string(const char* document, std::size_t begin, std::size_t end) noexcept {
    return is_json(document + begin - 1, end - begin + 2, 0);
  }

  static void mark_escapes(const char* document, std::size_t size,
                           LeadResponse& response) noexcept {
    std::uint64_t backslashes = 0;
    for (std::size_t b = 0; b < block_count(size); ++b)
      backslashes |= Simd::equal(document + block_offset(b, size), '\\');
    if (backslashes == 0) return;
    for (const Field field : kTextFields) {
      Text& value = response.*slot_of(field).text;
      if (value.has_value() && !value.is_object())
        value = Text::string(value.raw(), value.raw().find('\\') != std::string_view::npos);
    }
  }
};

}  // namespace leadscan::internal
