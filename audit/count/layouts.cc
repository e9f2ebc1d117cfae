#include "audit/count/layouts.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

#include "audit/base/json_pointer.h"
#include "leadscan/fields.h"
#include "leadscan/json/characters.h"

namespace leadscan::audit {
namespace {

using leadscan::internal::is_white_space;
using leadscan::internal::kEndsScalar;

// A layout is a sequence of: a type's letter, and in objects that are looked into, a name (between
// quotes, with a backslash in front of quotes and backslashes in it) in front of each; '}' ends
// such an object.
constexpr char kLookedInto = '{';
constexpr char kEnd = '}';

const char* find_char(const char* at, const char* end, char c) {
  const void* found = std::memchr(at, c, static_cast<std::size_t>(end - at));
  return found == nullptr ? end : static_cast<const char*>(found);
}

// From behind a quote to behind the one that closes the string.
template <bool kEscapes>
const char* behind_string(const char* at, const char* end) {
  for (;;) {
    const char* const quote = find_char(at, end, '"');
    if (quote == end) return end;
    if constexpr (kEscapes) {
      const char* back = quote;
      while (back > at && back[-1] == '\\') --back;
      if ((quote - back) % 2 != 0) {
        at = quote + 1;
        continue;
      }
    }
    return quote + 1;
  }
}

// Whether layouts have the members of this field's value.
template <std::size_t kField>
constexpr bool kLooksInto =
    kFields[kField].parent == Field::document && has_members(kFields[kField].field);

// Walks over JSON that is known to be valid. `kEscapes`: there may be backslashes in it.
template <bool kEscapes>
class Walk {
 public:
  // `out` has room for as many bytes as `json` has, and kMostStyle.
  Walk(std::string_view json, char* out)
      : at_(json.data()), end_(json.data() + json.size()), out_(out) {}
  static constexpr std::size_t kMostStyle = 8;

  // Returns where the layout ends.
  char* document() {
    white_space();
    if (at_ != end_ && *at_ == '{') members(1);
    return out_;
  }

 private:
  void white_space() {
    while (at_ != end_ && is_white_space(static_cast<unsigned char>(*at_))) ++at_;
  }

  void container() {
    for (std::size_t depth = 0; at_ != end_;) {
      const char c = *at_++;
      if (c == '"') {
        at_ = behind_string<kEscapes>(at_, end_);
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        return;
      }
    }
  }

  void scalar() {
    while (at_ != end_ && !kEndsScalar.contains(static_cast<unsigned char>(*at_))) ++at_;
  }

  // The style of the white space here, where it is first met.
  void style() {
    *out_++ = at_ == end_ ? '-' : *at_ == ' ' ? 's' : *at_ == '\n' || *at_ == '\r' ? 'n' : '-';
  }

  // With its quotes, in the one spelling of layouts.
  std::string_view write_name(std::string_view quoted) {
    char* const begin = out_;
    if (kEscapes && std::memchr(quoted.data(), '\\', quoted.size()) != nullptr) {
      const std::string_view raw = quoted.substr(1, quoted.size() - 2);
      decoded_.resize(raw.size());
      const std::string_view name = *Text::string(raw, true).decode(decoded_);
      *out_++ = '"';
      for (const char c : name) {
        if (c == '"' || c == '\\') *out_++ = '\\';
        *out_++ = c;
      }
      *out_++ = '"';
    } else {
      std::memcpy(out_, quoted.data(), quoted.size());
      out_ += quoted.size();
    }
    return {begin, static_cast<std::size_t>(out_ - begin)};
  }

  void members(int depth) {
    ++at_;  // the brace
    if (depth == 1) style();
    for (bool first = depth == 1;; first = false) {
      white_space();
      if (at_ == end_ || *at_ == '}') break;
      const char* const begin = at_++;
      at_ = behind_string<kEscapes>(at_, end_);
      const std::string_view name = write_name({begin, static_cast<std::size_t>(at_ - begin)});
      white_space();
      ++at_;  // the colon
      if (first) style();
      white_space();
      value(name, depth);
      white_space();
      if (at_ == end_ || *at_ != ',') break;
      ++at_;
      if (first) style();
    }
    if (at_ != end_) ++at_;
    *out_++ = kEnd;
  }

  // Whether leadscan reads members of the document's member `quoted`.
  static bool is_looked_into(std::string_view quoted) {
    const std::string_view name = quoted.substr(1, quoted.size() - 2);
    return [name]<std::size_t... I>(std::index_sequence<I...>) {
      return ((kLooksInto<I> && name == kFields[I].name) || ...);
    }(std::make_index_sequence<kFieldCount>());
  }

  void value(std::string_view name, int depth) {
    if (at_ == end_) return;
    switch (*at_) {
      case '"':
        *out_++ = 's';
        ++at_;
        at_ = behind_string<kEscapes>(at_, end_);
        break;
      case '{':
        if (depth == 1 && is_looked_into(name)) {
          *out_++ = kLookedInto;
          members(depth + 1);
        } else {
          *out_++ = 'o';
          container();
        }
        break;
      case '[':
        *out_++ = 'a';
        container();
        break;
      case 't':
      case 'f':
        *out_++ = 'b';
        scalar();
        break;
      case 'n':
        *out_++ = '0';
        scalar();
        break;
      default:
        *out_++ = 'd';
        scalar();
    }
  }

  const char* at_;
  const char* end_;
  char* out_;
  std::string decoded_;
};

const char* type_name(char letter) {
  switch (letter) {
    case 's':
      return "string";
    case 'o':
      return "object";
    case 'a':
      return "array";
    case 'b':
      return "boolean";
    case '0':
      return "null";
    case 'd':
      return "number";
    default:
      return "?";
  }
}

// Reads a layout member by member.
class LayoutReader {
 public:
  explicit LayoutReader(std::string_view layout)
      : at_(layout.data()), end_(layout.data() + layout.size()) {
    skip_style();
  }

  struct Item {
    enum class Kind : std::uint8_t { member, end_of_object, end } kind;
    std::string_view name;  // as layouts spell it
    char letter;            // of its type; if it is kLookedInto, the members of that come next
  };

  Item next() {
    if (at_ != end_ && *at_ != '"' && *at_ != kEnd) skip_style();  // behind the first value
    if (at_ == end_) return {Item::Kind::end, {}, 0};
    if (*at_ == kEnd) {
      ++at_;
      return {Item::Kind::end_of_object, {}, 0};
    }
    const char* const begin = ++at_;
    at_ = behind_string<true>(at_, end_);
    Item item{Item::Kind::member, {begin, static_cast<std::size_t>(at_ - begin) - 1}, 0};
    if (std::exchange(first_, false)) skip_style();
    if (at_ != end_) item.letter = *at_++;
    return item;
  }

 private:
  void skip_style() {
    if (at_ != end_) ++at_;
  }

  const char* at_;
  const char* end_;
  bool first_ = true;
};
using Item = LayoutReader::Item;

std::string name_of(std::string_view spelled) {
  std::string name;
  for (std::size_t i = 0; i < spelled.size(); ++i) {
    if (spelled[i] == '\\') ++i;
    name += spelled[i];
  }
  return name;
}

std::string pointer_to(std::string parent, std::string_view name) {
  append_token(parent, name);
  return parent;
}

// Members that the API's responses have, leadscan reads them or not.
bool is_known(Field parent, std::string_view name) {
  return std::any_of(kFields.begin(), kFields.end(), [&](const FieldInfo& field) {
    return field.parent == parent && field.name == name;
  });
}

Field field_of(std::string_view name) {
  for (const FieldInfo& field : kFields)
    if (field.parent == Field::document && field.name == name) return field.field;
  return Field::document;
}

}  // namespace

void Sightings::merge(const Sightings& later) {
  if (later.count == 0) return;
  if (count == 0) first = later.first;
  last = later.last;
  count += later.count;
  if (later.first_time) add_time(*later.first_time);
  if (later.last_time) add_time(*later.last_time);
}

std::string_view LayoutWriter::write(std::string_view json) {
  const std::size_t room = json.size() + Walk<true>::kMostStyle;
  if (capacity_ < room) {
    const std::size_t capacity = std::max(room, std::size_t{4096});
    capacity_ = 0;
    memory_.reset();  // first, so that both need not be there
    memory_.reset(new char[capacity]);
    capacity_ = capacity;
  }
  const bool escapes = json.find('\\') != json.npos;
  const char* const end = escapes ? Walk<true>(json, memory_.get()).document()
                                  : Walk<false>(json, memory_.get()).document();
  return {memory_.get(), static_cast<std::size_t>(end - memory_.get())};
}

LayoutMembers read_layout(std::string_view layout) {
  LayoutMembers members;
  if (layout.empty()) return members;
  std::set<std::string> unknown;
  Field parent = Field::document;
  std::string parent_pointer;
  members.text += '{';
  bool first = true;
  LayoutReader reader(layout);
  for (Item item = reader.next(); item.kind != Item::Kind::end; item = reader.next()) {
    if (item.kind == Item::Kind::end_of_object) {
      members.text += '}';
      parent = Field::document;
      parent_pointer.clear();
      first = false;
      continue;
    }
    const std::string name = name_of(item.name);
    if (!std::exchange(first, false)) members.text += ", ";
    members.text += name;
    members.text += ": ";
    if (!is_known(parent, name)) {
      std::string pointer = pointer_to(parent_pointer, name);
      if (unknown.insert(pointer).second) members.unknown.push_back(std::move(pointer));
    }
    if (item.letter == kLookedInto) {
      members.text += '{';
      parent = field_of(name);
      parent_pointer = pointer_to("", name);
      first = true;
    } else {
      members.text += type_name(item.letter);
    }
  }
  return members;
}

void RepeatedNames::Names::start(const char* layout) {
  // What one very long document took is given back.
  constexpr std::size_t kMostKept = 10000;
  if (names_.capacity() > kMostKept) *this = Names();
  layout_ = layout;
  names_.clear();
  repeated_.clear();
  index_.clear();
}

bool RepeatedNames::Names::add_and_repeats(std::string_view added) {
  constexpr std::size_t kScanned = 16;
  const auto hash_of = [](std::string_view text) { return keyed_hash(process_hash_key(), text); };
  std::size_t found = HashIndex::kNone;
  if (names_.size() <= kScanned) {
    for (std::size_t i = 0; i < names_.size() && found == HashIndex::kNone; ++i)
      if (name(i) == added) found = i;
  } else {
    if (index_.size() == 0)
      for (std::size_t i = 0; i < names_.size(); ++i) index_.add(hash_of(name(i)));
    const std::uint64_t hash = hash_of(added);
    found = index_.find(hash, [&](std::size_t i) { return name(i) == added; });
    if (found == HashIndex::kNone) index_.add(hash);
  }
  if (found != HashIndex::kNone) {
    const bool is_second = !repeated_[found];
    repeated_[found] = true;
    return is_second;
  }
  names_.push_back({static_cast<std::uint32_t>(added.data() - layout_),
                    static_cast<std::uint32_t>(added.size())});
  repeated_.push_back(false);
  return false;
}

std::uint64_t RepeatedNames::find(std::string_view layout, std::size_t most,
                                  std::vector<std::string>& pointers) {
  std::uint64_t count = 0;
  std::size_t depth = 0;
  std::string parent;
  objects_[0].start(layout.data());
  LayoutReader reader(layout);
  for (Item item = reader.next(); item.kind != Item::Kind::end; item = reader.next()) {
    if (item.kind == Item::Kind::end_of_object) {
      depth = 0;
      parent.clear();
      continue;
    }
    if (objects_[depth].add_and_repeats(item.name) && count++ < most)
      pointers.push_back(pointer_to(parent, name_of(item.name)));
    if (item.letter != kLookedInto) continue;
    depth = 1;
    objects_[1].start(layout.data());
    if (most != 0) parent = pointer_to("", name_of(item.name));
  }
  for (Names& names : objects_) names.start(nullptr);
  return count;
}

std::uint64_t RepeatedNames::count(std::string_view layout) {
  return find(layout, 0, no_pointers_);
}

std::size_t Layouts::append(std::string_view layout, std::uint64_t hash) {
  entries_.push_back({std::string(layout), {}, 0});
  try {
    index_.add(hash);
  } catch (...) {
    entries_.pop_back();
    throw;
  }
  bytes_ += layout.size();
  return entries_.size() - 1;
}

void Layouts::merge(const Layouts& later) {
  for (std::size_t i = 0; i < later.entries_.size(); ++i) {
    const Entry& entry = later.entries_[i];
    const std::uint64_t hash = later.index_.hash_of(i);
    std::size_t mine = find(entry.layout, hash);
    if (mine == HashIndex::kNone) {
      if (entries_.size() >= kMost || bytes_ + entry.layout.size() > kMostBytes) {
        others_ += entry.seen.count;
        continue;
      }
      mine = append(entry.layout, hash);
      entries_[mine].repeated_names = entry.repeated_names;
    }
    entries_[mine].seen.merge(entry.seen);
  }
  others_ += later.others_;
}

std::size_t Layouts::memory() const {
  std::size_t bytes = entries_.capacity() * sizeof(Entry) + bytes_ + index_.memory();
  for (const Entry& entry : entries_)
    for (const Position* at : {&entry.seen.first, &entry.seen.last})
      if (at->member) bytes += at->member->size();
  return bytes;
}

}  // namespace leadscan::audit
