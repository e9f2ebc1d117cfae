"""merged_archive(): one static library of a cc_library and all that it is linked with."""

def _to_package(settings, _attr):
    return {
        "//command_line_option:compilation_mode": "opt",
        # A program may have another simdjson beside the one in here.
        "//command_line_option:copt": settings["//command_line_option:copt"] + [
            "-Dsimdjson=leadscan_simdjson",
            "-Dsimdjson_fast_float=leadscan_simdjson_fast_float",
        ],
    }

_package = transition(
    implementation = _to_package,
    inputs = ["//command_line_option:copt"],
    outputs = [
        "//command_line_option:compilation_mode",
        "//command_line_option:copt",
    ],
)

def _merged_archive(ctx):
    parts = []
    for dep in ctx.attr.deps:
        for input in dep[CcInfo].linking_context.linker_inputs.to_list():
            for library in input.libraries:
                # Position independent, so that it can be linked into shared libraries, too.
                part = library.pic_static_library or library.static_library
                if part and part not in parts:
                    parts.append(part)
    out = ctx.actions.declare_file(ctx.label.name + ".a")
    script = ["CREATE " + out.path] + ["ADDLIB " + part.path for part in parts] + ["SAVE", "END"]
    ctx.actions.run_shell(
        outputs = [out],
        inputs = parts,
        command = "printf '%s\\n' \"$@\" | ar -M",
        arguments = script,
        mnemonic = "MergeArchives",
    )
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles([out]))]

merged_archive = rule(
    implementation = _merged_archive,
    attrs = {
        "deps": attr.label_list(providers = [CcInfo], cfg = _package, mandatory = True),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
)
