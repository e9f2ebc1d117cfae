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
