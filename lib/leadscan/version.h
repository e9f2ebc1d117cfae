// The version: semantic versioning 2.0.0, of the whole project. While the first number is 0, a new
// second one may break callers, a new third one does not. Bazel's module, CMake, pkg-config, the
// shared library and the packages have theirs from here, or are held against it by
// //packages/tests:version_test.
#pragma once

#define LEADSCAN_VERSION_MAJOR 0
#define LEADSCAN_VERSION_MINOR 1
#define LEADSCAN_VERSION_PATCH 0

// "0.1.0", and a number to compare: 100 for it; 10203 for 1.2.3.
#define LEADSCAN_VERSION                                                       \
  LEADSCAN_VERSION_TEXT(LEADSCAN_VERSION_MAJOR)                                \
  "." LEADSCAN_VERSION_TEXT(LEADSCAN_VERSION_MINOR) "." LEADSCAN_VERSION_TEXT( \
      LEADSCAN_VERSION_PATCH)
#define LEADSCAN_VERSION_NUMBER \
  (LEADSCAN_VERSION_MAJOR * 10000 + LEADSCAN_VERSION_MINOR * 100 + LEADSCAN_VERSION_PATCH)

#define LEADSCAN_VERSION_TEXT(number) LEADSCAN_VERSION_TEXT_OF(number)
#define LEADSCAN_VERSION_TEXT_OF(number) #number
