// What the two nlohmann/json adapters share.
#pragma once

#include <nlohmann/json.hpp>

#define LEADSCAN_TEXT_OF(number) #number
#define LEADSCAN_TEXT(number) LEADSCAN_TEXT_OF(number)
#define NLOHMANN_VERSION                     \
  LEADSCAN_TEXT(NLOHMANN_JSON_VERSION_MAJOR) \
  "." LEADSCAN_TEXT(NLOHMANN_JSON_VERSION_MINOR) "." LEADSCAN_TEXT(NLOHMANN_JSON_VERSION_PATCH)
