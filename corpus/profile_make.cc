// Documents from a profile.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "corpus/documents.h"
#include "corpus/profile.h"
#include "corpus/profile_form.h"
#include "corpus/random.h"
#include "leadscan/fields.h"
#include "leadscan/json/characters.h"

namespace leadscan::corpus {
namespace {

using Limits = ProfileLimits;

// Draws numbers as often as their weights say: cards that are shuffled, and dealt anew when all are
// drawn. So shares are right after few draws already, not only in the long run. A number may have a
// part of the deck that it is in, from and to so many thousandths of it.
class Deck {
 public:
  Deck() = default;
  using Part = std::pair<std::uint32_t, std::uint32_t>;

  explicit Deck(const std::vector<std::uint64_t>& weights, const std::vector<Part>& parts = {}) {
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (weights[i] == 0) continue;
      weights_.push_back(weights[i]);
      numbers_.push_back(static_cast<std::uint32_t>(i));
      if (!parts.empty()) parts_.push_back(parts[i]);
      total_ += weights[i];
    }
  }

  bool empty() const { return total_ == 0; }
  std::uint64_t weight_of(std::size_t card) const { return weights_[card]; }

  // About so many will be drawn. What takes longer than they do is not worth it: a deck that is
  // larger than all of them by much, or smaller than its numbers, each of which is looked at.
  void expect(double draws) {
    constexpr double kCardsOfDraw = 4;
    const double cards = std::min(draws * kCardsOfDraw, static_cast<double>(kMostCards));
    most_cards_ = std::max<std::uint64_t>(static_cast<std::uint64_t>(cards), weights_.size());
  }

  std::uint32_t draw(Random& random) {
    if (next_ == cards_.size()) deal(random);
    return numbers_[cards_[next_++]];
  }

 private:
  static constexpr std::uint64_t kMostCards = 65536;

  void deal(Random& random) {
    const std::uint64_t size = std::min(total_, most_cards_);
    if (credit_.empty()) {
      credit_.resize(weights_.size());
      // Where a card stands for several draws, the first deck has some of those that come seldom.
      if (size != total_)
        for (double& credit : credit_) credit = static_cast<double>(random.next() >> 11) * 0x1p-53;
    }
    cards_.clear();
    next_ = 0;
    const double cards_for_one = static_cast<double>(size) / static_cast<double>(total_);
    while (cards_.empty()) {
      for (std::size_t i = 0; i < weights_.size(); ++i) {
        credit_[i] += size == total_ ? static_cast<double>(weights_[i])
                                     : static_cast<double>(weights_[i]) * cards_for_one;
        const auto cards = static_cast<std::uint64_t>(credit_[i]);
        credit_[i] -= static_cast<double>(cards);
        cards_.insert(cards_.end(), cards, static_cast<std::uint32_t>(i));
      }
    }
    for (std::size_t left = cards_.size(); left > 1; --left)
      std::swap(cards_[left - 1], cards_[random.below(static_cast<std::uint32_t>(left))]);
    if (parts_.empty()) return;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> placed;  // at a place, which card
    placed.reserve(cards_.size());
    for (const std::uint32_t card : cards_) {
      const auto [from, to] = parts_[card];
      placed.emplace_back(from * 1000 + random.below((to - from) * 1000 + 1), card);
    }
    std::sort(placed.begin(), placed.end());
    for (std::size_t i = 0; i < placed.size(); ++i) cards_[i] = placed[i].second;
  }

  std::vector<std::uint64_t> weights_;  // none is 0
  std::vector<std::uint32_t> numbers_;
  std::vector<Part> parts_;
  std::uint64_t most_cards_ = kMostCards;
  std::uint64_t total_ = 0;
  std::vector<double> credit_;
  std::vector<std::uint32_t> cards_;
  std::size_t next_ = 0;
};

// A slot, its forms read.
struct Source {
  bool numbers = false;
  std::vector<std::vector<Run>> runs;  // of texts that come again, then of others
  std::size_t texts = 0;               // how many of the first
  std::uint32_t repeats = 0;           // of others, in a thousand
  std::size_t longest = 0;             // bytes
  std::size_t shortest = SIZE_MAX;
  Deck deck;
  std::array<std::pair<std::uint32_t, std::uint64_t>, 64> last = {};  // form and seed
  std::uint64_t made = 0;
};

// A token, as small as can be: a profile may have millions.
struct Step {
  enum class What : std::uint8_t { byte, white_space, literal, mark, spelling, name, text };
  What what = What::byte;
  char kind = '{';          // the byte itself, or the letter of the token
  std::uint32_t index = 0;  // of the spelling, the name or the slot; or how many bytes
};

std::string_view literal_of(char letter) {
  return letter == 'T' ? "true" : letter == 'F' ? "false" : letter == 'N' ? "null" : "";
}

constexpr std::string_view kMark = "\xEF\xBB\xBF";

std::uint64_t seed_of(std::uint64_t seed, std::uint64_t a, std::uint64_t b) {
  return Random::mix(Random::mix(Random::mix(seed) ^ a) ^ b);
}

// Reads the tokens of a shape.
class ShapeReader {
 public:
  ShapeReader(const Profile& profile, const std::vector<Source>& sources,
              const std::vector<std::size_t>& name_bytes)
      : profile_(profile), sources_(sources), name_bytes_(name_bytes) {}

  // False with `character` and `why`.
  bool read(std::string_view tokens, std::vector<Step>& steps) {
    tokens_ = tokens;
    at_ = 0;
    most_bytes_ = 0;
    visible_ = false;
    why = "";
    while (at_ < tokens_.size()) {
      character = at_;
      if (!token(steps)) return false;
      if (most_bytes_ > Limits::kDocument) return fail("longer than a document can be");
    }
    character = 0;
    return visible_ || fail("a document of white space is none");
  }

  std::size_t character = 0;
  const char* why = "";
  std::vector<std::string> spellings;  // of known names

 private:
  bool fail(const char* reason) {
    why = reason;
    return false;
  }

  std::optional<std::uint32_t> number(std::size_t below) {
    std::uint64_t value = 0;
    const std::size_t first = at_;
    for (; at_ < tokens_.size() && tokens_[at_] >= '0' && tokens_[at_] <= '9'; ++at_) {
      value = value * 10 + static_cast<std::uint64_t>(tokens_[at_] - '0');
      if (value >= below) break;
    }
    if (at_ == first || value >= below) return std::nullopt;
    return static_cast<std::uint32_t>(value);
  }

  bool add(Step::What what, char kind, std::size_t index, std::size_t bytes,
           std::vector<Step>& steps) {
    if (++steps_ > Limits::kTokens) return fail("too many tokens in all");
    steps.push_back({what, kind, static_cast<std::uint32_t>(index)});
    most_bytes_ += bytes;
    return true;
  }

  bool token(std::vector<Step>& steps) {
    const char kind = tokens_[at_++];
    visible_ |= kind != 's' && kind != 'h';
    switch (kind) {
      case '{':
      case '}':
      case '[':
      case ']':
      case ':':
      case ',':
        return add(Step::What::byte, kind, 0, 1, steps);
      case 'T':
      case 'F':
      case 'N':
        return add(Step::What::literal, kind, literal_of(kind).size(), literal_of(kind).size(),
                   steps);
      case 'b':
        return add(Step::What::mark, kind, 0, kMark.size(), steps);
      case 's':
      case 'h': {
        const auto count = number(Limits::kDocument - most_bytes_ + 1);
        if (!count || *count == 0) return fail("a number of white space characters is expected");
        return add(Step::What::white_space, kind == 's' ? ' ' : '\t', *count, *count, steps);
      }
      case 'c': {
        if (at_ == tokens_.size() || literal_of(tokens_[at_]).empty())
          return fail("T, F or N is expected");
        const char letter = tokens_[at_++];
        const auto length = number(literal_of(letter).size());
        if (!length || *length == 0 || at_ != tokens_.size())
          return fail("a part of a literal is expected, at the end");
        return add(Step::What::literal, letter, *length, *length, steps);
      }
      case 'k':
        return known(steps);
      case 'u': {
        const auto index = number(name_bytes_.size());
        if (!index) return fail("there is no such name");
        return add(Step::What::name, kind, *index, name_bytes_[*index] + 2, steps);
      }
      case 'v':
      case 'x':
      case 'y':
      case 'z':
      case 'w':
      case 'd':
      case 'g': {
        const auto index = number(sources_.size());
        if (!index || sources_[*index].numbers != (kind == 'd'))
          return fail("there is no such slot");
        if ((kind == 'y' || kind == 'w') && at_ != tokens_.size())
          return fail("only the end of a document can be cut");
        // Nothing that takes time and makes no bytes.
        if ((kind == 'd' || kind == 'g') && sources_[*index].shortest == 0)
          return fail("the slot has an empty form, which this token cannot have");
        return add(Step::What::text, kind, *index, sources_[*index].longest + 2, steps);
      }
      default:
        return fail("an unknown token");
    }
  }

  // A name of the description, of which some characters are escapes.
  bool known(std::vector<Step>& steps) {
    const auto index = number(profile_.known.size());
    if (!index) return fail("there is no such known name");
    const std::string& name = profile_.known[*index];
    std::set<std::size_t> escaped;
    while (at_ < tokens_.size() && tokens_[at_] == 'e') {
      ++at_;
      const auto at = number(name.size());
      if (!at) return fail("the name has no such character");
      escaped.insert(*at);
    }
    std::string text = "\"";
    for (std::size_t i = 0; i < name.size(); ++i) {
      if (escaped.contains(i)) {
        ((text += "\\u00") += internal::kHexDigits[(name[i] >> 4) & 15]) +=
            internal::kHexDigits[name[i] & 15];
      } else {
        text += name[i];
      }
    }
    text += '"';
    const auto [found, is_new] = spellings_.try_emplace(text, spellings.size());
    if (is_new) spellings.push_back(text);
    if (spellings.size() > Limits::kSpellings) return fail("too many spellings of known names");
    return add(Step::What::spelling, 'k', found->second, text.size(), steps);
  }

  const Profile& profile_;
  const std::vector<Source>& sources_;
  const std::vector<std::size_t>& name_bytes_;
  std::string_view tokens_;
  std::size_t at_ = 0;
  std::map<std::string, std::size_t> spellings_;
  std::size_t most_bytes_ = 0;
  std::size_t steps_ = 0;
  bool visible_ = false;
};

class FromProfile final : public Generator::Documents {
 public:
  explicit FromProfile(std::uint64_t seed) : seed_(seed), random_(seed) {}

  // False with `flaw`: see make_from_profile().
  bool take(const Profile& profile, ProfileFlaw& flaw) {
    flaw_ = &flaw;
    return sizes(profile) && known(profile) && names(profile) && slots(profile) &&
           shapes(profile) && transitions(profile);
  }

  void append(std::string& out) override {
    state_ = (has_state_ && !next_of_[state_].empty() ? next_of_[state_] : states_).draw(random_);
    has_state_ = true;
    const std::size_t shape =
        state_ < first_of_rest_ ? state_ : first_of_rest_ + rest_.draw(random_);
    for (const Step& step : shapes_[shape]) {
      switch (step.what) {
        case Step::What::byte:
          out += step.kind;
          break;
        case Step::What::white_space:
          out.append(step.index, step.kind);
          break;
        case Step::What::literal:
          out += literal_of(step.kind).substr(0, step.index);
          break;
        case Step::What::mark:
          out += kMark;
          break;
        case Step::What::spelling:
          out += spellings_[step.index];
          break;
        case Step::What::name:
          quoted(names_[step.index], seed_of(seed_, 1, step.index), out);
          break;
        case Step::What::text:
          text(sources_[step.index], step, out);
          break;
      }
    }
  }

 private:
  bool fail(std::string pointer, std::size_t character, std::string why) {
    *flaw_ = {std::move(pointer), character, std::move(why)};
    return false;
  }

  bool sizes(const Profile& profile) {
    const auto bounded = [&](const char* pointer, std::size_t size, std::size_t least,
                             std::size_t most) {
      if (size >= least && size <= most) return true;
      return fail(pointer, 0,
                  "from " + std::to_string(least) + " to " + std::to_string(most) +
                      " are expected, not " + std::to_string(size));
    };
    return bounded("/documents", profile.documents, 1, Limits::kCount) &&
           bounded("/bytes", profile.bytes, 1, Limits::kCount) &&
           bounded("/known", profile.known.size(), 0, Limits::kKnown) &&
           bounded("/names", profile.names.size(), 0, Limits::kNames) &&
           bounded("/slots", profile.slots.size(), 0, Limits::kSlots) &&
           bounded("/shapes", profile.shapes.size(), 1, Limits::kShapes) &&
           bounded("/states", profile.states, 0,
                   std::min(Limits::kStates, profile.shapes.size())) &&
           bounded("/transitions", profile.transitions.size(), 0, Limits::kTransitions);
  }

  bool known(const Profile& profile) {
    for (const FieldInfo& field : kFields) known_.emplace(field.name);
    for (std::size_t i = 0; i < profile.known.size(); ++i) {
      const std::string& name = profile.known[i];
      const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
        return c >= ' ' && c <= '~' && c != '"' && c != '\\';
      });
      if (!plain || name.size() > Limits::kName)
        return fail("/known/" + std::to_string(i), 0, "no name of the description");
      known_.insert(name);
    }
    return true;
  }

  bool form(const std::string& pointer, const std::string& form, bool numbers,
            std::vector<Run>& runs, std::size_t& bytes) {
    const FormFlaw found = read_form(form, numbers, runs, bytes);
    return found.why == nullptr || fail(pointer, found.character, found.why);
  }

  bool names(const Profile& profile) {
    for (std::size_t i = 0; i < profile.names.size(); ++i) {
      const std::string pointer = "/names/" + std::to_string(i);
      std::size_t bytes = 0;
      if (!form(pointer, profile.names[i], false, names_.emplace_back(), bytes)) return false;
      name_bytes_.push_back(bytes);
    }
    return true;
  }

  bool count(const std::string& pointer, std::uint64_t count, std::uint64_t& total) {
    if (count == 0 || count > Limits::kCount || (total += count) > Limits::kCount)
      return fail(pointer, 0, "a count of at least 1 is expected, and not more than 2^40 in all");
    return true;
  }

  bool slots(const Profile& profile) {
    for (std::size_t i = 0; i < profile.slots.size(); ++i) {
      const Profile::Slot& slot = profile.slots[i];
      const std::string pointer = "/slots/" + std::to_string(i);
      if (slot.texts.size() + slot.forms.size() > Limits::kForms ||
          slot.texts.size() + slot.forms.size() == 0)
        return fail(pointer, 0,
                    "from 1 to " + std::to_string(Limits::kForms) + " forms are expected");
      Source& source = sources_.emplace_back();
      source.numbers = slot.numbers;
      source.texts = slot.texts.size();
      std::vector<std::uint64_t> weights;
      std::vector<Deck::Part> parts;
      bool has_parts = false;
      std::uint64_t total = 0;
      std::uint64_t others = 0;
      for (const auto& [member, list] :
           {std::pair("/texts/", &slot.texts), std::pair("/forms/", &slot.forms)}) {
        others = 0;
        for (std::size_t j = 0; j < list->size(); ++j) {
          const Profile::Form& entry = (*list)[j];
          const std::string place = pointer + member + std::to_string(j);
          std::size_t bytes = 0;
          if (!count(place + "/1", entry.count, total) ||
              !form(place + "/0", entry.form, slot.numbers, source.runs.emplace_back(), bytes))
            return false;
          if (entry.from > entry.to || entry.to > Profile::kAlways)
            return fail(place, 0, "no part of the time from 0 to 1000");
          has_parts |= entry.from != 0 || entry.to != Profile::kAlways;
          parts.emplace_back(entry.from, entry.to);
          others += entry.count;
          weights.push_back(entry.count);
          source.longest = std::max(source.longest, bytes);
          source.shortest = std::min(source.shortest, bytes);
        }
      }
      if (slot.repeats > others) return fail(pointer + "/repeats", 0, "more than there are");
      if (others != 0) source.repeats = static_cast<std::uint32_t>(slot.repeats * 1000 / others);
      if (!has_parts) parts.clear();
      source.deck = Deck(weights, parts);
    }
    return true;
  }

  bool shapes(const Profile& profile) {
    ShapeReader reader(profile, sources_, name_bytes_);
    std::vector<std::uint64_t> weights;
    std::uint64_t total = 0;
    double tokens = 0;  // of as many documents as `total`, and how often they have each slot
    std::vector<double> uses(sources_.size());
    for (std::size_t i = 0; i < profile.shapes.size(); ++i) {
      const std::string pointer = "/shapes/" + std::to_string(i);
      if (!count(pointer + "/1", profile.shapes[i].count, total)) return false;
      if (!reader.read(profile.shapes[i].tokens, shapes_.emplace_back()))
        return fail(pointer + "/0", reader.character, reader.why);
      weights.push_back(profile.shapes[i].count);
      const auto times = static_cast<double>(profile.shapes[i].count);
      tokens += times * static_cast<double>(shapes_.back().size());
      for (const Step& step : shapes_.back())
        if (step.what == Step::What::text) uses[step.index] += times;
    }
    spellings_ = std::move(reader.spellings);
    const auto first = weights.begin() + profile.states;
    std::vector<std::uint64_t> of_states(weights.begin(), first);
    std::uint64_t rest = 0;
    for (auto it = first; it != weights.end(); ++it) rest += *it;
    if (rest != 0) of_states.push_back(rest);
    states_ = Deck(of_states);
    rest_ = Deck(std::vector<std::uint64_t>(first, weights.end()));
    first_of_rest_ = profile.states;

    // A token is a byte at least.
    const Limit limit = limit_of(profile);
    const auto documents = static_cast<double>(total);
    made_of_one_ = std::min(static_cast<double>(limit.documents) / documents,
                            static_cast<double>(limit.bytes) / tokens);
    states_.expect(documents * made_of_one_);
    rest_.expect(static_cast<double>(rest) * made_of_one_);
    for (std::size_t i = 0; i < sources_.size(); ++i)
      sources_[i].deck.expect(uses[i] * made_of_one_);
    return true;
  }

  bool transitions(const Profile& profile) {
    const std::uint32_t states = profile.states + (rest_.empty() ? 0 : 1);
    std::vector<std::vector<std::uint64_t>> weights(states, std::vector<std::uint64_t>(states));
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < profile.transitions.size(); ++i) {
      const Profile::Transition& transition = profile.transitions[i];
      const std::string pointer = "/transitions/" + std::to_string(i);
      if (transition.from >= states || transition.to >= states)
        return fail(pointer, 0, "there is no such state");
      if (!count(pointer + "/2", transition.count, total)) return false;
      weights[transition.from][transition.to] += transition.count;
    }
    for (std::size_t i = 0; i < states; ++i) {
      next_of_.emplace_back(weights[i]);
      next_of_.back().expect(static_cast<double>(states_.weight_of(i)) * made_of_one_);
    }
    return true;
  }

  // A name that is none of the description's.
  void quoted(const std::vector<Run>& runs, std::uint64_t seed, std::string& out) {
    out += '"';
    const std::size_t begin = out.size();
    Random random(seed);
    make_text(runs, TextKind::content, random, out);
    if (begin < out.size() && known_.contains(out.substr(begin)))
      out[begin] = out[begin] == 'Z' ? 'Y' : 'Z';
    out += '"';
  }

  void text(Source& source, const Step& step, std::string& out) {
    const std::uint32_t drawn = source.deck.draw(random_);
    std::pair<std::uint32_t, std::uint64_t> chosen(drawn, seed_of(seed_, 2 + step.index, drawn));
    if (drawn >= source.texts) {
      chosen.second = random_.next();
      const std::uint64_t kept = std::min<std::uint64_t>(source.made, source.last.size());
      if (kept != 0 && random_.chance(source.repeats))
        chosen = source.last[random_.below(static_cast<std::uint32_t>(kept))];
      else
        source.last[source.made++ % source.last.size()] = chosen;
    }
    const std::vector<Run>& runs = source.runs[chosen.first];
    if (step.kind == 'v') return quoted(runs, chosen.second, out);
    Random random(chosen.second);
    const bool is_string = step.kind != 'd' && step.kind != 'g';
    if (is_string) out += '"';
    make_text(runs,
              step.kind == 'd'   ? TextKind::number
              : step.kind == 'g' ? TextKind::junk
                                 : TextKind::content,
              random, out);
    if (is_string && step.kind != 'y' && step.kind != 'w') out += '"';
  }

  std::uint64_t seed_;
  Random random_;
  ProfileFlaw* flaw_ = nullptr;
  std::set<std::string, std::less<>> known_;
  std::vector<std::vector<Run>> names_;
  std::vector<std::size_t> name_bytes_;
  std::vector<Source> sources_;
  std::vector<std::vector<Step>> shapes_;
  std::vector<std::string> spellings_;
  std::uint32_t first_of_rest_ = 0;
  double made_of_one_ = 0;  // documents, of one that shapes count
  Deck states_;
  Deck rest_;  // the shapes without a state of their own
  std::vector<Deck> next_of_;
  std::uint32_t state_ = 0;
  bool has_state_ = false;
};

}  // namespace

Limit limit_of(const Profile& profile) {
  // A profile that says less than its shapes come to is held to what it says.
  const std::uint64_t bytes = std::min(profile.bytes, Limits::kCorpus);
  return {profile.documents, std::min(Limits::kCorpus, bytes + bytes / 50 + 65536),
          Limits::kCorpus};
}

std::unique_ptr<Generator::Documents> make_from_profile(const Profile& profile, std::uint64_t seed,
                                                        ProfileFlaw& flaw) {
  auto documents = std::make_unique<FromProfile>(seed);
  if (!documents->take(profile, flaw)) return nullptr;
  return documents;
}

}  // namespace leadscan::corpus
