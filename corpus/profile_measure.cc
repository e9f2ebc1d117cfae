// What a profile keeps of a corpus.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "corpus/profile.h"
#include "corpus/profile_form.h"
#include "corpus/profile_lexer.h"
#include "leadscan/fields.h"
#include "leadscan/json/characters.h"

namespace leadscan::corpus {
namespace {

// How much a profile of any corpus has at most: half a megabyte is usual, a few where no shape
// comes again.
constexpr std::size_t kMostNames = 1024;
constexpr std::size_t kMostShapes = 8192;
constexpr std::size_t kMostShapeBytes = std::size_t{4} << 20;
constexpr std::size_t kMostStates = 64;
constexpr std::uint64_t kLeastOfState = 32;  // documents
// With slots of their own, since lengths go with layouts.
constexpr std::size_t kMostOwners = 256;
constexpr std::uint64_t kLeastOfOwner = 4;
constexpr std::size_t kMostTexts = 64;
constexpr std::size_t kMostForms = 128;
// In memory, of a slot: beyond this, forms are not new, and texts are not looked at.
constexpr std::size_t kMostFormsSeen = 65536;
constexpr std::uint64_t kMostTextsSeen = 131072;

std::vector<std::string> names_of_description() {
  std::set<std::string> names;
  for (const FieldInfo& field : kFields) names.emplace(field.name);
  return {names.begin(), names.end()};
}

// The ASCII characters of a name, \u00XX decoded, and where one was; false if it has others.
bool decode_name(std::string_view name, std::string& decoded, std::vector<std::size_t>& escaped) {
  decoded.clear();
  escaped.clear();
  while (!name.empty()) {
    unsigned value = static_cast<unsigned char>(name[0]);
    std::size_t bytes = 1;
    if (name[0] == '\\') {
      if (name.size() < 6 || !name.starts_with("\\u00")) return false;
      value = 0;
      for (const char c : name.substr(4, 2)) {
        const int digit = internal::hex_value(static_cast<unsigned char>(c));
        if (digit < 0) return false;
        value = value * 16 + static_cast<unsigned>(digit);
      }
      escaped.push_back(decoded.size());
      bytes = 6;
    }
    if (value >= 0x80) return false;
    decoded += static_cast<char>(value);
    name.remove_prefix(bytes);
  }
  return true;
}

struct Candidate {
  std::string text;
  std::uint64_t count = 0;
  std::uint64_t size = 0;  // of what it stands for
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

// At most `most` of the candidates: those that come most often, and for all others some that stand
// for them, evenly chosen by size.
std::vector<Candidate> choose(std::vector<Candidate> all, std::size_t most) {
  std::sort(all.begin(), all.end(), [](const Candidate& a, const Candidate& b) {
    return std::pair(b.count, a.first) < std::pair(a.count, b.first);
  });
  if (all.size() <= most) return all;
  std::size_t kept = 0;
  while (kept < most / 2 && all[kept].count > 1) ++kept;
  const auto rest = all.begin() + static_cast<std::ptrdiff_t>(kept);
  std::sort(rest, all.end(), [](const Candidate& a, const Candidate& b) {
    return std::pair(a.size, a.first) < std::pair(b.size, b.first);
  });
  std::uint64_t total = 0;
  for (auto it = rest; it != all.end(); ++it) total += it->count;
  const std::uint64_t picks = most - kept;
  std::vector<Candidate> chosen(all.begin(), rest);
  auto at = rest;
  std::uint64_t seen = at->count;
  for (std::uint64_t i = 0; i < picks; ++i) {
    const std::uint64_t low = total * i / picks;
    const std::uint64_t high = total * (i + 1) / picks;
    if (high == low) continue;
    while (seen <= (low + high) / 2) seen += (++at)->count;
    if (chosen.size() > kept && chosen.back().first == at->first) {
      chosen.back().count += high - low;
    } else {
      chosen.push_back(*at);
      chosen.back().count = high - low;
    }
  }
  return chosen;
}

class SlotStatistics {
 public:
  explicit SlotStatistics(bool numbers) : numbers_(numbers) {}

  void add(std::string_view text, std::string form) {
    ++total_;
    const auto found = forms_.find(form);
    if (found != forms_.end()) {
      ++found->second.count;
      found->second.last = total_;
    } else if (forms_.size() < kMostFormsSeen) {
      forms_[form] = {form, 1, text.size(), total_, total_};
    }
    if (seen_ == kMostTextsSeen) return;
    ++seen_;
    Text& known = texts_[text];
    if (known.count++ == 0) {
      known.form = std::move(form);
      known.first = total_;
    }
  }

  Profile::Slot slot() {
    Profile::Slot slot;
    slot.numbers = numbers_;
    std::vector<const std::pair<const std::string_view, Text>*> again;
    std::uint64_t repeats = 0;
    for (const auto& entry : texts_) {
      repeats += entry.second.count - 1;
      if (entry.second.count > 1) again.push_back(&entry);
    }
    std::sort(again.begin(), again.end(), [](const auto* a, const auto* b) {
      return std::pair(b->second.count, a->second.first) <
             std::pair(a->second.count, b->second.first);
    });
    if (again.size() > kMostTexts) again.resize(kMostTexts);
    const double scale = static_cast<double>(total_) / static_cast<double>(std::max(seen_, one_));
    for (const auto* entry : again) {
      const Text& text = entry->second;
      repeats -= text.count - 1;
      const auto form = forms_.find(text.form);
      if (form == forms_.end()) continue;
      const auto count = std::min(
          form->second.count, static_cast<std::uint64_t>(static_cast<double>(text.count) * scale));
      if (count == 0) continue;
      slot.texts.push_back({text.form, count, 0, Profile::kAlways});
      form->second.count -= count;
    }
    std::vector<Candidate> others;
    std::uint64_t left = 0;
    for (auto& [form, candidate] : forms_) {
      if (candidate.count == 0) continue;
      left += candidate.count;
      others.push_back(std::move(candidate));
    }
    const bool all = others.size() <= kMostForms;  // else some stand for others of other times
    for (Candidate& candidate : choose(std::move(others), kMostForms))
      slot.forms.push_back({std::move(candidate.text), candidate.count,
                            all && candidate.count > 1 ? when(candidate.first - 1) : 0,
                            all && candidate.count > 1 ? when(candidate.last) : Profile::kAlways});
    slot.repeats = std::min(left, static_cast<std::uint64_t>(static_cast<double>(repeats) * scale));
    return slot;
  }

 private:
  struct Text {
    std::string form;
    std::uint64_t count = 0;
    std::uint64_t first = 0;
  };

  std::uint32_t when(std::uint64_t number) const {
    return static_cast<std::uint32_t>(number * Profile::kAlways / total_);
  }

  static constexpr std::uint64_t one_ = 1;
  bool numbers_;
  std::uint64_t total_ = 0;
  std::uint64_t seen_ = 0;
  std::unordered_map<std::string, Candidate> forms_;
  std::unordered_map<std::string_view, Text> texts_;  // views of the corpus
};

class Measurer {
 public:
  explicit Measurer(const Corpus& corpus) : corpus_(corpus) {
    profile_.known = names_of_description();
    for (std::size_t i = 0; i < profile_.known.size(); ++i) known_[profile_.known[i]] = i;
  }

  Profile measure() {
    profile_.documents = corpus_.documents.size();
    profile_.bytes = corpus_.size;
    find_names();
    find_shapes();
    find_texts();
    return std::move(profile_);
  }

 private:
  template <typename Use>
  void for_each_document(Use use) const {
    for (const Corpus::Extent& extent : corpus_.documents)
      use(corpus_.text().substr(extent.offset, extent.length));
  }

  // Names that come again, and are not of the description.
  void find_names() {
    std::unordered_map<std::string_view, Candidate> names;
    std::string decoded;
    std::vector<std::size_t> escaped;
    for_each_document([&](std::string_view document) {
      for_each_token(document, [&](const Token& token) {
        if (token.kind != TokenKind::name) return;
        if (decode_name(token.text, decoded, escaped) && known_.contains(decoded)) return;
        Candidate& name = names[token.text];
        if (name.count++ == 0) {
          name.text = token.text;
          name.first = names.size();
        }
      });
    });
    std::vector<Candidate> again;
    for (auto& [text, name] : names)
      if (name.count > 1 && !is_bad_form(form_of_text(text, false))) again.push_back(name);
    std::sort(again.begin(), again.end(), [](const Candidate& a, const Candidate& b) {
      return std::pair(b.count, a.first) < std::pair(a.count, b.first);
    });
    if (again.size() > kMostNames) again.resize(kMostNames);
    for (Candidate& name : again) {
      profile_.names.push_back(form_of_text(name.text, false));
      names_[std::move(name.text)] = profile_.names.size() - 1;
    }
  }

  // The tokens of a shape; `slot` gives the number of a text's slot as text.
  template <typename SlotOf>
  void append_shape(std::string_view document, std::string& out, SlotOf slot) {
    // Where a text is: names from the top, deep ones cut, as what one may be depends on all of
    // them.
    std::string context;
    std::vector<std::size_t> parents;  // lengths of `context`
    for_each_token(document, [&](const Token& token) {
      switch (token.kind) {
        case TokenKind::structural:
          out += token.text;
          if (token.text == "{") {
            parents.push_back(context.size());
          } else if (token.text == "}" && !parents.empty()) {
            context.resize(parents.back());
            parents.pop_back();
          }
          return;
        case TokenKind::white_space:
          (out += token.text[0] == ' ' ? 's' : 'h') += std::to_string(token.text.size());
          return;
        case TokenKind::literal:
          out += static_cast<char>(token.text[0] & ~0x20);
          return;
        case TokenKind::cut_literal:
          ((out += 'c') += static_cast<char>(token.text[0] & ~0x20)) +=
              std::to_string(token.text.size());
          return;
        case TokenKind::mark:
          out += 'b';
          return;
        case TokenKind::number:
          return slot(out, 'd', context, token.text, form_of_number(token.text));
        case TokenKind::junk:
          return slot(out, 'g', context, token.text, form_of_junk(token.text));
        case TokenKind::name:
          context.resize(parents.empty() ? 0 : parents.back());
          return append_name(token.text, out, context, slot);
        case TokenKind::string: {
          std::string form = form_of_text(token.text, !token.closed);
          const bool bad = is_bad_form(form);
          const char kind = token.closed ? (bad ? 'z' : 'x') : (bad ? 'w' : 'y');
          return slot(out, kind, context, token.text, std::move(form));
        }
      }
    });
  }

  static void add_context(std::string_view name, std::string& context) {
    constexpr std::size_t kMost = 64;
    if (context.size() < kMost) (context += '/') += name;
  }

  template <typename SlotOf>
  void append_name(std::string_view name, std::string& out, std::string& context, SlotOf slot) {
    if (decode_name(name, decoded_, escaped_)) {
      const auto known = known_.find(decoded_);
      if (known != known_.end()) {
        (out += 'k') += std::to_string(known->second);
        for (const std::size_t at : escaped_) (out += 'e') += std::to_string(at);
        add_context(known->first, context);
        return;
      }
    }
    add_context("other", context);
    const auto again = names_.find(std::string(name));
    if (again != names_.end()) {
      (out += 'u') += std::to_string(again->second);
      return;
    }
    std::string form = form_of_text(name, false);
    const char kind = is_bad_form(form) ? 'z' : 'v';
    slot(out, kind, context, name, std::move(form));
  }

  // Which shapes the profile has, and which of them each document becomes.
  void find_shapes() {
    std::unordered_map<std::string, std::size_t> indices;
    std::vector<Candidate> shapes;
    shape_of_.reserve(corpus_.documents.size());
    std::string shape;
    for_each_document([&](std::string_view document) {
      shape.clear();
      append_shape(document, shape,
                   [](std::string& out, char kind, const std::string&, std::string_view,
                      std::string) { out += kind; });
      const auto [found, is_new] = indices.try_emplace(shape, shapes.size());
      if (is_new) shapes.push_back({"", 0, document.size(), shapes.size(), 0});
      ++shapes[found->second].count;
      shape_of_.push_back(found->second);
    });
    representative_.resize(shapes.size());
    for (std::size_t i = shape_of_.size(); i-- > 0;) representative_[shape_of_[i]] = i;

    std::size_t most = kMostShapes;
    for (; most > 1; most /= 2) {
      chosen_ = choose(shapes, most);
      std::uint64_t bytes = 0;
      for (const Candidate& candidate : chosen_) bytes += candidate.size / 2;
      if (bytes <= kMostShapeBytes) break;
    }
    if (most == 1) chosen_ = choose(shapes, 1);
    // Those that stand for others may have got a higher count than they have.
    const auto leading = [&](std::size_t most, std::uint64_t least) {
      std::uint32_t count = 0;
      while (count < std::min(most, chosen_.size()) && chosen_[count].count >= least &&
             chosen_[count].count == shapes[chosen_[count].first].count)
        ++count;
      return count;
    };
    profile_.states = leading(kMostStates, kLeastOfState);
    owners_ = leading(kMostOwners, kLeastOfOwner);
    owner_of_.assign(shapes.size(), owners_);
    for (std::uint32_t i = 0; i < owners_; ++i) owner_of_[chosen_[i].first] = i;
    state_of_.assign(shapes.size(), profile_.states);
    for (std::uint32_t i = 0; i < profile_.states; ++i) state_of_[chosen_[i].first] = i;

    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> transitions;
    for (std::size_t i = 1; i < shape_of_.size(); ++i)
      ++transitions[{state_of_[shape_of_[i - 1]], state_of_[shape_of_[i]]}];
    for (const auto& [edge, count] : transitions)
      profile_.transitions.push_back({edge.first, edge.second, count});
  }

  std::size_t slot_of(const std::string& key, bool numbers) {
    const auto [found, is_new] = slots_.try_emplace(key, statistics_.size());
    if (is_new) statistics_.emplace_back(numbers);
    return found->second;
  }

  // The texts of all documents. A frequent shape has slots of its own; the others share those of
  // the member before.
  void find_texts() {
    std::uint32_t owner = 0;
    std::size_t number = 0;
    bool counts = true;
    const auto slot = [&](std::string& out, char kind, const std::string& context,
                          std::string_view text, std::string form) {
      const std::string key = owner < owners_
                                  ? std::to_string(owner) + '.' + std::to_string(number++)
                                  : std::string(1, kind) + context;
      const std::size_t index = slot_of(limited(key, kind), kind == 'd');
      if (counts) statistics_[index].add(text, std::move(form));
      (out += kind) += std::to_string(index);
    };
    std::string shape;
    for (std::size_t i = 0; i < shape_of_.size(); ++i) {
      owner = owner_of_[shape_of_[i]];
      number = 0;
      shape.clear();
      append_shape(text_of(i), shape, slot);
    }
    counts = false;
    for (const Candidate& candidate : chosen_) {
      owner = owner_of_[candidate.first];
      number = 0;
      shape.clear();
      append_shape(text_of(representative_[candidate.first]), shape, slot);
      profile_.shapes.push_back({shape, candidate.count});
    }
    for (SlotStatistics& statistics : statistics_) profile_.slots.push_back(statistics.slot());
  }

  // Many tokens in frequent shapes: the rest of them share a slot for each kind.
  std::string limited(const std::string& key, char kind) const {
    constexpr std::size_t kMostOwn = ProfileLimits::kSlots / 2;
    if (statistics_.size() < kMostOwn || slots_.contains(key)) return key;
    return std::string(1, kind) + "/other";
  }

  std::string_view text_of(std::size_t document) const {
    const Corpus::Extent& extent = corpus_.documents[document];
    return corpus_.text().substr(extent.offset, extent.length);
  }

  const Corpus& corpus_;
  Profile profile_;
  std::unordered_map<std::string, std::size_t> known_;
  std::unordered_map<std::string, std::size_t> names_;
  std::vector<std::size_t> shape_of_;        // of each document
  std::vector<std::size_t> representative_;  // a document of each shape
  std::vector<std::uint32_t> state_of_;      // of each shape
  std::vector<std::uint32_t> owner_of_;      // of each shape, the number of the one with own slots
  std::uint32_t owners_ = 0;
  std::vector<Candidate> chosen_;
  std::unordered_map<std::string, std::size_t> slots_;
  std::vector<SlotStatistics> statistics_;
  std::string decoded_;
  std::vector<std::size_t> escaped_;
};

}  // namespace

Profile profile_of(const Corpus& corpus) { return Measurer(corpus).measure(); }

}  // namespace leadscan::corpus
