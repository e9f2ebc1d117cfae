# What `cmake --install` puts where: the same files as //:install.
if(LEADSCAN_SIMDJSON_LINK)
  set(LEADSCAN_DEPENDENCY "include(CMakeFindDependencyMacro)\nfind_dependency(simdjson)\n")
  set(LEADSCAN_LINK "simdjson::simdjson")
  set(LEADSCAN_PC_REQUIRES " simdjson")
endif()
set(LEADSCAN_SOVERSION ${PROJECT_VERSION_MAJOR})
set(LEADSCAN_LIBDIR ${CMAKE_INSTALL_LIBDIR})
if(IS_ABSOLUTE "${LEADSCAN_LIBDIR}")
  message(FATAL_ERROR "CMAKE_INSTALL_LIBDIR must be below the prefix")
endif()
string(REGEX REPLACE "[^/]+" ".." up "${LEADSCAN_LIBDIR}")
set(LEADSCAN_TO_PREFIX "${up}/../..")
set(LEADSCAN_PC_TO_PREFIX "${up}/..")
foreach(name leadscan-config.cmake leadscan-config-version.cmake leadscan.pc)
  configure_file(packages/${name}.in packages/${name} @ONLY)
endforeach()

install(TARGETS leadscan leadscan_c
        ARCHIVE DESTINATION ${LEADSCAN_LIBDIR} LIBRARY DESTINATION ${LEADSCAN_LIBDIR})
foreach(folder "" json/ c/)
  file(GLOB headers CONFIGURE_DEPENDS lib/leadscan/${folder}*.h)
  list(FILTER headers EXCLUDE REGEX "/c/(abi_checks|layout)\\.h$")
  install(FILES ${headers} DESTINATION include/leadscan/${folder})
endforeach()
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/packages/leadscan-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/packages/leadscan-config-version.cmake
        DESTINATION ${LEADSCAN_LIBDIR}/cmake/leadscan)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/packages/leadscan.pc
        DESTINATION ${LEADSCAN_LIBDIR}/pkgconfig)

# For gateways; the Debian source package has no module for Envoy.
if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/gateway/lua/leadscan.lua)
  install(FILES gateway/lua/leadscan.lua DESTINATION share/leadscan/lua)
endif()
set(envoy ${CMAKE_CURRENT_SOURCE_DIR}/gateway/envoy)
if(EXISTS ${envoy}/leadscan_envoy.c)
  # As gateway/envoy/BUILD has it. Its undefined symbols are Envoy's.
  add_library(leadscan_envoy MODULE $<TARGET_OBJECTS:leadscan_objects>
              ${envoy}/config.c ${envoy}/leadscan_envoy.c)
  set_target_properties(leadscan_envoy PROPERTIES
    LINKER_LANGUAGE CXX LINK_DEPENDS ${envoy}/module.map)
  target_include_directories(leadscan_envoy PRIVATE . lib)
  target_link_options(leadscan_envoy PRIVATE
    -Wl,--version-script=${envoy}/module.map -Wl,-z,now -Wl,--as-needed)
  target_link_libraries(leadscan_envoy PRIVATE Threads::Threads ${LEADSCAN_SIMDJSON_LINK})
  install(TARGETS leadscan_envoy LIBRARY DESTINATION ${LEADSCAN_LIBDIR}/leadscan)
endif()

if(LEADSCAN_COMMAND)
  install(TARGETS leadscan_command RUNTIME DESTINATION bin)
  # What the command prints.
  foreach(made "man:share/man/man1/leadscan.1" "completions bash:share/bash-completion/completions/leadscan"
               "completions zsh:share/zsh/site-functions/_leadscan"
               "completions fish:share/fish/vendor_completions.d/leadscan.fish")
    string(REGEX REPLACE ":.*" "" option "${made}")
    string(REGEX REPLACE ".*:" "" path "${made}")
    string(REPLACE " " ";" option "${option}")
    get_filename_component(folder "${path}" DIRECTORY)
    set(file "${CMAKE_CURRENT_BINARY_DIR}/${path}")
    file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/${folder}")
    add_custom_command(TARGET leadscan_command POST_BUILD VERBATIM
      COMMAND sh -c "\"$0\" \"$@\" > '${file}'" $<TARGET_FILE:leadscan_command> --${option})
    install(FILES "${file}" DESTINATION ${folder})
  endforeach()
endif()
