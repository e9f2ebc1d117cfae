#include "audit/judge/responses_inside.h"

#include <algorithm>
#include <utility>

#include "audit/base/json_pointer.h"
#include "audit/judge/response_signs.h"
#include "audit/records/for_each_record.h"
#include "leadscan/fields.h"
#include "leadscan/json/scanner.h"
#include "leadscan/text.h"

namespace leadscan::audit {

using leadscan::internal::JsonScanner;
using leadscan::internal::Token;

// Not a message of a gateway: {"message":"..."} is in too many logs.
bool ResponsesInside::is_response(std::string_view json) {
  return !parser_.parse(json, response_) && response_.family != Family::message;
}

// A bad one is one, too.
bool ResponsesInside::is_of_api(std::string_view json) {
  return is_response(json) || looks_like_response(json);
}

void ResponsesInside::add(InsidePlace::What what, const std::string& pointer) {
  if (places_.size() == kMostPlaces || pointer.size() > kLongestPointer) return;
  InsidePlace place{what, pointer};
  if (std::find(places_.begin(), places_.end(), place) == places_.end())
    places_.push_back(std::move(place));
}

std::vector<InsidePlace> ResponsesInside::find(std::string_view document) {
  places_.clear();
  if (document.size() > kLongestDocument) return {};
  budget_ = kLongestDocument;
  std::string pointer;
  if (is_response(document)) {
    add(InsidePlace::What::response, pointer);
  } else if (!look(document, 0, pointer)) {
    places_.clear();
    const std::size_t begin = internal::find_document(document);
    const std::size_t end = document.rfind('}') + 1;
    if (begin != document.npos && begin < end && is_response(document.substr(begin, end - begin)))
      add(InsidePlace::What::behind_text, {});
  }
  return std::exchange(places_, {});
}

// False if it is no JSON. Objects are told by their names; what is in one that is a response is
// none.
bool ResponsesInside::look(std::string_view json, std::size_t level, std::string& pointer) {
  struct Frame {
    std::size_t pointer = 0;  // its size
    std::size_t places = 0;   // how many there were in front of it
    bool is_array = false;
    bool is_info = false;
    ResponseSigns signs;
  };
  std::vector<Frame> frames;
  const std::size_t base = pointer.size();
  JsonScanner scanner(json.data(), json.size());
  std::string name;
  bool is_info = false;  // of the value that follows
  for (;;) {
    const Token token = scanner.next();
    if (token == Token::error || token == Token::end) {
      pointer.resize(base);
      return token == Token::end;
    }
    if (token == Token::name) {
      name.resize(scanner.text().size());
      Frame& frame = frames.back();
      is_info = scanner.text() == info_of(Field::info).name;
      frame.signs.see(scanner.text());
      if (frame.is_info) frames[frames.size() - 2].signs.see_in_info(scanner.text());
      pointer.resize(frame.pointer);
      append_token(pointer, *Text::string(scanner.text(), scanner.escaped()).decode(name));
      continue;
    }
    if (token == Token::end_object || token == Token::end_array) {
      const Frame frame = frames.back();
      frames.pop_back();
      pointer.resize(frame.pointer);
      if (frames.empty()) continue;
      if (frame.signs.are_there()) {
        places_.resize(std::min(places_.size(), frame.places));
        add(InsidePlace::What::response, pointer);
      }
      continue;
    }
    if (!frames.empty() && frames.back().is_array) {
      pointer.resize(frames.back().pointer);
      append_token(pointer, "*");
    }
    if (token == Token::begin_object || token == Token::begin_array)
      frames.push_back({pointer.size(),
                        places_.size(),
                        token == Token::begin_array,
                        is_info && token == Token::begin_object,
                        {}});
    else if (token == Token::string && pointer.size() <= kLongestPointer)
      look_at_string(scanner.text(), scanner.escaped(), level, pointer);
    is_info = false;
  }
}

void ResponsesInside::look_at_string(std::string_view raw, bool escaped, std::size_t level,
                                     std::string& pointer) {
  if (level == kMostLevels) return;
  const DecodedText decoded = decoders_[level].decode(raw, escaped, Decoding::automatic, budget_);
  const std::size_t begin = internal::find_document(decoded.text);
  if (begin == decoded.text.npos) return;
  const std::string_view rest = decoded.text.substr(begin);
  const std::string_view json = rest.substr(0, rest.rfind('}') + 1);
  const std::size_t before = places_.size();
  if (is_of_api(json.empty() ? rest : json))
    add(InsidePlace::What::response, pointer);
  else if (look(json, level + 1, pointer) && places_.size() == before)
    add(InsidePlace::What::json, pointer);
}

}  // namespace leadscan::audit
