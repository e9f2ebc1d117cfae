# simdjson for CMakeLists.txt, from the first of these that there is:
#
# 1. LEADSCAN_SIMDJSON_DIR, a folder with simdjson.h and simdjson.cpp;
# 2. the target simdjson::simdjson, if the including project has one;
# 3. find_package(simdjson), 3.9.4 or later;
# 4. the archive that third_party/deps.bzl pins, by pip.
#
# From 1 and 4 it becomes part of the library, under a name of its own, so that a program can have
# another simdjson beside it. Defines LEADSCAN_SIMDJSON_SOURCES and _LINK, leadscan_use_simdjson().
set(LEADSCAN_SIMDJSON_SOURCES "")
set(LEADSCAN_SIMDJSON_LINK "")

# The archive, into `folder`.
function(leadscan_fetch_simdjson folder)
  file(READ "${CMAKE_CURRENT_SOURCE_DIR}/third_party/deps.bzl" deps)
  string(REGEX MATCH "name = \"simdjson\".*name = \"googletest\"" deps "${deps}")
  foreach(name pip pip_sha256 pip_strip_prefix)
    string(REGEX MATCH " ${name} = \"([^\"]+)\"" found "${deps}")
    if(NOT found)
      message(FATAL_ERROR "third_party/deps.bzl says no ${name} of simdjson")
    endif()
    set(${name} "${CMAKE_MATCH_1}")
  endforeach()
  find_program(LEADSCAN_PYTHON NAMES python3 python)
  mark_as_advanced(LEADSCAN_PYTHON)
  file(MAKE_DIRECTORY "${folder}")
  # pip runs a build script to read what it has got; it refuses another file before that.
  file(WRITE "${folder}/requirements.txt" "${pip} --hash=sha256:${pip_sha256}\n")
  string(REGEX REPLACE "==.*" "" package "${pip}")
  execute_process(
    COMMAND "${LEADSCAN_PYTHON}" -m pip --quiet --disable-pip-version-check download --no-deps
            --no-binary "${package}" --dest "${folder}" --requirement "${folder}/requirements.txt"
    RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  file(GLOB archives "${folder}/*.tar.gz")
  if(NOT LEADSCAN_PYTHON)
    set(said "there is no python3 on PATH")
  elseif(NOT status EQUAL 0)
    string(APPEND said "exit status: ${status}")
  endif()
  if(NOT status EQUAL 0 OR NOT archives)
    set(advice "")
    if(said MATCHES "SSLError|CERTIFICATE_VERIFY|certificate bundle")
      set(advice "Behind a proxy that inspects TLS, PIP_CERT=FILE in the environment tells pip which "
        "bundle (PEM) has the proxy's certificate.\n")
    endif()
    message(FATAL_ERROR "no simdjson: none is installed (libsimdjson-dev 3.9.4 or later), and pip "
      "did not bring ${pip}: ${said}\n" ${advice} "Set LEADSCAN_SIMDJSON_DIR to a folder with simdjson.h and "
      "simdjson.cpp.")
  endif()
  file(ARCHIVE_EXTRACT INPUT "${archives}" DESTINATION "${folder}" PATTERNS "*/vendor/simdjson.*")
  file(GLOB sources "${folder}/${pip_strip_prefix}/simdjson.*")
  file(COPY ${sources} DESTINATION "${folder}")
endfunction()

if(NOT LEADSCAN_SIMDJSON_DIR AND NOT TARGET simdjson::simdjson)
  find_package(simdjson QUIET)
  if(simdjson_FOUND AND simdjson_VERSION VERSION_LESS 3.9.4)
    message(STATUS "leadscan: simdjson ${simdjson_VERSION} is too old, the pinned one is taken")
    set(LEADSCAN_SIMDJSON_DIR "${CMAKE_CURRENT_BINARY_DIR}/simdjson")
  elseif(NOT simdjson_FOUND)
    set(LEADSCAN_SIMDJSON_DIR "${CMAKE_CURRENT_BINARY_DIR}/simdjson")
  endif()
  if(LEADSCAN_SIMDJSON_DIR AND NOT EXISTS "${LEADSCAN_SIMDJSON_DIR}/simdjson.cpp")
    leadscan_fetch_simdjson("${LEADSCAN_SIMDJSON_DIR}")
  endif()
endif()

if(LEADSCAN_SIMDJSON_DIR)
  message(STATUS "leadscan: simdjson from ${LEADSCAN_SIMDJSON_DIR}, as a part of the library")
  set(LEADSCAN_SIMDJSON_SOURCES "${LEADSCAN_SIMDJSON_DIR}/simdjson.cpp")
  set_source_files_properties(${LEADSCAN_SIMDJSON_SOURCES} PROPERTIES COMPILE_OPTIONS "-w")
  function(leadscan_use_simdjson target)
    target_include_directories(${target} SYSTEM PRIVATE "${LEADSCAN_SIMDJSON_DIR}")
    # The same class layout in all files, whatever their flags.
    target_compile_definitions(${target} PRIVATE
      simdjson=leadscan_simdjson simdjson_fast_float=leadscan_simdjson_fast_float
      SIMDJSON_THREADS_ENABLED=1 SIMDJSON_DEVELOPMENT_CHECKS=$<CONFIG:Debug>)
  endfunction()
else()
  message(STATUS "leadscan: simdjson ${simdjson_VERSION} as it is installed")
  set(LEADSCAN_SIMDJSON_LINK simdjson::simdjson)
  function(leadscan_use_simdjson target)
    target_link_libraries(${target} PRIVATE simdjson::simdjson)
  endfunction()
endif()
