"""Stand-ins for repositories that Debian 12's Bazel 4.2.3 would download, only to
load rules that it has built in. Debian's bazel-rules-cc does not work with it."""

def _native_rules_shim_impl(ctx):
    ctx.file("WORKSPACE", "")
    ctx.file("BUILD.bazel", "")
    ctx.file(ctx.attr.package + "/BUILD.bazel", "")
    ctx.file(
        ctx.attr.package + "/defs.bzl",
        "".join(["%s = native.%s\n" % (rule, rule) for rule in ctx.attr.rules]),
    )

    # Newer code loads each rule from a file of its own.
    for rule in ctx.attr.rules:
        ctx.file("%s/%s.bzl" % (ctx.attr.package, rule), "%s = native.%s\n" % (rule, rule))

_native_rules_shim = repository_rule(
    implementation = _native_rules_shim_impl,
    attrs = {
        "package": attr.string(mandatory = True),
        "rules": attr.string_list(mandatory = True),
    },
)

def _empty_shim_impl(ctx):
    ctx.file("WORKSPACE", "")
    ctx.file("BUILD.bazel", """\
package(default_visibility = ["//visibility:public"])

[filegroup(name = name) for name in %r]
""" % ctx.attr.targets)

_empty_shim = repository_rule(
    implementation = _empty_shim_impl,
    attrs = {"targets": attr.string_list(mandatory = True)},
)

def debian_bazel_4_shims():
    _native_rules_shim(
        name = "rules_cc",
        package = "cc",
        rules = ["cc_binary", "cc_import", "cc_library", "cc_proto_library", "cc_test", "cc_toolchain", "cc_toolchain_suite"],
    )
    _native_rules_shim(
        name = "rules_java",
        package = "java",
        rules = ["java_binary", "java_import", "java_library", "java_proto_library", "java_runtime", "java_test", "java_toolchain"],
    )

    # Every test depends on these by name; only `bazel coverage` runs them.
    _empty_shim(
        name = "remote_coverage_tools",
        targets = ["coverage_report_generator", "lcov_merger"],
    )
