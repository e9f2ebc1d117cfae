"""optimized(): a program as -c opt builds it, whatever the command line asks for."""

def _to_opt(_settings, _attr):
    return {"//command_line_option:compilation_mode": "opt"}

# Of a build that is optimised it changes nothing, so nothing is compiled twice.
opt = transition(
    implementation = _to_opt,
    inputs = [],
    outputs = ["//command_line_option:compilation_mode"],
)

def _optimized(ctx):
    program = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = program, target_file = ctx.executable.program)
    return [DefaultInfo(executable = program, files = depset([program]))]

optimized = rule(
    implementation = _optimized,
    attrs = {
        "program": attr.label(executable = True, cfg = opt, mandatory = True),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
    executable = True,
)
