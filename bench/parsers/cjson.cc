// cJSON, Debian's: cJSON_ParseWithLengthOpts(), as its README has it for a text without a NUL
// behind it. A text with a NUL in it ends there, as its strings have no length.
#include "bench/parsers/parsers.h"

#if __has_include(<cjson/cJSON.h>)

#include <cjson/cJSON.h>

#include "bench/parsers/adapter.h"
#include "bench/parsers/dom_lead.h"

#define LEADSCAN_TEXT_OF(number) #number
#define LEADSCAN_TEXT(number) LEADSCAN_TEXT_OF(number)

namespace leadscan::bench {
namespace {

struct CjsonTree {
  using Node = const cJSON*;

  static Kind kind(Node node) {
    switch (node->type & 0xFF) {
      case cJSON_NULL:
        return Kind::null;
      case cJSON_False:
      case cJSON_True:
        return Kind::boolean;
      case cJSON_Number:
        return Kind::number;  // all are doubles
      case cJSON_String:
        return Kind::string;
      case cJSON_Object:
        return Kind::object;
      default:
        return Kind::other;
    }
  }
  static bool boolean(Node node) { return cJSON_IsTrue(node) != 0; }
  static std::int64_t integer(Node) { return 0; }
  static double number(Node node) { return node->valuedouble; }
  static std::string_view string(Node node) { return node->valuestring; }

  template <typename Use>
  static bool for_each_member(Node node, Use use) {
    for (const cJSON* member = node->child; member != nullptr; member = member->next)
      if (!use(member->string, member)) return false;
    return true;
  }
};

class Cjson {
 public:
  static constexpr std::string_view kName = "cjson";
  static constexpr Origin kOrigin = {
      "cJSON",
      LEADSCAN_TEXT(CJSON_VERSION_MAJOR) "." LEADSCAN_TEXT(CJSON_VERSION_MINOR) "." LEADSCAN_TEXT(
          CJSON_VERSION_PATCH),
      "Debian's"};

  bool parse(const Document& json, LeadResponse& response) {
    const char* end = nullptr;
    root_.reset(cJSON_ParseWithLengthOpts(json.data, json.size, &end, 0));
    if (root_ == nullptr) return false;
    // What is behind the document it does not look at, unless there is a NUL at the end.
    constexpr std::string_view kWhiteSpace = " \t\r\n";
    const std::string_view rest(end, static_cast<std::size_t>(json.data + json.size - end));
    return rest.find_first_not_of(kWhiteSpace) == rest.npos &&
           DomLead<CjsonTree>::read(root_.get(), response);
  }

 private:
  struct Free {
    void operator()(cJSON* tree) const { cJSON_Delete(tree); }
  };
  std::unique_ptr<cJSON, Free> root_;  // holds the strings
};

}  // namespace

std::unique_ptr<Adapter> make_cjson() { return std::make_unique<AdapterOf<Cjson>>(); }

}  // namespace leadscan::bench

#else

#include "bench/parsers/absent.h"

namespace leadscan::bench {

std::unique_ptr<Adapter> make_cjson() {
  return std::make_unique<Absent>("cjson", "not installed (apt-get install libcjson-dev)");
}

}  // namespace leadscan::bench

#endif
