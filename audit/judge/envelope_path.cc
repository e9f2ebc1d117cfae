#include "audit/judge/envelope_path.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "leadscan/json/characters.h"
#include "leadscan/json/scanner.h"
#include "leadscan/parser.h"
#include "leadscan/text.h"

namespace leadscan::audit {
namespace {

using leadscan::internal::is_digit;
using leadscan::internal::is_white_space;
using leadscan::internal::JsonScanner;
using leadscan::internal::Token;
using leadscan::internal::type_of;

constexpr std::size_t kNoRank = kStatusNames.size();

// 201 and "201".
std::optional<std::int64_t> status_of(Token token, std::string_view text) {
  if (token != Token::number && token != Token::string) return std::nullopt;
  std::int64_t code = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, code);
  if (error != std::errc() || at != end) return std::nullopt;
  return code;
}

// Whether it may be an array of bytes; cheap.
bool begins_with_number(std::string_view array) {
  const auto at = std::find_if(array.begin() + 1, array.end(), [](char c) {
    return !is_white_space(static_cast<unsigned char>(c));
  });
  return at != array.end() && is_digit(static_cast<unsigned char>(*at));
}

// By their addresses: a string without escapes is a view, on every level.
bool is_in(std::string_view text, std::string_view memory) {
  return !std::less<>()(text.data(), memory.data()) &&
         !std::less<>()(memory.data() + memory.size(), text.data() + text.size());
}

std::size_t bytes_from(std::string_view text, const char* end) {
  return static_cast<std::size_t>(end - text.data());
}

}  // namespace

// A place in a level's JSON where a value is, or is missing.
struct EnvelopePath::Found {
  enum class Kind : std::uint8_t {
    value,    // the pointer ends here
    inside,   // a string that it goes on in
    numbers,  // an array that may be a text to go on in
    missing,  // it goes no further
  };
  Kind kind;
  JsonType type;
  bool escaped = false;
  std::uint16_t token = 0;  // where the pointer goes on
  std::uint32_t begin = 0;  // of strings what is between the quotes
  std::uint32_t end = 0;
  std::uint32_t element = 0;
  std::optional<std::int32_t> status;
};

struct EnvelopePath::Level {
  struct Element {
    std::uint32_t begin;
    std::uint32_t end;
  };
  // An open container.
  struct Frame {
    std::uint64_t next = 0;  // of an array: the index of the next element
    std::size_t found = 0;   // how many there were when its value began
    std::uint32_t begin = 0;
    std::uint32_t element = 0;
    std::size_t rank = kNoRank;  // of the name that status was found by
    std::optional<std::int32_t> status;
    bool is_array = false;
    bool on_path = false;    // the pointer goes through it
    bool ends_path = false;  // the pointer ends with it
    bool to_status = false;  // the pointer to the status goes through it
    bool is_done = false;    // what the pointer names in it was found
    bool starred = false;    // it is what a * took
  };
  std::vector<Frame> frames;
  std::vector<Found> found;
  std::vector<Element> elements;
  std::string_view json;
  std::string rewritten;  // json, if it had nginx's escapes
  std::string_view original;
  NginxOffsets offsets;
  EnvelopeDecoder decoder;
  std::string name;
};

// One pass over a level.
class EnvelopePath::Scan {
 public:
  Scan(const EnvelopePath& path, Level& level, std::size_t first)
      : at_(path.options_.at),
        status_at_(path.options_.status_at ? *path.options_.status_at : at_),
        explicit_status_(path.options_.status_at.has_value()),
        has_status_(path.has_status_ && path.shared_ >= first),
        shared_(path.shared_ - std::min(first, path.shared_)),
        first_(first),
        left_(at_.size() - first),
        most_(path.most_values_),
        level_(level) {}

  Error run();

 private:
  struct Value {
    bool on_path;
    bool to_status;
    bool starred;
    std::size_t rank;
  };

  Value enter(std::string_view name) const;
  void scalar(Token token, const JsonScanner& scanner, const Value& value, std::uint32_t element);
  void close(std::uint32_t end);
  void add(Found::Kind kind, JsonType type, std::uint32_t begin, std::uint32_t end, bool escaped,
           std::size_t depth, std::uint32_t element);
  std::uint32_t element_of(const Value& value, std::uint32_t begin);
  void end_value(const Value& value, std::size_t found_before, std::uint32_t element,
                 std::uint32_t end);
  void set_status(std::optional<std::int64_t> status, std::size_t rank);

  const std::vector<std::string>& at_;
  const std::vector<std::string>& status_at_;
  const bool explicit_status_;
  const bool has_status_;
  const std::size_t shared_;  // depth of the container that value and status share
  const std::size_t first_;   // the token that this level's root is to match
  const std::size_t left_;
  const std::size_t most_;
  Level& level_;
};

// What the member or element `name` of the innermost container is to the pointers.
EnvelopePath::Scan::Value EnvelopePath::Scan::enter(std::string_view name) const {
  const std::size_t depth = level_.frames.size();
  const Level::Frame& frame = level_.frames.back();
  Value value{false, false, false, kNoRank};
  if (frame.on_path) {
    const std::string& token = at_[first_ + depth - 1];
    value.starred = token == "*";
    value.on_path = value.starred || (!frame.is_done && token == name);
    if (has_status_ && !explicit_status_ && depth == shared_ + 1 && !frame.is_array &&
        token != name)
      value.rank = static_cast<std::size_t>(
          std::find(kStatusNames.begin(), kStatusNames.end(), name) - kStatusNames.begin());
  }
  if (frame.to_status && first_ + depth <= status_at_.size()) {
    const std::string& token = status_at_[first_ + depth - 1];
    value.to_status = token == "*" || token == name;
    if (value.to_status && first_ + depth == status_at_.size()) value.rank = 0;
  }
  return value;
}

void EnvelopePath::Scan::add(Found::Kind kind, JsonType type, std::uint32_t begin,
                             std::uint32_t end, bool escaped, std::size_t depth,
                             std::uint32_t element) {
  level_.found.push_back({kind, type, escaped, static_cast<std::uint16_t>(first_ + depth), begin,
                          end, element, std::nullopt});
}

// The element that a value is in, a new one if a * took it.
std::uint32_t EnvelopePath::Scan::element_of(const Value& value, std::uint32_t begin) {
  if (!value.starred || !value.on_path)
    return level_.frames.empty() ? 0 : level_.frames.back().element;
  level_.elements.push_back({begin, begin});
  return static_cast<std::uint32_t>(level_.elements.size() - 1);
}

// A value that is on the path is complete, and so is its element.
void EnvelopePath::Scan::end_value(const Value& value, std::size_t found_before,
                                   std::uint32_t element, std::uint32_t end) {
  if (!value.on_path) return;
  if (value.starred) {
    level_.elements[element].end = end;
    if (level_.found.size() == found_before)
      add(Found::Kind::missing, JsonType::none, 0, 0, false, 0, element);
  } else if (!level_.frames.empty() && level_.found.size() > found_before) {
    level_.frames.back().is_done = true;
  }
}

// A status for what is found in the container that value and status share.
void EnvelopePath::Scan::set_status(std::optional<std::int64_t> status, std::size_t rank) {
  if (!status || *status < INT32_MIN || *status > INT32_MAX) return;
  Level::Frame& frame = level_.frames[shared_];
  if (rank >= frame.rank) return;
  frame.rank = rank;
  frame.status = static_cast<std::int32_t>(*status);
}

void EnvelopePath::Scan::scalar(Token token, const JsonScanner& scanner, const Value& value,
                                std::uint32_t element) {
  const std::size_t depth = level_.frames.size();
  if (value.rank != kNoRank) set_status(status_of(token, scanner.text()), value.rank);
  if (!value.on_path) return;
  const bool ends = depth == left_;
  if (!ends && token != Token::string) return;
  add(ends ? Found::Kind::value : Found::Kind::inside, type_of(token),
      static_cast<std::uint32_t>(scanner.begin()), static_cast<std::uint32_t>(scanner.end()),
      token == Token::string && scanner.escaped(), depth, element);
}

// The innermost container ends.
void EnvelopePath::Scan::close(std::uint32_t end) {
  const Level::Frame frame = level_.frames.back();
  level_.frames.pop_back();
  const std::size_t depth = level_.frames.size();
  const JsonType type = frame.is_array ? JsonType::array : JsonType::object;
  if (frame.ends_path) {
    add(Found::Kind::value, type, frame.begin, end, false, depth, frame.element);
  } else if (frame.on_path && frame.is_array && level_.found.size() == frame.found &&
             begins_with_number(level_.json.substr(frame.begin, end - frame.begin))) {
    add(Found::Kind::numbers, type, frame.begin, end, false, depth, frame.element);
  }
  if (frame.status && depth == shared_)
    for (std::size_t i = frame.found; i < level_.found.size(); ++i)
      level_.found[i].status = frame.status;
  end_value({frame.on_path || frame.ends_path, false, frame.starred, kNoRank}, frame.found,
            frame.element, end);
}

Error EnvelopePath::Scan::run() {
  level_.frames.clear();
  level_.found.clear();
  level_.elements.assign(1, {0, static_cast<std::uint32_t>(level_.json.size())});
  JsonScanner scanner(level_.json.data(), level_.json.size());
  Value value{true, explicit_status_ && has_status_, false, kNoRank};  // the root
  for (;;) {
    const Token token = scanner.next();
    switch (token) {
      case Token::error:
        return {scanner.code(), Field::document, scanner.error_offset()};
      case Token::end:
        return {};
      case Token::name: {
        const Level::Frame& frame = level_.frames.back();
        if (!frame.on_path && !frame.to_status) {
          value = {false, false, false, kNoRank};
          continue;
        }
        std::string_view name = scanner.text();
        if (scanner.escaped()) {
          level_.name.resize(name.size());
          name = *Text::string(name, true).decode(level_.name);
        }
        value = enter(name);
        continue;
      }
      case Token::end_object:
      case Token::end_array:
        close(static_cast<std::uint32_t>(scanner.end()));
        continue;
      default:
        break;
    }
    if (!level_.frames.empty() && level_.frames.back().is_array) {
      Level::Frame& frame = level_.frames.back();
      value = {false, false, false, kNoRank};
      if (frame.on_path || frame.to_status) {
        char digits[20];
        const auto end = std::to_chars(digits, digits + sizeof digits, frame.next++);
        value = enter({digits, static_cast<std::size_t>(end.ptr - digits)});
      }
    }
    if (level_.found.size() + level_.elements.size() > 2 * most_)
      return {ErrorCode::too_large, Field::document, most_};
    const std::size_t quotes = token == Token::string ? 1 : 0;
    const auto begin = static_cast<std::uint32_t>(scanner.begin() - quotes);
    const std::size_t found = level_.found.size();
    const std::uint32_t element = element_of(value, begin);
    if (token != Token::begin_object && token != Token::begin_array) {
      scalar(token, scanner, value, element);
      end_value(value, found, element, static_cast<std::uint32_t>(scanner.end() + quotes));
      continue;
    }
    Level::Frame frame;
    frame.found = found;
    frame.begin = begin;
    frame.element = element;
    frame.is_array = token == Token::begin_array;
    frame.ends_path = value.on_path && level_.frames.size() == left_;
    frame.on_path = value.on_path && !frame.ends_path;
    frame.to_status = value.to_status && value.rank == kNoRank;
    frame.starred = value.starred && value.on_path;
    level_.frames.push_back(frame);
  }
}

EnvelopePath::EnvelopePath(EnvelopePathOptions options)
    : options_(std::move(options)),
      most_values_(std::max(options_.max_record / kBytesOfValue, kFewestValues)) {
  const std::vector<std::string>& at = options_.at;
  if (at.empty()) return;
  shared_ = at.size() - 1;
  if (options_.status_at) {
    const std::vector<std::string>& status = *options_.status_at;
    has_status_ = !status.empty();
    const std::size_t most = has_status_ ? std::min(shared_, status.size() - 1) : 0;
    shared_ = static_cast<std::size_t>(
        std::mismatch(at.begin(), at.begin() + static_cast<std::ptrdiff_t>(most), status.begin())
            .first -
        at.begin());
  } else {
    has_status_ = at.back() != "*";
  }
}

EnvelopePath::~EnvelopePath() = default;

EnvelopePath::Level& EnvelopePath::level(std::size_t number) {
  if (levels_[number] == nullptr) levels_[number] = std::make_unique<Level>();
  return *levels_[number];
}

// What is in the JSON of a level, which is to match the tokens from `token` on.
Error EnvelopePath::find(std::string_view json, std::size_t number, std::size_t token) {
  Level& here = level(number);
  here.json = here.original = json;
  here.offsets = {};
  Error error = Scan(*this, here, token).run();
  const bool may_be_nginx =
      options_.decoding == Decoding::automatic || options_.decoding == Decoding::nginx;
  if (error.code == ErrorCode::invalid_escape && may_be_nginx && error.offset < json.size() &&
      json[error.offset] == 'x') {
    nginx_to_json(json, here.rewritten);
    const std::size_t size = here.rewritten.size();
    here.rewritten.append(kPadding, ' ');
    here.json = std::string_view(here.rewritten).substr(0, size);
    error = Scan(*this, here, token).run();
    if (error) error.offset = offset_before_nginx(json, error.offset, here.offsets);
  }
  return error;
}

Error EnvelopePath::scan(std::string_view record, std::size_t capacity, const Take& take) {
  record_ = record;
  capacity_ = capacity;
  budget_ = options_.max_record;
  if (const Error error = find(record, 0, 0)) return error;
  EnvelopeValue whole;
  whole.offset = 0;
  whole.length = record.size();
  give(0, std::nullopt, whole, take);
  return {};
}

// Gives what was found in a level, in its order. `around` has the place of the level in the record.
void EnvelopePath::give(std::size_t number, std::optional<std::int64_t> status,
                        const EnvelopeValue& around, const Take& take) {
  Level& here = level(number);
  const bool rewritten = here.json.data() != here.original.data();
  // A decoding that was undone for the whole level is not to be undone once more.
  const Decoding decoding =
      rewritten && options_.decoding == Decoding::nginx ? Decoding::automatic : options_.decoding;
  const auto before = [&](std::size_t offset) {
    return rewritten ? offset_before_nginx(here.original, offset, here.offsets) : offset;
  };
  if (here.found.empty()) {
    EnvelopeValue none = around;
    none.http_status = status;
    take(none);
    return;
  }
  std::uint32_t element = 0;
  EnvelopeValue place = around;
  for (const Found& found : here.found) {
    if (number == 0 && found.element != element) {
      element = found.element;
      place = around;
      if (element != 0) {
        place.offset = before(here.elements[element].begin);
        place.length = before(here.elements[element].end) - place.offset;
      }
    }
    EnvelopeValue value = place;
    value.http_status = found.status ? std::optional<std::int64_t>(*found.status) : status;
    const std::string_view raw = here.json.substr(found.begin, found.end - found.begin);
    DecodedText decoded{raw, false, 0, std::nullopt};
    switch (found.kind) {
      case Found::Kind::missing:
        take(value);
        continue;
      case Found::Kind::inside:
      case Found::Kind::numbers: {
        // The encoding that was asked for is that of the value at the pointer's end.
        const Decoding inside = decoding == Decoding::none ? Decoding::none : Decoding::automatic;
        bool is_text = true;
        if (found.kind == Found::Kind::inside) {
          decoded = here.decoder.decode(raw, found.escaped, inside, budget_);
        } else if (auto bytes = here.decoder.decode_byte_array(raw, inside, budget_)) {
          decoded = *bytes;
        } else {
          is_text = false;
        }
        if (!is_text || !go_inside(found, decoded, number, value, take)) take(value);
        continue;
      }
      case Found::Kind::value:
        break;
    }
    value.type = found.type;
    if (found.type == JsonType::string) {
      decoded = here.decoder.decode(raw, found.escaped, decoding, budget_);
    } else if (found.type == JsonType::array && decoding != Decoding::none &&
               begins_with_number(raw)) {
      if (auto bytes = here.decoder.decode_byte_array(raw, decoding, budget_)) {
        decoded = *bytes;
        value.type = JsonType::string;
      }
    }
    value.text = decoded.text;
    if (!value.http_status) value.http_status = decoded.http_status;
    value.in_record = is_in(value.text, record_);
    // Every text in memory of the path's own has slack behind it.
    value.capacity = decoded.copied ? decoded.capacity
                     : value.in_record
                         ? bytes_from(value.text, record_.data() + capacity_)
                         : bytes_from(value.text, here.json.data() + here.json.size() + kPadding);
    take(value);
  }
}

// False if there is no JSON in the string: then the pointer finds nothing.
bool EnvelopePath::go_inside(const Found& found, const DecodedText& inside, std::size_t number,
                             const EnvelopeValue& around, const Take& take) {
  if (number + 1 == kMostLevels) return false;
  if (find(inside.text, number + 1, found.token)) return false;
  give(number + 1, around.http_status ? around.http_status : inside.http_status, around, take);
  return true;
}

}  // namespace leadscan::audit
