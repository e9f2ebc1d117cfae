// ResponsesInside: where in a document that is no response there are some.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audit/judge/envelope_decoder.h"
#include "leadscan/parser.h"

namespace leadscan::audit {

// What is at a pointer, or instead of it.
struct InsidePlace {
  enum class What : std::uint8_t {
    response,     // good or bad
    json,         // an object in a string that is no response
    behind_text,  // of what is no JSON: a response behind text; the pointer is empty
  };
  What what = What::json;
  std::string pointer;  // with *; empty: the document itself

  friend bool operator==(const InsidePlace&, const InsidePlace&) = default;
  template <typename Archive>
  void archive(Archive& a) {
    a(what, pointer);
  }
};
// For Reader (serialize.h).
constexpr bool is_enumerator(InsidePlace::What what) {
  return what <= InsidePlace::What::behind_text;
}

// One thread at a time. Linear, and for few records only. Throws std::bad_alloc.
class ResponsesInside {
 public:
  static constexpr std::size_t kLongestDocument = std::size_t{1} << 20;  // others are not looked at
  static constexpr std::size_t kMostPlaces = 16;
  static constexpr std::size_t kLongestPointer = 200;

  // Each place once, in the order of the document.
  std::vector<InsidePlace> find(std::string_view document);

 private:
  static constexpr std::size_t kMostLevels = 4;  // strings in strings

  bool is_response(std::string_view json);
  bool is_of_api(std::string_view json);
  bool look(std::string_view json, std::size_t level, std::string& pointer);
  void look_at_string(std::string_view raw, bool escaped, std::size_t level, std::string& pointer);
  void add(InsidePlace::What what, const std::string& pointer);

  Parser parser_;
  LeadResponse response_;
  EnvelopeDecoder decoders_[kMostLevels];
  std::size_t budget_ = 0;
  std::vector<InsidePlace> places_;
};

}  // namespace leadscan::audit
