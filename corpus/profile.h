// Profile: what is known of a corpus without a single value of it, and a corpus that is made of
// that. For benchmarks of logs that nobody may see.
//
// A document is a shape: its tokens in order, with white space and the literals true, false and
// null as they are, names that the description of the response knows, and for everything else a
// slot, from which the text comes. A slot knows forms, not texts: how long, which kinds of
// characters in which order (profile_form.h); how often each form comes, and of texts that come
// again how often. docs/benchmarks.md has the same as a JSON file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "corpus/corpus.h"

namespace leadscan::corpus {

struct Profile {
  struct Form {
    std::string form;
    std::uint64_t count = 0;
    // When it first and last came, in thousandths of the slot's texts: numbers that are counted up
    // get longer once.
    std::uint32_t from = 0;
    std::uint32_t to = kAlways;
  };
  static constexpr std::uint32_t kAlways = 1000;
  // Where texts come from.
  struct Slot {
    bool numbers = false;       // its forms are those of numbers
    std::vector<Form> texts;    // each one text that comes again, so often
    std::vector<Form> forms;    // of all others
    std::uint64_t repeats = 0;  // of those others, so many have come before
  };
  struct Shape {
    std::string tokens;
    std::uint64_t count = 0;
  };
  // From one state to another, so often. The first `states` shapes are a state each, all others
  // together are the last one.
  struct Transition {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::uint64_t count = 0;
  };

  std::uint64_t documents = 0;
  std::uint64_t bytes = 0;         // with line ends
  std::vector<std::string> known;  // names of the description
  std::vector<std::string> names;  // forms of other names that come again
  std::vector<Slot> slots;
  std::vector<Shape> shapes;
  std::uint32_t states = 0;
  std::vector<Transition> transitions;
};

// What a profile may be at most: it comes from somebody else.
struct ProfileLimits {
  static constexpr std::size_t kKnown = 256;
  static constexpr std::size_t kNames = 4096;
  static constexpr std::size_t kSlots = 4096;
  static constexpr std::size_t kForms = 4096;  // of a slot
  static constexpr std::size_t kShapes = 65536;
  static constexpr std::size_t kStates = 256;
  static constexpr std::size_t kTransitions = 65536;
  static constexpr std::uint64_t kCount = std::uint64_t{1} << 40;
  static constexpr std::size_t kDocument = std::size_t{16} << 20;  // bytes that one may become
  static constexpr std::size_t kName = 64;
  static constexpr std::size_t kSpellings = 4096;  // of known names, with and without escapes
  static constexpr std::size_t kTokens = std::size_t{1} << 23;      // of all shapes
  static constexpr std::uint64_t kCorpus = std::uint64_t{1} << 30;  // bytes in memory
};

Profile profile_of(const Corpus& corpus);

// What is wrong with a profile, and where: a JSON Pointer, and the character of the text there.
struct ProfileFlaw {
  std::string pointer;
  std::size_t character = 0;
  std::string why;
};

// How much is made of a profile at most: what it says, and not more than ProfileLimits::kCorpus.
Limit limit_of(const Profile& profile);

// Makes documents of a profile: the same of the same seed, on every platform. Null with `flaw`
// where the profile breaks its rules or limits. What that takes, and to make as many documents as
// limit_of() says, grows as the profile and these documents do.
std::unique_ptr<Generator::Documents> make_from_profile(const Profile& profile, std::uint64_t seed,
                                                        ProfileFlaw& flaw);

}  // namespace leadscan::corpus
