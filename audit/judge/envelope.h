// Envelope: a JSON document that holds a response somewhere inside, as gateways log it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "leadscan/error.h"

namespace leadscan::audit {

// A JSON Pointer (RFC 6901), taken apart. False if `pointer` is none.
bool parse_pointer(std::string_view pointer, std::vector<std::string>& tokens);

// A value as it is in a document; of strings what is between the quotes.
struct FoundValue {
  JsonType type = JsonType::none;  // none: not there. Numbers are `number`.
  std::string_view raw;
  bool escaped = false;
};

// Finds the values of several pointers in one strict pass over a document.
class PointerFinder {
 public:
  // Returns the number by which found() knows it.
  std::size_t add(std::vector<std::string> tokens);

  // An Error of the JSON kind if `json` is not valid.
  Error scan(std::string_view json);
  // What the pointer names; the first one, should a name appear twice.
  const FoundValue& found(std::size_t pointer) const { return pointers_[pointer].value; }

 private:
  struct Pointer {
    std::vector<std::string> tokens;
    FoundValue value;
    std::size_t matched = 0;     // tokens that the path to the current value matches
    std::size_t open_depth = 0;  // the container that is its value, while it is open
    std::size_t begin = 0;
  };
  void enter(std::string_view name, std::size_t depth);

  std::vector<Pointer> pointers_;
  std::vector<std::uint64_t> indices_;  // of each open container: elements so far, if an array
  std::string name_;
};

}  // namespace leadscan::audit
