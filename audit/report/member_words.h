// Members of a response in sentences and headings.
#pragma once

#include <string>

#include "leadscan/fields.h"

namespace leadscan::audit {

// "error code": the object that holds the member, and its name.
inline std::string words_of(Field field) {
  const FieldInfo& info = info_of(field);
  return std::string(info_of(info.parent).name) + " " + std::string(info.name);
}

}  // namespace leadscan::audit
