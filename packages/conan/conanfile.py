"""A Conan 2 recipe over the tree that it is in: conan create packages/conan. Not tested:
docs/embedding.md."""

import os
import re

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load


class LeadscanRecipe(ConanFile):
    name = "leadscan"
    license = "Apache-2.0"
    description = "Reads responses of the 3DS partner API operation POST leads-opportunities"
    settings = "os", "arch", "compiler", "build_type"
    requires = "simdjson/[>=3.9.4]"
    package_type = "static-library"

    def set_version(self):
        text = load(self, os.path.join(self.recipe_folder, "../../lib/leadscan/version.h"))
        self.version = ".".join(
            re.findall(r"#define LEADSCAN_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", text))

    def export_sources(self):
        root = os.path.join(self.recipe_folder, "../..")
        for pattern in ["CMakeLists.txt", "LICENSE", "lib/*", "packages/*", "third_party/deps.bzl"]:
            copy(self, pattern, src=root, dst=self.export_sources_folder)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        CMakeDeps(self).generate()
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["LEADSCAN_INSTALL"] = True
        toolchain.cache_variables["CMAKE_INSTALL_LIBDIR"] = "lib"
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", src=self.source_folder,
             dst=os.path.join(self.package_folder, "licenses"))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "leadscan")
        self.cpp_info.set_property("cmake_target_name", "leadscan::leadscan")
        self.cpp_info.libs = ["leadscan"]
        self.cpp_info.requires = ["simdjson::simdjson"]
        if self.settings.os == "Linux":
            self.cpp_info.system_libs = ["pthread"]
