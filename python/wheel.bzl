"""wheel(): a folder with the wheel in it, whose name is the version's and the machine's."""

load("//packages:optimized.bzl", "opt")

def _wheel(ctx):
    folder = ctx.actions.declare_directory(ctx.label.name)
    arguments = ctx.actions.args()
    arguments.add("--out", folder.path)
    arguments.add("--version-header", ctx.file.version)
    arguments.add("--readme", ctx.file.readme)
    arguments.add("--license", ctx.file.license)
    module = ctx.file.module
    arguments.add("--module", module)
    arguments.add_all(ctx.files.srcs)
    ctx.actions.run(
        outputs = [folder],
        inputs = ctx.files.srcs + [module, ctx.file.version, ctx.file.readme, ctx.file.license],
        executable = ctx.executable._make,
        arguments = [arguments],
        mnemonic = "Wheel",
        # strip is where the compiler is.
        use_default_shell_env = True,
    )
    return [DefaultInfo(files = depset([folder]), runfiles = ctx.runfiles([folder]))]

wheel = rule(
    implementation = _wheel,
    attrs = {
        "srcs": attr.label_list(allow_files = True),
        "module": attr.label(allow_single_file = True, cfg = opt, mandatory = True),
        "version": attr.label(allow_single_file = True, mandatory = True),
        "readme": attr.label(allow_single_file = True, mandatory = True),
        "license": attr.label(allow_single_file = True, mandatory = True),
        "_make": attr.label(default = ":make_wheel", executable = True, cfg = "host"),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
)
