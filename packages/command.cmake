# The leadscan command for CMakeLists.txt: what audit/BUILD has, with the libraries that Debian's
# packages of third_party/deps.bzl install.
file(GLOB LEADSCAN_COMMAND_SOURCES CONFIGURE_DEPENDS audit/*/*.cc corpus/*.cc)
list(FILTER LEADSCAN_COMMAND_SOURCES EXCLUDE REGEX "(_test\\.cc|/audit/tests/.*|/corpus/generate\\.cc)$")
add_executable(leadscan_command ${LEADSCAN_COMMAND_SOURCES})
set_target_properties(leadscan_command PROPERTIES OUTPUT_NAME leadscan)
target_include_directories(leadscan_command PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(leadscan_command PRIVATE leadscan)

file(STRINGS "${CMAKE_CURRENT_SOURCE_DIR}/third_party/deps.bzl" installed REGEX "^    \\(\"[a-z0-9]+\", \".*\\[.*\\]\\),$")
foreach(line IN LISTS installed)
  string(REGEX MATCHALL "\"-l[a-z0-9]+\"" libraries "${line}")
  string(REPLACE "\"" "" libraries "${libraries}")
  target_link_libraries(leadscan_command PRIVATE ${libraries})
endforeach()

# For --version. Without git, or outside of a checkout, -DLEADSCAN_COMMIT=... tells it.
set(LEADSCAN_COMMIT "" CACHE STRING "The commit that is built")
if(NOT LEADSCAN_COMMIT)
  execute_process(COMMAND tools/workspace_status.sh WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
                  OUTPUT_VARIABLE status OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REGEX REPLACE "^BUILD_SCM_REVISION " "" LEADSCAN_COMMIT "${status}")
endif()
if(LEADSCAN_COMMIT)
  set_source_files_properties(audit/cli/commit.cc PROPERTIES
    COMPILE_DEFINITIONS "BUILD_SCM_REVISION=\"${LEADSCAN_COMMIT}\"")
endif()
