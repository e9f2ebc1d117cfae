// RapidJSON's SAX reader, in place, so that the strings it tells of need not be copied again.
#include "bench/parsers/parsers.h"
#include "bench/parsers/rapidjson_support.h"

namespace leadscan::bench {
namespace {

class Handler : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Handler> {
 public:
  explicit Handler(LeadResponse& response) : lead_(response) {}

  bool finish() { return root_is_object_ && lead_.finish(); }

  bool Null() {
    return take([&](auto tag) { return lead_.null<tag()>(); });
  }
  bool Bool(bool value) {
    return take([&](auto tag) { return lead_.boolean<tag()>(value); });
  }
  bool Int(int value) { return Int64(value); }
  bool Uint(unsigned value) { return Int64(value); }
  bool Int64(std::int64_t value) {
    return take([&](auto tag) { return lead_.integer<tag()>(value); });
  }
  // Only numbers that do not fit std::int64_t come here.
  bool Uint64(std::uint64_t) {
    return take([&](auto tag) { return lead_.other<tag()>(); });
  }
  bool Double(double value) {
    return take([&](auto tag) { return lead_.number<tag()>(value); });
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return take([&](auto tag) { return lead_.string<tag()>({text, size}, false); });
  }
  bool Key(const char* name, rapidjson::SizeType size, bool) {
    if (depth_ != known_depth_) return true;
    const auto keep = [this](auto tag) {
      field_ = tag();
      return true;
    };
    const std::string_view text(name, size);
    switch (parent_) {
      case Field::document:
        return take_member<Field::document>(text, keep);
      case Field::info:
        return take_member<Field::info>(text, keep);
      case Field::data:
        return take_member<Field::data>(text, keep);
      case Field::error:
        return take_member<Field::error>(text, keep);
      default:
        return take_member<Field::errors>(text, keep);
    }
  }
  bool StartObject() {
    if (depth_++ == 0) {
      root_is_object_ = true;
      known_depth_ = 1;
      return true;
    }
    const Field field = field_;
    take([&](auto tag) { return lead_.object<tag()>(); });
    if (field != Field::document && has_members(field)) {
      parent_ = field;
      known_depth_ = depth_;
    }
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    if (depth_-- == known_depth_) {
      known_depth_ = 1;
      parent_ = Field::document;
    }
    return true;
  }
  bool StartArray() {
    ++depth_;
    return take([&](auto tag) { return lead_.other<tag()>(); });
  }
  bool EndArray(rapidjson::SizeType) {
    --depth_;
    return true;
  }

 private:
  // Hands the value of the last name to the builder, if it is a member that leadscan reads.
  template <typename Take>
  bool take(Take take) {
    const Field field = field_;
    field_ = Field::document;
    return take_field(field, take);
  }

  LeadBuilder lead_;
  Field field_ = Field::document;   // of the last name; document: none that leadscan reads
  Field parent_ = Field::document;  // the object around it
  unsigned depth_ = 0;
  unsigned known_depth_ = 0;  // of parent_; deeper names are of no interest
  bool root_is_object_ = false;
};

class RapidjsonSax {
 public:
  static constexpr std::string_view kName = "rapidjson_sax";

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
