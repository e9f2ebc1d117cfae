// FastPath: accepts documents that follow a learned layout, with the instruction set chosen at
// run time. layout_cache.h says why that is sound.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "leadscan/arena.h"
#include "leadscan/isa.h"
#include "leadscan/known_lines.h"
#include "leadscan/learn/layout_cache.h"
#include "leadscan/line.h"
#include "leadscan/line_result.h"
#include "leadscan/response.h"

namespace leadscan::internal {

using MatchFunction = bool (*)(LayoutCache&, const char* document, std::size_t size, LeadResponse&,
                               Attempt&) noexcept;
// The usual template, if it fits the first line of `text`; or null.
using MatchLineFunction = const Template* (*)(LayoutCache&, const char* text, std::size_t size,
                                              LeadResponse&) noexcept;
// How many lines of `text` it fits, from the first one on. The first one has this offset and
// number.
using MatchRunFunction = std::size_t (*)(LayoutCache&, std::string_view text, std::size_t offset,
                                         std::size_t number,
                                         std::span<LineResult> results) noexcept;
// How many lines fit templates or layouts, from the next one on.
using MatchLinesFunction = std::size_t (*)(LayoutCache&, KnownLines&, std::size_t longest,
                                           std::span<LineResult> results, Attempt&) noexcept;
using LineEndsFunction = void (*)(const char* text, std::size_t size, LineEnds&) noexcept;

struct MatchFunctions {
  MatchFunction match;
  MatchLineFunction line;
  MatchRunFunction run;
  MatchLinesFunction lines;
  LineEndsFunction line_ends;
};

// One a translation unit.
const MatchFunctions& fast_path_avx512() noexcept;
const MatchFunctions& fast_path_avx2() noexcept;
const MatchFunctions& fast_path_portable() noexcept;

class FastPath {
 public:
  explicit FastPath(Isa isa) noexcept;
  FastPath(const FastPath&) = delete;
  FastPath& operator=(const FastPath&) = delete;

  // One of the two is to be called once, before the rest. False if there is no memory.
  bool allocate() noexcept;
  bool take_from(Arena& arena) noexcept;

  // Fills `response` if `json` follows a learned layout; else leaves it.
  bool match(std::string_view json, LeadResponse& response) noexcept {
    if (!is_learnable(json.size()) || !cache_->wants()) {
      ++cache_->statistics.skipped;
      cache_->fitted_none();
      attempt_.template_hash = 0;
      return false;
    }
    if (match_->match(*cache_, json.data(), json.size(), response, attempt_)) [[likely]] {
      cache_->hit();
      return true;
    }
    cache_->miss();
    return false;
  }

  // To be called when the document that match() left is counted elsewhere.
  void count_elsewhere() noexcept {
    std::uint64_t& counted =
        attempt_.template_hash == 0 ? cache_->statistics.skipped : cache_->statistics.misses;
    --counted;
  }

  // Whether nearly all documents fit one template, lately: then match_line() is worth a try.
  bool repeats() const noexcept { return cache_->has_usual(); }
  // The same as match() for the document in the first line of `text`, whose end is not known yet; a
  // CR in front of its LF is not part of the document. If it is accepted, `size` is the line's. If
  // not, match() is to be tried.
  bool match_line(std::string_view text, LeadResponse& response, std::size_t& size) noexcept {
    const Template* known = match_->line(*cache_, text.data(), text.size(), response);
    if (known == nullptr) return false;
    cache_->hit();
    size = size_with_cr(text.data(), known->length);
    return true;
  }
  // The same for as many lines as follow each other, and are accepted; how many.
  std::size_t match_run(std::string_view text, std::size_t offset, std::size_t number,
                        std::span<LineResult> results) noexcept {
    return match_->run(*cache_, text, offset, number, results);
  }
  // The same as match() for lines whose ends are known, until one does not fit or is not tried.
  std::size_t match_lines(KnownLines& lines, std::size_t longest,
                          std::span<LineResult> results) noexcept {
    return match_->lines(*cache_, lines, longest, results, attempt_);
  }
  // To have the next document tried, however few have fitted lately.
  void try_next() noexcept { cache_->try_next(); }

  void line_ends(std::string_view text, LineEnds& ends) const noexcept {
    match_->line_ends(text.data(), text.size(), ends);
  }

  // To be called with what the general path made of a document that match() left, if it accepted.
  void learn(std::string_view json, const LeadResponse& response) noexcept {
    if (attempt_.template_hash != 0) cache_->learn(attempt_, json, response);
  }

  std::uint64_t hits() const noexcept {
    const Statistics& counts = cache_->statistics;
    return counts.template_hits + counts.line_hits + counts.layout_hits;
  }
  Statistics statistics() const noexcept {
    Statistics statistics = cache_->statistics;
    return statistics;
  }

 private:
  Held<LayoutCache> cache_;
  const MatchFunctions* match_;
  Attempt attempt_;
};

}  // namespace leadscan::internal
