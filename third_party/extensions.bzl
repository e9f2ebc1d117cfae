"""MODULE.bazel's door to third_party()."""

load(":deps.bzl", _third_party = "third_party")

third_party = module_extension(implementation = lambda module_ctx: _third_party())
