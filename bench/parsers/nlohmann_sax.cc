// nlohmann/json's SAX interface (json.nlohmann.me, "SAX Interface"): the events go straight to the
// struct. Strings are the parser's own, for one event only, and so are kept.
#include <array>
#include <string>

#include "bench/parsers/adapter.h"
#include "bench/parsers/event_lead.h"
#include "bench/parsers/nlohmann_support.h"
#include "bench/parsers/parsers.h"

namespace leadscan::bench {
namespace {

// Of the members that leadscan reads; a document with more of them is refused.
using Texts = std::array<std::string, kFieldCount>;

class Handler {
 public:
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = nlohmann::json::string_t;
  using binary_t = nlohmann::json::binary_t;

  Handler(LeadResponse& response, Texts& texts) : lead_(response), texts_(texts) {}

  bool finish() { return lead_.finish(); }

  bool null() { return lead_.null(); }
  bool boolean(bool value) { return lead_.boolean(value); }
  bool number_integer(number_integer_t value) { return lead_.integer(value); }
  bool number_unsigned(number_unsigned_t value) {
    return value <= INT64_MAX ? lead_.integer(static_cast<std::int64_t>(value)) : lead_.other();
  }
  bool number_float(number_float_t value, const string_t&) { return lead_.number(value); }
  bool string(string_t& text) {
    if (!lead_.wants()) return true;
    // The parser has no more use for it, and gets the memory of an earlier one.
    std::string& kept = texts_[count_++ % texts_.size()];
    kept.swap(text);
    return lead_.string(kept);
  }
  bool binary(binary_t&) { return false; }
  bool key(string_t& name) { return lead_.name(name); }
  bool start_object(std::size_t) { return lead_.begin_object(); }
  bool end_object() { return lead_.end_object(); }
  bool start_array(std::size_t) { return lead_.begin_array(); }
  bool end_array() { return lead_.end_array(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) {
    return false;
  }

 private:
  EventLead lead_;
  Texts& texts_;
  std::size_t count_ = 0;
};

class NlohmannSax {
 public:
  static constexpr std::string_view kName = "nlohmann_sax";
  static constexpr Origin kOrigin = {"nlohmann/json", NLOHMANN_VERSION, LEADSCAN_FLAGS};

  bool parse(const Document& json, LeadResponse& response) {
    Handler handler(response, texts_);
    return nlohmann::json::sax_parse(json.data, json.data + json.size, &handler) &&
           handler.finish();
  }

 private:
  Texts texts_;
};

}  // namespace

std::unique_ptr<Adapter> make_nlohmann_sax() { return std::make_unique<AdapterOf<NlohmannSax>>(); }

}  // namespace leadscan::bench
