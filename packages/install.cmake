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

install(TARGETS leadscan ARCHIVE DESTINATION ${LEADSCAN_LIBDIR})
foreach(folder "" json/)
  file(GLOB headers CONFIGURE_DEPENDS lib/leadscan/${folder}*.h)
  install(FILES ${headers} DESTINATION include/leadscan/${folder})
endforeach()
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/packages/leadscan-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/packages/leadscan-config-version.cmake
        DESTINATION ${LEADSCAN_LIBDIR}/cmake/leadscan)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/packages/leadscan.pc
        DESTINATION ${LEADSCAN_LIBDIR}/pkgconfig)
