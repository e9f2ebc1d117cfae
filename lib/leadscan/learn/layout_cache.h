// LayoutCache: what a parser has learned about the documents it sees.
//
// A producer's documents differ only in their values. A learned layout is a pattern: the constant
// bytes of a document (structure, names, literals), and the places of its strings and of the
// numbers that are not read. A document that equals the pattern in all constant bytes, whose
// strings hold no quote, backslash, control or non-ASCII byte, and whose numbers are numbers, has
// the same structure as the document learned from, which the general path has validated; so its
// fields are where the pattern says. Nothing else is ever accepted: hashes choose candidates,
// comparisons decide.
//
// - A Template knows the length of every string and number too: the response is base + constants.
// - A Layout knows the order of quotes: strings and numbers may be of any length.
//
// Time is bounded by counting. A document that nothing fits is a miss, and costs a few comparisons
// (kMostAlike of templates, as many of layouts): doubt grows by one with each miss and shrinks by
// one with each hit, and in doubt only one document in kSampling is tried. A lesson, failed or not,
// costs what kLessonCost hits have earned. What comes once is not learned.
//
// Fixed memory, no allocation after construction, one parser's own: no locks.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "leadscan/fields.h"
#include "leadscan/simd/block.h"
#include "leadscan/simd/kernel.h"
#include "leadscan/statistics.h"

namespace leadscan::internal {

inline constexpr std::size_t kMaxBlocks = 8;
inline constexpr std::size_t kMaxLearnable = kBlock * kMaxBlocks;  // longest document, bytes
inline constexpr std::size_t kMinLearnable = kBlock;               // shortest
constexpr bool is_learnable(std::size_t size) {
  return size - kMinLearnable <= kMaxLearnable - kMinLearnable;
}

// A Text is two words: the address of its first byte, and its size with flags. The first one's
// place in a LeadResponse:
constexpr std::size_t word_of(Field text) { return slot_of(text).offset / sizeof(std::uint64_t); }

inline constexpr std::uint64_t kTextWords = [] {
  std::uint64_t words = 0;
  for (const Field text : kTextFields) words |= std::uint64_t{1} << word_of(text);
  return words;
}();

// A LeadResponse as words, whose pointers are relative to the document: to copy it out is to add
// the document's address to some of them.
struct ResponseImage {
  static constexpr std::size_t kWords = sizeof(LeadResponse) / sizeof(std::uint64_t);
  using Shape = Relocation<kWords, kTextWords>;

  std::array<std::uint64_t, kWords> words;
  std::uint64_t pointers;  // bit w: words[w] is a pointer
};

//   document  {"action":"create","info":{"statusCode":201,"traceId":"3d29...
//   pattern   {"action":"000000","info":{"statusCode":201,"traceId":"0000...
//              ^      ^ ^      ^ ^    ^  ^          ^     ^       ^ ^
//             where the quotes are, or it is another template
// 0: any character of a string, or a digit of a number that is not read.
struct Template {
  std::uint64_t hash;    // of the length and the quotes' positions
  std::uint32_t length;  // of the document
  std::uint32_t line;    // the same, or 0 if the document is more than one line
  std::uint32_t uses;
  std::uint32_t numbers;  // bit b: block b has digits of numbers
  std::uint32_t shape;    // LineResult::shape
  ResponseImage image;
  // What each block must hold. Behind the last block it comes again, so that any number of blocks
  // from block_count() on may be compared.
  alignas(64) std::array<std::uint8_t, kMaxLearnable> pattern;
  // Of each block: what must be a digit, and which of these must not be a zero, as there are more
  // behind it.
  std::array<std::uint64_t, kMaxBlocks> digits;
  std::array<std::uint64_t, kMaxBlocks> nonzero;

  std::uint8_t pattern_at(std::size_t offset) const noexcept {
    const std::size_t last = block_count(length) - 1;
    const std::size_t block = std::min(offset / kBlock, last);
    return pattern[block * kBlock + offset - block_offset(block, length)];
  }
};

//   quotes     0      1 2      3 4    5  6          7     8       9 10
//   document  {"action":"create","info":{"statusCode":201,"traceId":"3d29...
//   runs      |--- 0 ---|      |---------------- 1 -----------------|
//   spans                ^^^^^^                                      ^^^^
//
// Run 1 goes from quote 3 to quote 10. The first span is from 1 byte behind quote 2 to quote 3.
// Runs are compared; of what is between them it is known whether it must be a string or a number.
// At which byte a quote is differs from document to document, how many are in front of it does not.
// The document's end counts as one more quote.
struct Layout {
  static constexpr std::size_t kMaxStrings = 16;
  static constexpr std::size_t kMaxNumbers = 7;  // more are constant
  static constexpr std::size_t kMaxRuns = kMaxStrings + kMaxNumbers + 1;
  static constexpr std::size_t kPool = 1024;
  // A stretch of constant bytes, which ends at the document's end, or in front of a value.
  struct Run {
    std::uint16_t first_quote;   // index of the first one in it
    std::uint16_t last_quote;    // and of the last one
    std::uint16_t first_offset;  // where in the run the first one is
    std::int16_t behind_last;    // bytes behind the last one; -1 if that is the document's end
    std::uint16_t length;
    std::uint16_t pattern;  // where in the pool; 0 bytes there are not compared
    bool before_number;     // what follows is a number, not a string
  };
  // A text's value: from begin_delta bytes behind one quote to end_delta bytes behind another, or
  // in front of it.
  struct Span {
    std::uint16_t begin_quote;
    std::uint16_t begin_delta;
    std::uint16_t end_quote;
    std::int16_t end_delta;
  };

  std::uint64_t hash;  // of the number of quotes and the document's beginning
  std::uint32_t uses;
  std::uint32_t shape;
  std::uint16_t quotes;
  std::uint16_t runs;
  // The statusCode, if it has three digits, is not compared but read: its run, and its place in it.
  std::uint16_t status_run;
  std::uint16_t status_offset;  // 0: none
  ResponseImage image;
  std::array<Run, kMaxRuns> run;
  std::array<Span, kTextFields.size()> span;  // of the texts, by kTextFields
  std::array<std::uint8_t, kPool> pool;       // patterns, each between kBlock zero bytes
};

// Counts a use, which must not wrap: the most used would be the next to go.
template <typename Entry>
void count_use(Entry& entry) noexcept {
  entry.uses += entry.uses != UINT32_MAX;
}
template <typename Entry>
void count_use(Entry& entry, std::size_t times) noexcept {
  entry.uses += static_cast<std::uint32_t>(std::min<std::size_t>(times, UINT32_MAX - entry.uses));
}

// What a try at a document has computed, for learning from it if it missed.
struct Attempt {
  std::uint64_t template_hash = 0;  // as in Template; 0: not tried
  std::uint64_t layout_hash = 0;    // as in Layout; 0: not computed
  bool layout_known = false;        // a layout fitted
  std::uint32_t shape = 0;          // of what fitted
};

// Entries by hash; when full, the least used gives way.
template <typename Entry, std::size_t N>
class Pool {
 public:
  // The first entry with this hash for which `fits` returns true, or null. Of one hash there are at
  // most kMostAlike.
  template <typename Fits>
  Entry* find(std::uint64_t hash, Fits fits) noexcept {
    for (std::size_t at = hash >> 32 & kMask; index_[at] != 0; at = (at + 1) & kMask) {
      Entry& entry = entries_[index_[at] - 1u];
      if (entry.hash == hash && fits(entry)) return &entry;
    }
    return nullptr;
  }

  Entry& operator[](std::size_t number) noexcept { return entries_[number]; }
  std::size_t number_of(const Entry& entry) const noexcept {
    return static_cast<std::size_t>(&entry - entries_.data());
  }

  // The entry that the caller is to overwrite, with this hash and any uses, before index() is
  // called.
  Entry& make_room(std::uint64_t hash) noexcept {
    std::size_t alike = 0;
    Entry* least_alike = nullptr;
    find(hash, [&](Entry& entry) {
      ++alike;
      if (least_alike == nullptr || entry.uses < least_alike->uses) least_alike = &entry;
      return false;
    });
    if (alike >= kMostAlike) return *least_alike;
    if (count_ < N) return entries_[count_++];
    Entry* least = &entries_[0];
    for (Entry& entry : entries_) {
      if (entry.uses < least->uses) least = &entry;
      entry.uses -= entry.uses / 8;  // old fame fades
    }
    return *least;
  }
  bool full() const noexcept { return count_ == N; }
  void index() noexcept {
    index_.fill(0);
    for (std::size_t i = 0; i < count_; ++i) {
      std::size_t at = entries_[i].hash >> 32 & kMask;
      while (index_[at] != 0) at = (at + 1) & kMask;
      index_[at] = static_cast<std::uint16_t>(i + 1);
    }
  }

 private:
  static constexpr std::size_t kMostAlike = 4;
  static constexpr std::size_t kSlots = std::bit_ceil(4 * N);
  static constexpr std::size_t kMask = kSlots - 1;
  std::array<Entry, N> entries_{};
  std::array<std::uint16_t, kSlots> index_{};  // entry + 1; 0: none; open addressing
  std::size_t count_ = 0;
};

class LayoutCache {
 public:
  static constexpr std::size_t kTemplates = 256;
  static constexpr std::size_t kLayouts = 40;

  Pool<Template, kTemplates> templates;
  // The number of the template that most of the last documents fitted, and how sure that is: where
  // one producer writes nearly all of them, it is tried first.
  std::uint8_t usual = 0;
  std::uint8_t trust = 0;

  static constexpr std::uint8_t kTrusted = 4;
  bool has_usual() const noexcept { return trust >= kTrusted; }
  // It fitted; or `number` did.
  void trust_more(std::size_t times = 1) noexcept {
    constexpr std::size_t kMost = 64;
    trust = static_cast<std::uint8_t>(std::min(trust + times, kMost));
  }
  // Lines that follow each other.
  void fitted_usual(std::size_t times) noexcept {
    count_use(templates[usual], times);
    trust_more(times);
    hit(times);
    statistics.template_hits += times;
    statistics.line_hits += times;
  }
  void fitted(std::uint8_t number) noexcept {
    constexpr std::uint8_t kCost = 12;
    if (number == usual) {
      trust_more();
    } else if (trust >= kCost) {
      trust = static_cast<std::uint8_t>(trust - kCost);
    } else {
      trust = 0;
      usual = number;
    }
  }
  // None did. If that happens for more than one document in five, no layout is usual, and trying
  // one first would only delay the path for lines that never repeat.
  void fitted_none() noexcept {
    constexpr std::uint8_t kCost = 4;
    trust = static_cast<std::uint8_t>(trust - std::min(trust, kCost));
  }
  Pool<Layout, kLayouts> layouts;

  // The number of the template that fitted the last document of this size and beginning, with its
  // quotes in these places of the second and the last block: a guess that spares the hash of all
  // quotes, and its latency, where it is right.
  std::uint8_t& guess(const char* document, std::size_t size, std::uint64_t second,
                      std::uint64_t last) noexcept {
    std::uint64_t key;
    std::memcpy(&key, document, sizeof key);
    key = (key ^ size * 0x9E3779B97F4A7C15) + second * 0xBF58476D1CE4E5B9 +
          (last ^ last >> 32) * 0x94D049BB133111EB;
    key = (key ^ key >> 32) * 0x9E3779B97F4A7C15;
    return guesses_[key >> (64 - kGuessBits)];
  }
  // Whether the next document is to be tried: where few fit, few are tried, so that input without
  // layouts costs little more than the general path.
  bool trusts() const noexcept { return doubt_ < kDoubtful; }
  bool wants() noexcept {
    if (trusts()) return true;
    return (++untried_ & (kSampling - 1)) == 0;
  }
  // The next document is to be tried, however few have fitted.
  void try_next() noexcept { untried_ = kSampling - 1; }
  void hit() noexcept {
    doubt_ -= doubt_ != 0;
    if (credit_ < kMostCredit) ++credit_;
  }
  void hit(std::size_t times) noexcept {
    doubt_ -= static_cast<std::uint32_t>(std::min<std::size_t>(doubt_, times));
    credit_ = static_cast<std::int32_t>(
        std::min<std::int64_t>(kMostCredit, credit_ + static_cast<std::int64_t>(times)));
  }
  void miss() noexcept {
    ++statistics.misses;
    fitted_none();
    doubt_ += doubt_ < kMostDoubt;
  }
  // Learns from a document that no template fitted, if one like it was seen before.
  void learn(const Attempt& attempt, std::string_view json, const LeadResponse& response) noexcept;

  Statistics statistics;  // template_hits without line_hits: one of the two is counted

 private:
  static constexpr std::uint32_t kDoubtful = 64;
  static constexpr std::uint32_t kMostDoubt = 80;
  static constexpr std::uint32_t kSampling = 32;
  static constexpr std::int32_t kMostCredit = 64 * 1024;
  static constexpr std::int32_t kLessonCost = 1024;

  // Whether this hash has been seen `times` times before, lately, and no lesson of it failed.
  bool seen(std::uint64_t hash, std::uint32_t times) noexcept;
  // A document of this hash cannot be learned from: not to be tried again soon.
  void give_up(std::uint64_t hash) noexcept;
  // Never one that was given before; 0 where none is left.
  std::uint32_t new_shape() noexcept {
    shapes_ += shapes_ != UINT32_MAX;
    return shapes_ == UINT32_MAX ? 0 : shapes_;
  }
  bool learn_template(std::uint64_t hash, std::string_view json,
                      const LeadResponse& response) noexcept;
  bool learn_layout(std::uint64_t hash, std::string_view json,
                    const LeadResponse& response) noexcept;

  std::array<std::uint32_t, 512> sightings_{};  // part of a hash, and how often: direct-mapped
  static constexpr int kGuessBits = 13;
  std::array<std::uint8_t, std::size_t{1} << kGuessBits> guesses_{};
  std::uint32_t doubt_ = 0;
  std::uint32_t untried_ = 0;
  std::uint32_t shapes_ = 0;
  std::int32_t credit_ = kMostCredit;  // hits earn it, lessons cost it
};
static_assert(sizeof(LayoutCache) <= std::size_t{320} << 10);

}  // namespace leadscan::internal
