"""Compiler options that several packages share."""

# What the tests read megabytes with: without optimisation they take three times as long, and so
# does `bazel test //...`.
TESTED_COPTS = select({
    "//lib:fastbuild": ["-O1"],
    "//conditions:default": [],
})

# .bazelrc has it for all, but another project's workspace does not read that.
CXX20 = ["-std=c++20"]
