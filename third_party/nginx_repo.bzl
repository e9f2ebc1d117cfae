"""nginx_repo: nginx of the revision that Debian installs, and the headers for modules of it.

A module must be built with the headers of the very revision that loads it: Debian's patches change
structures, while the version, the signature and the package nginx-abi-... that nginx knows stay. So
both come from one revision of Debian's packages, unpacked and not installed: the one that is
installed on this machine, else the newest. A build for another one, or after an upgrade, names it:

    bazel build --repo_env=LEADSCAN_NGINX=1.22.1-9+deb12u11 ...
"""

load(":said.bzl", "certificate_advice", "said")

# PCRE's header decides on a bit of the signature, so configure must find it.
_PACKAGES = ["nginx", "nginx-dev", "libpcre2-dev"]

_BUILD = """\
load("@rules_cc//cc:defs.bzl", "cc_library")

package(default_visibility = ["//visibility:public"])

cc_library(
    name = "headers",
    hdrs = glob(["src/**/*.h", "objs/*.h"]),
    includes = [
        "objs",
        "src/core",
        "src/event",
        "src/event/modules",
        "src/event/quic",
        "src/http",
        "src/http/modules",
        "src/http/v2",
        "src/os/unix",
    ],
)

# The server itself, and the revision of it.
exports_files(["nginx", "REVISION"])
"""

def _run(ctx, command, **arguments):
    result = ctx.execute(command, timeout = 300, **arguments)
    if result.return_code != 0:
        message = "@nginx: " + said(result, " ".join([str(word) for word in command]))
        fail(message + "\nOn Debian 12, apt-get provides it (apt-get update?)." + certificate_advice(message))
    return result.stdout.strip()

def _nginx_repo_impl(ctx):
    revision = ctx.os.environ.get("LEADSCAN_NGINX", "")
    if not revision:
        installed = ctx.execute(["dpkg-query", "--show", "--showformat", "${db:Status-Status} ${Version}", "nginx"])
        if installed.return_code == 0 and installed.stdout.startswith("installed "):
            revision = installed.stdout.split(" ")[1]
    at = "=" + revision if revision else ""
    if not revision:
        policy = _run(ctx, ["apt-cache", "policy", "nginx"])
        for line in policy.split("\n"):
            if line.strip().startswith("Candidate: "):
                revision = line.strip()[len("Candidate: "):]
        at = "=" + revision

    ctx.file("packages/keep", "", executable = False)
    wanted = [package + (at if package.startswith("nginx") else "") for package in _PACKAGES]
    _run(ctx, ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download"] + wanted, working_directory = "packages")
    for package in ctx.path("packages").readdir():
        if package.basename.endswith(".deb"):
            _run(ctx, ["dpkg", "-x", str(package), "unpacked"])
    _run(ctx, ["cp", "-r", "unpacked/usr/share/nginx/src", "build"])
    unpacked = str(ctx.path("unpacked/usr"))
    _run(
        ctx,
        [
            "./configure",
            "--with-compat",
            "--builddir=objs",
            "--with-cc-opt=-I%s/include" % unpacked,
            "--with-ld-opt=-L%s/lib/x86_64-linux-gnu -L%s/lib/aarch64-linux-gnu" % (unpacked, unpacked),
        ],
        working_directory = "build",
        environment = {"PATH": "%s/bin:%s" % (unpacked, ctx.os.environ.get("PATH", "/usr/bin:/bin"))},
    )
    _run(ctx, ["mv", "build/src", "src"])
    _run(ctx, ["mv", "build/objs", "objs"])
    _run(ctx, ["mv", "unpacked/usr/include/pcre2.h", "objs"])
    _run(ctx, ["mv", "unpacked/usr/sbin/nginx", "nginx"])
    for folder in ["build", "packages", "unpacked"]:
        ctx.delete(folder)
    ctx.file("REVISION", revision + "\n", executable = False)
    ctx.file("WORKSPACE", "")
    ctx.file("BUILD.bazel", _BUILD, executable = False)

nginx_repo = repository_rule(
    implementation = _nginx_repo_impl,
    environ = ["LEADSCAN_NGINX"],
)
