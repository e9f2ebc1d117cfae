"""jar(): what Maven makes of the sources in Java and the native library."""

load("//packages:optimized.bzl", "opt")

def _jar(ctx):
    jar = ctx.actions.declare_file("leadscan-spark.jar")
    arguments = ctx.actions.args()
    arguments.add("--out", jar)
    arguments.add("--pom", ctx.file.pom)
    arguments.add("--version-header", ctx.file.version)
    arguments.add("--license", ctx.file.license)
    arguments.add("--native", ctx.file.native)
    arguments.add_all(ctx.files.srcs)
    ctx.actions.run(
        outputs = [jar],
        inputs = ctx.files.srcs + [ctx.file.pom, ctx.file.version, ctx.file.license, ctx.file.native],
        executable = ctx.executable._make,
        arguments = [arguments],
        mnemonic = "Maven",
        # Maven has a repository of its own in the user's folder, and may want the network to fill it.
        execution_requirements = {"local": "1", "requires-network": "1"},
        use_default_shell_env = True,
    )
    return [DefaultInfo(files = depset([jar]), runfiles = ctx.runfiles([jar]))]

jar = rule(
    implementation = _jar,
    attrs = {
        "srcs": attr.label_list(allow_files = True),
        "license": attr.label(allow_single_file = True, mandatory = True),
        "native": attr.label(allow_single_file = True, cfg = opt, mandatory = True),
        "pom": attr.label(allow_single_file = True, mandatory = True),
        "version": attr.label(allow_single_file = True, mandatory = True),
        "_make": attr.label(default = ":make_jar", executable = True, cfg = "host"),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
)
