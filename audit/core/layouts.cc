#include "audit/core/layouts.h"

#include <algorithm>
#include <cstring>

#include "leadscan/fields.h"

namespace leadscan::audit {
namespace {

// A layout is a sequence of: a type's letter, and in objects that are looked into, a name (as it
// stands in the document, quotes included) in front of each; '}' ends such an object.
constexpr char kLookedInto = '{';
constexpr char kEnd = '}';

// Walks over JSON that is known to be valid.
class Walk {
 public:
  Walk(std::string_view json, std::string& layout)
      : at_(json.data()), end_(json.data() + json.size()), layout_(layout) {}

  void document() {
    white_space();
    if (at_ == end_ || *at_ != '{') return;
    members(1);
  }

 private:
  void white_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }

  // Behind the quote, to behind the closing one.
  void string() {
    for (;;) {
      const auto* quote =
          static_cast<const char*>(std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_)));
      if (quote == nullptr) {
        at_ = end_;
        return;
      }
      const char* back = quote;
      while (back > at_ && back[-1] == '\\') --back;
      at_ = quote + 1;
      if ((quote - back) % 2 == 0) return;
    }
  }

  void container() {
    for (std::size_t depth = 0; at_ != end_;) {
      const char c = *at_++;
      if (c == '"') {
        string();
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        return;
      }
    }
  }

  void scalar() {
    while (at_ != end_ && *at_ != ',' && *at_ != '}' && *at_ != ']' &&
           static_cast<unsigned char>(*at_) > ' ')
      ++at_;
  }

  // The style of the white space here, where it is first met.
  void style() {
    layout_ += at_ == end_ ? '-' : *at_ == ' ' ? 's' : *at_ == '\n' || *at_ == '\r' ? 'n' : '-';
  }

  void members(int depth) {
    ++at_;  // the brace
    if (depth == 1) style();
    for (bool first = depth == 1;; first = false) {
      white_space();
      if (at_ == end_ || *at_ == '}') break;
      const char* name = at_++;
      string();
      const std::string_view quoted(name, static_cast<std::size_t>(at_ - name));
      layout_ += quoted;
      white_space();
      ++at_;  // the colon
      if (first) style();
      white_space();
      value(quoted, depth);
      white_space();
      if (at_ == end_ || *at_ != ',') break;
      ++at_;
      if (first) style();
    }
    if (at_ != end_) ++at_;
    layout_ += kEnd;
  }

  static bool is_looked_into(std::string_view name) {
    return name == "\"info\"" || name == "\"error\"" || name == "\"data\"" || name == "\"errors\"";
  }

  void value(std::string_view name, int depth) {
    if (at_ == end_) return;
    switch (*at_) {
      case '"':
        layout_ += 's';
        ++at_;
        string();
        break;
      case '{':
        if (depth == 1 && is_looked_into(name)) {
          layout_ += kLookedInto;
          members(depth + 1);
        } else {
          layout_ += 'o';
          container();
        }
        break;
      case '[':
        layout_ += 'a';
        container();
        break;
      case 't':
      case 'f':
        layout_ += 'b';
        scalar();
        break;
      case 'n':
        layout_ += '0';
        scalar();
        break;
      default:
        layout_ += 'd';
        scalar();
    }
  }

  const char* at_;
  const char* end_;
  std::string& layout_;
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

// Members that the API's responses have, leadscan reads them or not.
bool is_known(Field parent, std::string_view name) {
  return std::any_of(kFields.begin(), kFields.end(), [&](const FieldInfo& field) {
    return field.parent == parent && field.name == name;
  });
}

class ReadBack {
 public:
  ReadBack(std::string_view layout, LayoutMembers& members) : rest_(layout), members_(members) {}

  void members(Field parent, const std::string& pointer) {
    if (parent == Field::document && !rest_.empty()) rest_.remove_prefix(1);  // style
    members_.text += '{';
    std::vector<std::string> names;
    for (bool first = true; !rest_.empty() && rest_[0] != kEnd; first = false) {
      const std::string name = take_name();
      if (!first) members_.text += ", ";
      members_.text += name + ": ";
      if (first && parent == Field::document) rest_.remove_prefix(1);
      const std::string path = pointer + '/' + escaped(name);
      if (std::find(names.begin(), names.end(), name) != names.end())
        members_.duplicates.push_back(path);
      names.push_back(name);
      if (!is_known(parent, name) && std::find(members_.unknown.begin(), members_.unknown.end(),
                                               path) == members_.unknown.end())
        members_.unknown.push_back(path);
      const char letter = take();
      if (letter == kLookedInto) {
        members(field_of(name), path);
      } else {
        members_.text += type_name(letter);
      }
      if (first && parent == Field::document && !rest_.empty() &&
          (rest_[0] == 's' || rest_[0] == 'n' || rest_[0] == '-'))
        rest_.remove_prefix(1);
    }
    take();
    members_.text += '}';
  }

 private:
  char take() {
    if (rest_.empty()) return '\0';
    const char c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }

  std::string take_name() {
    std::size_t end = 1;
    while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
    const std::string_view raw = rest_.substr(1, end - 1);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    std::string memory(raw.size(), '\0');
    const bool is_escaped = raw.find('\\') != raw.npos;
    return std::string(*Text::string(raw, is_escaped).decode(memory));
  }

  static std::string escaped(const std::string& name) {
    std::string text;
    for (const char c : name) {
      if (c == '~') {
        text += "~0";
      } else if (c == '/') {
        text += "~1";
      } else {
        text += c;
      }
    }
    return text;
  }

  static Field field_of(std::string_view name) {
    for (const FieldInfo& field : kFields)
      if (field.parent == Field::document && field.name == name) return field.field;
    return Field::document;
  }

  std::string_view rest_;
  LayoutMembers& members_;
};

}  // namespace

void Sightings::merge(const Sightings& later) {
  if (later.count == 0) return;
  if (count == 0) first = later.first;
  last = later.last;
  count += later.count;
  if (later.first_time) add_time(*later.first_time);
  if (later.last_time) add_time(*later.last_time);
}

void write_layout(std::string_view json, std::string& layout) { Walk(json, layout).document(); }

LayoutMembers read_layout(std::string_view layout) {
  LayoutMembers members;
  if (!layout.empty()) ReadBack(layout, members).members(Field::document, "");
  return members;
}

bool repeats_a_name(std::string_view layout) { return !read_layout(layout).duplicates.empty(); }

void Layouts::merge(const Layouts& later) {
  for (const Entry& entry : later.entries_) {
    Entry* mine = find_or_add(entry.layout, [&] { return entry.has_duplicates; });
    if (mine != nullptr) {
      mine->seen.merge(entry.seen);
    } else {
      others_ += entry.seen.count - 1;  // find_or_add counted one
    }
  }
  others_ += later.others_;
}

}  // namespace leadscan::audit
