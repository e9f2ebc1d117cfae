"""The library's headers as files, for tests that call a compiler."""

def _header_files_impl(ctx):
    headers = depset(transitive = [
        dep[CcInfo].compilation_context.headers
        for dep in ctx.attr.deps
    ])
    return [DefaultInfo(files = headers, runfiles = ctx.runfiles(transitive_files = headers))]

header_files = rule(
    implementation = _header_files_impl,
    attrs = {"deps": attr.label_list(mandatory = True, providers = [CcInfo])},
)
