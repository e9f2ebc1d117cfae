"""python_repo: the headers of Python's C interface, of the machine's python3.

The module is built with the limited API, so that it does not matter which Python from 3.11 on they are
of. The first of these that has them: LEADSCAN_PYTHON, python3 on PATH, /usr/bin/python3.
"""

_ASK = "import sys, sysconfig; print(sys.version_info >= (3, 11), sysconfig.get_path('include'))"

_BUILD = """\
load("@rules_cc//cc:defs.bzl", "cc_library")

cc_library(
    name = "headers",
    hdrs = glob(["include/**/*.h"]),
    includes = ["include"],
    visibility = ["//visibility:public"],
)
"""

def _python_repo_impl(ctx):
    tried = []
    for python in [ctx.os.environ.get("LEADSCAN_PYTHON", ""), "python3", "/usr/bin/python3"]:
        path = ctx.which(python) if python and "/" not in python else python
        if not path:
            continue
        asked = ctx.execute([path, "-c", _ASK])
        answer = asked.stdout.strip().split(" ", 1)
        if asked.return_code == 0 and answer[0] == "True" and ctx.path(answer[1] + "/Python.h").exists:
            ctx.symlink(answer[1], "include")
            ctx.file("WORKSPACE", "")
            ctx.file("BUILD.bazel", _BUILD, executable = False)
            return
        tried.append(str(path))
    fail("@python: no Python 3.11 or later with its headers (python3-dev) among: %s\n" % ", ".join(tried) +
         "Another one is named by --repo_env=LEADSCAN_PYTHON=/path/to/python3")

python_repo = repository_rule(
    implementation = _python_repo_impl,
    environ = [
        "LEADSCAN_PYTHON",
        "PATH",
    ],
    local = True,
    configure = True,
)
