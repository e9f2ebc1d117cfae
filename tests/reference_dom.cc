#include "tests/reference_dom.h"

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "tests/support.h"

namespace leadscan::testing {
namespace {

using Sax = nlohmann::json_sax<nlohmann::json>;

constexpr std::size_t kDeepest = 1024;
constexpr std::string_view kSpace = " \t\r\n";

// A value with its place in the document. Array elements are validated, but of no interest.
struct Node {
  struct Member {
    std::string name;    // decoded
    std::size_t offset;  // of the name's quote
    std::unique_ptr<Node> value;
  };
  JsonType type = JsonType::none;  // number for all numbers
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;  // a string's characters, a literal or number as it is
  std::vector<Member> members;
};

bool is_number_byte(char c) {
  return (c >= '0' && c <= '9') || (c != '\0' && std::strchr("+-.eE", c));
}

// RFC 8259, section 6, as a state per part.
bool is_number(std::string_view text) {
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t from = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i - from;
  };
  if (i < text.size() && text[i] == '-') ++i;
  const std::size_t first = i;
  const std::size_t whole = digits();
  if (whole == 0 || (whole > 1 && text[first] == '0')) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

// nlohmann/json converts numbers (and refuses 1e999), and takes a NUL for the end of its input.
// Neither is what we ask it for: numbers become zeros of the same length, NUL another byte that is
// valid nowhere.
std::string prepared(std::string_view json) {
  std::string result(json);
  std::replace(result.begin(), result.end(), '\0', '\x01');
  bool in_string = false;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (result[i] == '"') {
      in_string = !in_string;
    } else if (in_string) {
      if (result[i] == '\\') ++i;
    } else if (is_number_byte(result[i])) {
      std::size_t end = i;
      while (end < result.size() && is_number_byte(result[end])) ++end;
      // An e may be another word's: "1e" of "1else" is no number, "true" has none before it.
      if (is_number(std::string_view(result).substr(i, end - i))) {
        result.replace(i, end - i, "0" + std::string(end - i - 1, ' '));
      }
      i = end - 1;
    }
  }
  return result;
}

// Builds the tree. SAX events come in the order of the document's tokens, which tells their places.
class Builder : public Sax {
 public:
  explicit Builder(std::string_view json) : json_(json) {}

  std::unique_ptr<Node> root;
  bool too_deep = false;
  bool failed_at_end = false;

  bool null() override { return scalar(JsonType::null); }
  bool boolean(bool) override { return scalar(JsonType::boolean); }
  bool number_integer(number_integer_t) override { return scalar(JsonType::number); }
  bool number_unsigned(number_unsigned_t) override { return scalar(JsonType::number); }
  bool number_float(number_float_t, const string_t&) override { return scalar(JsonType::number); }
  bool string(string_t& text) override {
    Node node;
    node.type = JsonType::string;
    std::tie(node.begin, node.end) = string_token();
    node.text = text;
    add(std::move(node));
    return true;
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(JsonType::object); }
  bool start_array(std::size_t) override { return open(JsonType::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    names_.back() = {name, string_token().first, nullptr};
    return true;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    failed_at_end = position > json_.size();
    return false;
  }

 private:
  std::size_t token() {
    cursor_ = json_.find_first_not_of(" \t\r\n,:", cursor_);
    return cursor_;
  }
  std::pair<std::size_t, std::size_t> string_token() {
    const std::size_t begin = token();
    for (++cursor_; json_[cursor_] != '"'; ++cursor_)
      if (json_[cursor_] == '\\') ++cursor_;
    return {begin, ++cursor_};
  }
  bool scalar(JsonType type) {
    Node node;
    node.type = type;
    node.begin = token();
    node.end = cursor_ = std::min(json_.find_first_of(" \t\r\n,]}", cursor_), json_.size());
    node.text = json_.substr(node.begin, node.end - node.begin);
    add(std::move(node));
    return true;
  }
  bool open(JsonType type) {
    Node node;
    node.type = type;
    node.begin = token();
    ++cursor_;
    if (open_.size() == kDeepest) {
      too_deep = true;
      return false;
    }
    open_.push_back(std::move(node));
    names_.emplace_back();
    return true;
  }
  bool close() {
    Node node = std::move(open_.back());
    open_.pop_back();
    names_.pop_back();
    token();
    node.end = ++cursor_;
    add(std::move(node));
    return true;
  }
  void add(Node node) {
    auto value = std::make_unique<Node>(std::move(node));
    if (open_.empty()) {
      root = std::move(value);
    } else if (open_.back().type == JsonType::object) {
      names_.back().value = std::move(value);
      open_.back().members.push_back(std::move(names_.back()));
      names_.back() = {};
    }
  }

  std::string_view json_;
  std::size_t cursor_ = 0;
  std::vector<Node> open_;
  std::vector<Node::Member> names_;
};

bool parse(std::string_view json, Builder& builder) {
  // It would skip a byte order mark; nothing else in JSON begins with that byte.
  if (json.starts_with('\xEF')) return false;
  const std::string text = prepared(json);
  return nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
}

bool is_json(std::string_view json) {
  Builder builder(json);
  return parse(json, builder);
}

// Whether some text behind `json` makes it a JSON object: shown by one that does.
bool can_be_completed(std::string_view json) {
  const std::size_t first = json.find_first_not_of(kSpace);
  if (first == json.npos) return true;
  if (json[first] != '{') return false;
  std::string closing;
  bool in_string = false;
  for (std::size_t i = first; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '"') in_string = !in_string;
    if (in_string) {
      if (c == '\\') ++i;
      continue;
    }
    if (c == '{') closing.insert(closing.begin(), '}');
    if (c == '[') closing.insert(closing.begin(), ']');
    if ((c == '}' || c == ']') && !closing.empty()) closing.erase(closing.begin());
  }
  static const std::vector<std::string> kOutside = {"",     "0",   ":0", "\"\":0", "rue", "ue", "e",
                                                    "alse", "lse", "se", "ull",    "ll",  "l"};
  static const std::vector<std::string> kInside = {
      "",         "n",           "0",        "00",       "000",
      "0000",     "00\\udc00",   "0\\udc00", "\\udc00",  "udc00",
      "dc00",     "c00",         "\x80",     "\x80\x80", "\x80\x80\x80",
      "\xA0\x80", "\x90\x80\x80"};
  if (!in_string) {
    return std::any_of(kOutside.begin(), kOutside.end(), [&](const std::string& more) {
      return is_json(std::string(json) + more + closing);
    });
  }
  return std::any_of(kInside.begin(), kInside.end(), [&](const std::string& more) {
    const std::string text = std::string(json) + more + '"';
    return is_json(text + closing) || is_json(text + ":0" + closing);
  });
}

enum class NumberKind { integer, fraction, beyond_64_bits };

// Schoolbook: shifts the decimal point through the digits and compares texts.
NumberKind classify(std::string_view text, std::int64_t& value) {
  const bool negative = text[0] == '-';
  if (negative) text.remove_prefix(1);
  std::string digits;
  long long point = 0;  // how many digits are in front of it
  std::size_t i = 0;
  for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i, ++point) digits += text[i];
  if (i < text.size() && text[i] == '.')
    for (++i; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) digits += text[i];
  if (i < text.size()) {
    long long exponent = 0;
    const bool down = text[++i] == '-';
    if (text[i] == '-' || text[i] == '+') ++i;
    for (; i < text.size(); ++i)
      exponent = std::min(exponent * 10 + (text[i] - '0'), 1'000'000'000'000LL);
    point += down ? -exponent : exponent;
  }
  value = 0;
  while (!digits.empty() && digits.back() == '0') digits.pop_back();
  while (!digits.empty() && digits.front() == '0') {
    digits.erase(digits.begin());
    --point;
  }
  if (digits.empty()) return NumberKind::integer;
  if (static_cast<long long>(digits.size()) > point) return NumberKind::fraction;
  if (point > 19) return NumberKind::beyond_64_bits;
  digits.append(static_cast<std::size_t>(point) - digits.size(), '0');
  const std::string limit = negative ? "9223372036854775808" : "9223372036854775807";
  if (digits.size() == limit.size() && digits > limit) return NumberKind::beyond_64_bits;
  value = static_cast<std::int64_t>(std::stoull((negative ? "-" : "") + digits));
  return NumberKind::integer;
}

// The members that are read, once more: object, name, and what the answer calls them.
const std::map<std::pair<Field, std::string>, Field>& known_members() {
  static const std::map<std::pair<Field, std::string>, Field> known = {
      {{Field::document, "partnerLeadOpportunityId"}, Field::partner_lead_opportunity_id},
      {{Field::document, "dsLeadOpportunityId"}, Field::ds_lead_opportunity_id},
      {{Field::document, "action"}, Field::action},
      {{Field::document, "info"}, Field::info},
      {{Field::document, "error"}, Field::error},
      {{Field::document, "errors"}, Field::errors},
      {{Field::document, "data"}, Field::data},
      {{Field::document, "message"}, Field::message},
      {{Field::info, "success"}, Field::info_success},
      {{Field::info, "statusCode"}, Field::info_status_code},
      {{Field::info, "timestamp"}, Field::info_timestamp},
      {{Field::info, "timeStamp"}, Field::info_time_stamp},
      {{Field::info, "traceId"}, Field::info_trace_id},
      {{Field::error, "code"}, Field::error_code},
      {{Field::error, "message"}, Field::error_message},
      {{Field::errors, "code"}, Field::errors_code},
      {{Field::errors, "message"}, Field::errors_message},
      {{Field::data, "partnerLeadOpportunityId"}, Field::data_partner_lead_opportunity_id},
      {{Field::data, "dsLeadOpportunityId"}, Field::data_ds_lead_opportunity_id},
      {{Field::data, "action"}, Field::data_action},
  };
  return known;
}

// One document's members by field, and what follows from them.
class Judge {
 public:
  Judge(std::string_view json, const Node& root, Reference& result)
      : json_(json), root_(root), result_(result) {}

  void judge() {
    if (root_.type != JsonType::object) {
      violate(ErrorCode::not_an_object, Field::document, type_of(root_), root_.begin);
      result_.verdict = Verdict::violation;
      return;
    }
    collect(Field::document, root_);
    std::vector<Violation> duplicates = std::exchange(result_.violations, {});
    std::sort(duplicates.begin(), duplicates.end(),
              [](const Violation& a, const Violation& b) { return a.offset < b.offset; });
    // What the document would be if each member appeared once, as it does first.
    check_schema();
    result_.verdict = family();
    if (result_.verdict != Verdict::violation) result_.violations.clear();
    if (!duplicates.empty()) result_.verdict = Verdict::violation;
    result_.violations.insert(result_.violations.begin(), duplicates.begin(), duplicates.end());
    fill();
  }

 private:
  const Node* find(Field field) const {
    const auto found = fields_.find(field);
    return found == fields_.end() ? nullptr : found->second;
  }
  bool is(Field field, JsonType type) const {
    const Node* node = find(field);
    return node != nullptr && node->type == type;
  }
  static JsonType type_of(const Node& node) {
    std::int64_t ignored = 0;
    if (node.type == JsonType::number && classify(node.text, ignored) != NumberKind::fraction)
      return JsonType::integer;
    return node.type;
  }
  void violate(ErrorCode code, Field field, JsonType found, std::size_t offset) {
    result_.violations.push_back({code, field, found, offset});
  }

  void collect(Field parent, const Node& object) {
    std::map<Field, int> times;
    for (const Node::Member& member : object.members) {
      const auto known = known_members().find({parent, member.name});
      if (known == known_members().end()) continue;
      const Field field = known->second;
      const int time = ++times[field];
      if (time == 2) violate(ErrorCode::duplicate_member, field, JsonType::none, member.offset);
      if (time > 1) continue;
      fields_[field] = member.value.get();
      if (member.value->type == JsonType::object &&
          (field == Field::info || field == Field::error || field == Field::errors ||
           field == Field::data))
        collect(field, *member.value);
    }
  }

  void require(Field field, const Node& object) {
    if (find(field) == nullptr)
      violate(ErrorCode::missing_member, field, JsonType::none, object.begin);
  }
  void check(Field field, std::initializer_list<JsonType> types) {
    const Node* node = find(field);
    if (node == nullptr) return;
    const JsonType type = type_of(*node);
    if (std::find(types.begin(), types.end(), type) == types.end())
      violate(ErrorCode::wrong_type, field, type, node->begin);
  }

  // The resolved 201 schema, keyword by keyword in its order.
  void check_schema() {
    using enum JsonType;
    require(Field::partner_lead_opportunity_id, root_);
    check(Field::partner_lead_opportunity_id, {string, object});
    require(Field::ds_lead_opportunity_id, root_);
    check(Field::ds_lead_opportunity_id, {string});
    require(Field::action, root_);
    check(Field::action, {string});
    require(Field::info, root_);
    check(Field::info, {object});
    if (is(Field::info, object)) {
      const Node& info = *find(Field::info);
      require(Field::info_success, info);
      check(Field::info_success, {boolean});
      require(Field::info_status_code, info);
      check(Field::info_status_code, {integer});
      const Node* code = find(Field::info_status_code);
      std::int64_t ignored = 0;
      if (code != nullptr && code->type == number &&
          classify(code->text, ignored) == NumberKind::beyond_64_bits)
        violate(ErrorCode::number_out_of_range, Field::info_status_code, integer, code->begin);
      check(Field::info_timestamp, {string, null});
      check(Field::info_trace_id, {string, null});
    }
    check(Field::error, {object, null});
    check(Field::error_code, {string});
    check(Field::error_message, {string});
  }

  Verdict family() const {
    if (result_.violations.empty()) return Verdict::created;
    if (is(Field::info_success, JsonType::boolean) &&
        (is(Field::data, JsonType::object) || is(Field::data, JsonType::null)))
      return find(Field::info_success)->text == "true" ? Verdict::update : Verdict::failure;
    if (is(Field::message, JsonType::string) && !find(Field::partner_lead_opportunity_id) &&
        !find(Field::ds_lead_opportunity_id) && !find(Field::action) && !find(Field::info))
      return Verdict::message;
    return Verdict::violation;
  }

  ReferenceText text(Field field, bool may_be_object = false) const {
    const Node* node = find(field);
    if (node == nullptr) return {};
    ReferenceText text;
    text.presence = Presence::other;
    if (node->type == JsonType::null) text.presence = Presence::null;
    if (node->type == JsonType::string) {
      text.presence = Presence::value;
      text.raw = json_.substr(node->begin + 1, node->end - node->begin - 2);
      text.decoded = node->text;
    } else if (node->type == JsonType::object && may_be_object) {
      text.presence = Presence::value;
      text.is_object = true;
      text.raw = text.decoded = json_.substr(node->begin, node->end - node->begin);
    }
    return text;
  }

  void fill() {
    const bool in_data = result_.verdict == Verdict::update || result_.verdict == Verdict::failure;
    result_.partner_lead_opportunity_id =
        text(in_data ? Field::data_partner_lead_opportunity_id : Field::partner_lead_opportunity_id,
             true);
    result_.ds_lead_opportunity_id =
        text(in_data ? Field::data_ds_lead_opportunity_id : Field::ds_lead_opportunity_id);
    result_.action = text(in_data ? Field::data_action : Field::action);
    result_.timestamp =
        text(find(Field::info_timestamp) ? Field::info_timestamp : Field::info_time_stamp);
    result_.trace_id = text(Field::info_trace_id);
    result_.message = text(Field::message);
    const bool plural = !find(Field::error);
    const Node* error = find(plural ? Field::errors : Field::error);
    if (error != nullptr)
      result_.error = error->type == JsonType::null     ? Presence::null
                      : error->type == JsonType::object ? Presence::value
                                                        : Presence::other;
    result_.error_code = text(plural ? Field::errors_code : Field::error_code);
    result_.error_message = text(plural ? Field::errors_message : Field::error_message);
    if (is(Field::info_success, JsonType::boolean))
      result_.success = find(Field::info_success)->text == "true";
    std::int64_t code = 0;
    if (is(Field::info_status_code, JsonType::number) &&
        classify(find(Field::info_status_code)->text, code) == NumberKind::integer)
      result_.status_code = code;
  }

  std::string_view json_;
  const Node& root_;
  Reference& result_;
  std::map<Field, const Node*> fields_;  // the first of each
};

std::string text_difference(const ReferenceText& expected, const Text& text) {
  if (text.presence() != expected.presence || text.is_object() != expected.is_object ||
      text.raw() != expected.raw)
    return "differs";
  if (text.escaped() != (!text.is_object() && expected.raw.find('\\') != std::string::npos))
    return "is wrong about its escapes";
  std::string memory(text.raw().size(), '\0');
  const auto decoded = text.decode(memory);
  if (!decoded || *decoded != expected.decoded) return "decodes to something else";
  if (text.has_value() && !text.equals(expected.decoded))
    return "is not equal to what it decodes to";
  return "";
}

}  // namespace

Reference read_reference(std::string_view json) {
  Reference result;
  Builder builder(json);
  if (parse(json, builder)) {
    Judge(json, *builder.root, result).judge();
  } else {
    result.too_deep = builder.too_deep;
    const bool early = json.empty() || builder.failed_at_end;
    if (early && can_be_completed(json)) result.verdict = Verdict::truncated;
  }
  return result;
}

std::string difference(const Reference& reference, const Error& error, const LeadResponse& response,
                       std::span<const Violation> violations) {
  std::ostringstream out;
  const Verdict verdict = verdict_of(error, response.family).value();
  if (verdict != reference.verdict)
    out << "verdict " << verdict << ", reference " << reference.verdict << '\n';
  if (reference.too_deep != (error.code == ErrorCode::too_deep)) out << "depth: " << error << '\n';
  if (!std::equal(violations.begin(), violations.end(), reference.violations.begin(),
                  reference.violations.end())) {
    for (const Violation& v : violations) out << "violation " << v << '\n';
    for (const Violation& v : reference.violations) out << "  reference " << v << '\n';
  }
  if (!violations.empty()) {
    const Violation& first = violations.front();
    if (error != Error{first.code, first.field, first.offset}) out << "error " << error << '\n';
  }
  if (reference.verdict == Verdict::malformed || reference.verdict == Verdict::truncated)
    return out.str();

  if (response.error != reference.error)
    out << "error member " << response.error << ", reference " << reference.error << '\n';
  if (response.has_success != reference.success.has_value() ||
      response.success != reference.success.value_or(false))
    out << "success\n";
  if (response.has_status_code != reference.status_code.has_value() ||
      response.status_code != reference.status_code.value_or(0))
    out << "status_code " << response.status_code << '\n';
  const ReferenceText* const texts[] = {&reference.partner_lead_opportunity_id,
                                        &reference.ds_lead_opportunity_id,
                                        &reference.action,
                                        &reference.timestamp,
                                        &reference.trace_id,
                                        &reference.error_code,
                                        &reference.error_message,
                                        &reference.message};
  for (std::size_t i = 0; i < std::size(kTexts); ++i) {
    const std::string what = text_difference(*texts[i], response.*kTexts[i]);
    if (!what.empty()) out << kTextNames[i] << ' ' << what << '\n';
  }
  return out.str();
}

}  // namespace leadscan::testing
