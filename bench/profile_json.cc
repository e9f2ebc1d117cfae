#include "bench/profile_json.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

namespace leadscan::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;
constexpr std::size_t kMostBytes = std::size_t{32} << 20;  // of a file
constexpr std::size_t kMostValues = std::size_t{1} << 20;  // in it
constexpr std::size_t kMostDepth = 8;
constexpr std::size_t kMostMembers = 32;  // of an object

// Looks at the text before a tree is made of it: syntax, depth, number of values, and of the
// members of an object, which the tree looks all at for each.
class Check {
 public:
  explicit Check(std::string& error) : error_(error) {}

  bool null() { return value(); }
  bool boolean(bool) { return value(); }
  bool number_integer(Json::number_integer_t) { return value(); }
  bool number_unsigned(Json::number_unsigned_t) { return value(); }
  bool number_float(Json::number_float_t, const Json::string_t&) { return value(); }
  bool string(Json::string_t&) { return value(); }
  bool binary(Json::binary_t&) { return value(); }
  bool key(Json::string_t&) {
    if (++members_[depth_] <= kMostMembers) return value();
    error_ = "value " + std::to_string(values_ + 1) + ": an object of more than " +
             std::to_string(kMostMembers) + " members";
    return false;
  }
  bool start_object(std::size_t) {
    if (!open()) return false;
    members_[depth_] = 0;
    return true;
  }
  bool start_array(std::size_t) { return open(); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t byte, const std::string&, const nlohmann::detail::exception& what) {
    // Behind the library's own number of it: what, and the line and column.
    const std::string_view text = what.what();
    error_ = "byte " + std::to_string(byte) + ": " +
             std::string(text.substr(std::min(text.find("] ") + 2, text.size())));
    return false;
  }

 private:
  bool value() {
    if (++values_ <= kMostValues) return true;
    error_ = "more than " + std::to_string(kMostValues) + " values";
    return false;
  }
  bool open() {
    if (++depth_ <= kMostDepth) return value();
    error_ = "value " + std::to_string(values_ + 1) + ": deeper than " +
             std::to_string(kMostDepth) + " levels";
    return false;
  }
  bool close() {
    --depth_;
    return true;
  }

  std::string& error_;
  std::size_t values_ = 0;
  std::size_t depth_ = 0;
  std::array<std::size_t, kMostDepth + 1> members_ = {};  // of the object at each depth
};

// Takes a profile out of a tree; after the first flaw, which stays in `error`, nothing more.
class Reader {
 public:
  explicit Reader(std::string& error) : error_(error) {}

  bool read(const Json& json, corpus::Profile& profile) {
    if (!json.is_object()) return fail("", "an object is expected");
    std::uint64_t format = 0;
    std::uint64_t states = 0;
    if (!number(json, "", "leadscan_profile", format)) return false;
    if (format != kFormat)
      return fail("/leadscan_profile", "this is format " + std::to_string(format) + ", but only " +
                                           std::to_string(kFormat) + " is known");
    if (!number(json, "", "documents", profile.documents) ||
        !number(json, "", "bytes", profile.bytes) || !texts(json, "known", profile.known) ||
        !texts(json, "names", profile.names) || !slots(json, profile.slots) ||
        !number(json, "", "states", states))
      return false;
    if (states > corpus::ProfileLimits::kStates) return fail("/states", "too many");
    profile.states = static_cast<std::uint32_t>(states);
    return list(json, "", "shapes",
                [&](const std::string& at, const Json& item) {
                  corpus::Profile::Shape& shape = profile.shapes.emplace_back();
                  return pair(at, item, shape.tokens, shape.count);
                }) &&
           list(json, "", "transitions", [&](const std::string& at, const Json& item) {
             return transition(at, item, profile.transitions.emplace_back());
           });
  }

 private:
  bool fail(const std::string& pointer, const std::string& why) {
    error_ = (pointer.empty() ? "the document" : pointer) + ": " + why;
    return false;
  }

  bool number(const Json& object, const std::string& parent, const char* name,
              std::uint64_t& value) {
    const auto found = object.find(name);
    const std::string pointer = parent + '/' + name;
    return found == object.end() ? fail(pointer, "is missing") : number(pointer, *found, value);
  }
  bool number(const std::string& pointer, const Json& json, std::uint64_t& value) {
    if (!json.is_number_unsigned())
      return fail(pointer, "an integer that is not negative is expected");
    value = json.get<std::uint64_t>();
    return true;
  }

  bool text(const std::string& pointer, const Json& json, std::string& value) {
    if (!json.is_string()) return fail(pointer, "a string is expected");
    value = json.get_ref<const std::string&>();
    return true;
  }

  template <typename Use>
  bool list(const Json& object, const std::string& parent, const char* name, Use use) {
    const auto found = object.find(name);
    const std::string pointer = parent + '/' + name;
    if (found == object.end()) return fail(pointer, "is missing");
    if (!found->is_array()) return fail(pointer, "an array is expected");
    for (std::size_t i = 0; i < found->size(); ++i)
      if (!use(pointer + '/' + std::to_string(i), (*found)[i])) return false;
    return true;
  }

  bool texts(const Json& object, const char* name, std::vector<std::string>& texts) {
    return list(object, "", name, [&](const std::string& at, const Json& item) {
      return text(at, item, texts.emplace_back());
    });
  }

  bool pair(const std::string& pointer, const Json& json, std::string& form, std::uint64_t& count) {
    if (!json.is_array() || json.size() != 2)
      return fail(pointer, "an array of a text and a count is expected");
    return text(pointer + "/0", json[0], form) && number(pointer + "/1", json[1], count);
  }

  bool slots(const Json& json, std::vector<corpus::Profile::Slot>& slots) {
    return list(json, "", "slots", [&](const std::string& at, const Json& item) {
      if (!item.is_object()) return fail(at, "an object is expected");
      corpus::Profile::Slot& slot = slots.emplace_back();
      std::string of;
      const auto found = item.find("of");
      if (found == item.end() || !text(at + "/of", *found, of) ||
          (of != "texts" && of != "numbers"))
        return fail(at + "/of", "\"texts\" or \"numbers\" is expected");
      slot.numbers = of == "numbers";
      return forms(item, at, "texts", slot.texts) && forms(item, at, "forms", slot.forms) &&
             number(item, at, "repeats", slot.repeats);
    });
  }

  bool forms(const Json& json, const std::string& parent, const char* name,
             std::vector<corpus::Profile::Form>& forms) {
    return list(json, parent, name, [&](const std::string& at, const Json& item) {
      corpus::Profile::Form& form = forms.emplace_back();
      if (!item.is_array() || item.size() != 4) return pair(at, item, form.form, form.count);
      std::uint64_t from = 0;
      std::uint64_t to = 0;
      if (!text(at + "/0", item[0], form.form) || !number(at + "/1", item[1], form.count) ||
          !number(at + "/2", item[2], from) || !number(at + "/3", item[3], to))
        return false;
      if (from > to || to > corpus::Profile::kAlways)
        return fail(at, "no part of the time from 0 to 1000");
      form.from = static_cast<std::uint32_t>(from);
      form.to = static_cast<std::uint32_t>(to);
      return true;
    });
  }

  bool transition(const std::string& pointer, const Json& json,
                  corpus::Profile::Transition& transition) {
    std::uint64_t values[3] = {};
    if (!json.is_array() || json.size() != std::size(values))
      return fail(pointer, "an array of two states and a count is expected");
    for (std::size_t i = 0; i < std::size(values); ++i)
      if (!number(pointer + '/' + std::to_string(i), json[i], values[i])) return false;
    for (std::size_t i = 0; i < 2; ++i)
      if (values[i] > corpus::ProfileLimits::kStates)
        return fail(pointer + '/' + std::to_string(i), "there is no such state");
    transition = {static_cast<std::uint32_t>(values[0]), static_cast<std::uint32_t>(values[1]),
                  values[2]};
    return true;
  }

  std::string& error_;
};

Json json_of(const std::vector<corpus::Profile::Form>& forms) {
  Json json = Json::array();
  for (const corpus::Profile::Form& form : forms) {
    json.push_back(Json::array({form.form, form.count}));
    if (form.from == 0 && form.to == corpus::Profile::kAlways) continue;
    json.back().push_back(form.from);
    json.back().push_back(form.to);
  }
  return json;
}

}  // namespace

std::string profile_json(const corpus::Profile& profile) {
  Json json;
  json["leadscan_profile"] = kFormat;
  json["documents"] = profile.documents;
  json["bytes"] = profile.bytes;
  json["known"] = profile.known;
  json["names"] = profile.names;
  json["slots"] = Json::array();
  for (const corpus::Profile::Slot& slot : profile.slots)
    json["slots"].push_back({{"of", slot.numbers ? "numbers" : "texts"},
                             {"texts", json_of(slot.texts)},
                             {"forms", json_of(slot.forms)},
                             {"repeats", slot.repeats}});
  json["states"] = profile.states;
  json["shapes"] = Json::array();
  for (const corpus::Profile::Shape& shape : profile.shapes)
    json["shapes"].push_back(Json::array({shape.tokens, shape.count}));
  json["transitions"] = Json::array();
  for (const corpus::Profile::Transition& transition : profile.transitions)
    json["transitions"].push_back(Json::array({transition.from, transition.to, transition.count}));
  return json.dump() + '\n';
}

std::optional<corpus::Profile> parse_profile(std::string_view text, std::string& error) {
  if (text.size() > kMostBytes) {
    error = "larger than " + std::to_string(kMostBytes) + " bytes, which no profile is";
    return std::nullopt;
  }
  Check check(error);
  if (!Json::sax_parse(text, &check)) return std::nullopt;
  const Json json = Json::parse(text, nullptr, false);
  corpus::Profile profile;
  if (!Reader(error).read(json, profile)) return std::nullopt;
  return profile;
}

std::optional<corpus::Corpus> corpus_from_profile(std::string_view text, std::uint64_t seed,
                                                  std::string& error) {
  const std::optional<corpus::Profile> profile = parse_profile(text, error);
  if (!profile) return std::nullopt;
  corpus::ProfileFlaw flaw;
  const std::unique_ptr<corpus::Generator::Documents> documents =
      corpus::make_from_profile(*profile, seed, flaw);
  if (documents == nullptr) {
    error = flaw.pointer + ", character " + std::to_string(flaw.character) + ": " + flaw.why;
    return std::nullopt;
  }
  return corpus::make_corpus(*documents, corpus::limit_of(*profile));
}

std::optional<corpus::Corpus> corpus_from_profile_file(const std::string& path, std::uint64_t seed,
                                                       std::string& error) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    error = "cannot read " + path + ": " + std::generic_category().message(errno);
    return std::nullopt;
  }
  // One byte more than is taken, whatever the file is.
  std::string text(kMostBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  std::optional<corpus::Corpus> corpus = corpus_from_profile(text, seed, error);
  if (!corpus) error = path + " is no profile: " + error;
  return corpus;
}

bool save_profile(const std::string& path, const corpus::Corpus& corpus, std::string& error) {
  std::ofstream file(path, std::ios::binary);
  file << profile_json(corpus::profile_of(corpus));
  file.close();
  if (file) return true;
  error = "cannot write " + path + ": " + std::generic_category().message(errno);
  return false;
}

}  // namespace leadscan::bench
