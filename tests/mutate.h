// Mutations of documents, the same for the same seed on every machine: for differential tests
// and longer runs of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace leadscan::testing {

// SplitMix64: std::mt19937's distributions differ between standard libraries.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  // In [0, below); 0 if below is 0.
  std::size_t below(std::size_t below);
  bool one_in(std::size_t n) { return below(n) == 0; }

 private:
  std::uint64_t state_;
};

// Makes documents out of a corpus of seeds. One thread at a time.
class Mutator {
 public:
  // `corpus` must outlive the mutator and not be empty.
  Mutator(std::uint64_t seed, std::span<const std::string> corpus)
      : random_(seed), corpus_(corpus) {}

  // A seed with one to several mutations. Valid until the next call.
  const std::string& next();

  // Other characters, mostly as many as before, in some of the strings that are values: what
  // another document of the same producer would hold. A valid document stays one.
  void vary(std::string& json);

  // One mutation of `json`, of a kind drawn at random: bytes flipped, set, inserted or removed;
  // cut short; spliced with another seed; tokens replaced, repeated, swapped or removed; members
  // repeated or swapped; a name spelled with escapes; white space put in; values wrapped.
  void mutate(std::string& json);

 private:
  struct Span {
    std::size_t begin;
    std::size_t end;
    std::size_t size() const { return end - begin; }
  };

  void mutate_bytes(std::string& json);
  void mutate_tokens(std::string& json);
  void mutate_members(std::string& json);
  // Rough cuts, which need no valid JSON.
  void find_tokens(std::string_view json);
  void find_members(std::string_view json);
  const Span& any(const std::vector<Span>& spans) { return spans[random_.below(spans.size())]; }
  static void replace(std::string& json, Span span, std::string_view text);

  Random random_;
  std::span<const std::string> corpus_;
  std::string document_;
  std::vector<Span> tokens_;
  std::vector<Span> members_;
};

}  // namespace leadscan::testing
