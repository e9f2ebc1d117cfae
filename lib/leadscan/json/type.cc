#include "leadscan/json/type.h"

namespace leadscan {

std::string_view name_of(JsonType type) noexcept {
  switch (type) {
    case JsonType::none:
      return "nothing";
    case JsonType::null:
      return "null";
    case JsonType::boolean:
      return "boolean";
    case JsonType::integer:
      return "integer";
    case JsonType::number:
      return "number";
    case JsonType::string:
      return "string";
    case JsonType::array:
      return "array";
    case JsonType::object:
      return "object";
  }
  return "?";
}

}  // namespace leadscan
