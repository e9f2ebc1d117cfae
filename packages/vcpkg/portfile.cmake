# An overlay port over the tree that it is in: vcpkg install leadscan --overlay-ports=packages/vcpkg
# Not tested: docs/embedding.md.
get_filename_component(SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS -DLEADSCAN_INSTALL=ON -DCMAKE_INSTALL_LIBDIR=lib)
vcpkg_cmake_install()
# The configuration finds the libraries from where it is, and has one build of them.
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug")
set(VCPKG_POLICY_SKIP_MISPLACED_CMAKE_FILES_CHECK enabled)
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
