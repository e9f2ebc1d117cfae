// RapidJSON's SAX reader, in place, so that the strings it tells of need not be copied again.
#include "bench/parsers/event_lead.h"
#include "bench/parsers/parsers.h"
#include "bench/parsers/rapidjson_support.h"

namespace leadscan::bench {
namespace {

class Handler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Handler> {
 public:
  explicit Handler(LeadResponse& response) : lead_(response) {}

  bool finish() { return lead_.finish(); }

  bool Null() { return lead_.null(); }
  bool Bool(bool value) { return lead_.boolean(value); }
  bool Int(int value) { return lead_.integer(value); }
  bool Uint(unsigned value) { return lead_.integer(value); }
  bool Int64(std::int64_t value) { return lead_.integer(value); }
  // What does not fit an unsigned int, and is not negative.
  bool Uint64(std::uint64_t value) {
    return value <= INT64_MAX ? lead_.integer(static_cast<std::int64_t>(value)) : lead_.other();
  }
  bool Double(double value) { return lead_.number(value); }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return lead_.string({text, size});
  }
  bool Key(const char* name, rapidjson::SizeType size, bool) { return lead_.name({name, size}); }
  bool StartObject() { return lead_.begin_object(); }
  bool EndObject(rapidjson::SizeType) { return lead_.end_object(); }
  bool StartArray() { return lead_.begin_array(); }
  bool EndArray(rapidjson::SizeType) { return lead_.end_array(); }

 private:
  EventLead lead_;
};

class RapidjsonSax {
 public:
  static constexpr std::string_view kName = "rapidjson_sax";
  static constexpr Origin kOrigin = {"RapidJSON", RAPIDJSON_VERSION_STRING, LEADSCAN_FLAGS};

  LEADSCAN_FLATTEN bool parse(const Document& json, LeadResponse& response) {
    rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>, RapidjsonPool> reader(
        &stack_.cleared(), 1024);
    rapidjson::InsituStringStream stream(copy_.of(json));
    Handler handler(response);
    return !reader.Parse<rapidjson::kParseInsituFlag>(stream, handler).IsError() &&
           handler.finish();
  }

 private:
  ReusedCopy copy_;
  ReusedPool stack_;
};

}  // namespace

std::unique_ptr<Adapter> make_rapidjson_sax() {
  return std::make_unique<AdapterOf<RapidjsonSax>>();
}

}  // namespace leadscan::bench
