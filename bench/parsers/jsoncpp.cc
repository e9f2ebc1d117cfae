// JsonCpp: its strict mode, which takes all of RFC 8259, and also bytes in strings that are no
// UTF-8 or control characters, and numbers like 01 and 1. with a zero or a point too many. One
// reader and one tree, used again for every document.
#include <json/reader.h>
#include <json/value.h>

#include "bench/parsers/adapter.h"
#include "bench/parsers/dom_lead.h"
#include "bench/parsers/parsers.h"

namespace leadscan::bench {
namespace {

struct JsoncppTree {
  using Node = const Json::Value&;

  static Kind kind(Node node) {
    switch (node.type()) {
      case Json::nullValue:
        return Kind::null;
      case Json::booleanValue:
        return Kind::boolean;
      case Json::intValue:
        return Kind::integer;
      case Json::realValue:
        return Kind::number;
      case Json::stringValue:
        return Kind::string;
      case Json::objectValue:
        return Kind::object;
      default:  // uintValue: only where intValue does not suffice
        return Kind::other;
    }
  }
  static bool boolean(Node node) { return node.asBool(); }
  static std::int64_t integer(Node node) { return node.asInt64(); }
  static double number(Node node) { return node.asDouble(); }
  // asString() would copy, and asCString() ends at a NUL.
  static std::string_view string(Node node) {
    const char* begin = nullptr;
    const char* end = nullptr;
    node.getString(&begin, &end);
    return {begin, static_cast<std::size_t>(end - begin)};
  }

  template <typename Use>
  static bool for_each_member(Node node, Use use) {
    for (auto member = node.begin(); member != node.end(); ++member) {
      const char* end = nullptr;
      const char* name = member.memberName(&end);
      if (!use({name, static_cast<std::size_t>(end - name)}, *member)) return false;
    }
    return true;
  }
};

class Jsoncpp {
 public:
  static constexpr std::string_view kName = "jsoncpp";
  static constexpr Origin kOrigin = {"JsonCpp", JSONCPP_VERSION_STRING, LEADSCAN_FLAGS};

  bool parse(const Document& json, LeadResponse& response) {
    try {
      // Without a string for it no error is put in words.
      if (!reader_->parse(json.data, json.data + json.size, &root_, nullptr)) return false;
    } catch (const Json::Exception&) {  // more levels than its limit
      return false;
    }
    return DomLead<JsoncppTree>::read(root_, response);
  }

 private:
  static std::unique_ptr<Json::CharReader> strict_reader() {
    Json::CharReaderBuilder builder;
    Json::CharReaderBuilder::strictMode(&builder.settings_);
    builder["skipBom"] = false;  // nobody else takes a byte order mark
    return std::unique_ptr<Json::CharReader>(builder.newCharReader());
  }

  std::unique_ptr<Json::CharReader> reader_ = strict_reader();
  Json::Value root_;  // holds the strings
};

}  // namespace

std::unique_ptr<Adapter> make_jsoncpp() { return std::make_unique<AdapterOf<Jsoncpp>>(); }

}  // namespace leadscan::bench
