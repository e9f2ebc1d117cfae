"""source_repo: one third-party library, from the first of these that has it:

  http     the upstream archive, pinned by sha256
  system   what a Debian package installs, if it is the pinned version
  debsrc   Debian's source package (its .orig tarball, pinned by sha256)
  pip      `pip download` of a source distribution, pinned by sha256

No address of a package archive is written here: apt and pip know theirs, be it the
public one or a company's mirror. To use only some kinds, or another order:

    bazel build --repo_env=LEADSCAN_SOURCES=debsrc,pip ...

Each _from_* function returns None when the sources are in place, else why not.
"""

load(":said.bzl", "TRUST_STORE", "certificate_advice", "said")

# Package managers retry by themselves; past this they hang.
_TIMEOUT_SECONDS = 300

def _from_http(ctx):
    result = ctx.download_and_extract(
        url = ctx.attr.urls,
        sha256 = ctx.attr.sha256,
        stripPrefix = ctx.attr.strip_prefix,
        allow_fail = True,
    )
    if result.success:
        return None
    return "cannot download %s (why: Bazel's warning above; if that says PKIX, it is about a certificate: %s)" % (
        ", ".join(ctx.attr.urls),
        TRUST_STORE,
    )

def _from_system(ctx):
    for path in ctx.attr.system_paths:
        if not ctx.path(path).exists:
            return "%s is missing (apt-get install %s)" % (path, ctx.attr.system_package)
    for path, text in ctx.attr.system_version.items():
        if text not in ctx.read(path):
            return "%s is of another version (Debian 12's %s has the pinned one)" % (path, ctx.attr.system_package)
    for path, link in ctx.attr.system_paths.items():
        ctx.symlink(path, link)
    return None

def _from_debsrc(ctx):
    apt_get = ctx.which("apt-get")
    if not apt_get:
        return "apt-get is not on PATH"

    # Which archive this machine's apt is set up with; the first one that is Debian's own.
    targets = ctx.execute([
        apt_get,
        "indextargets",
        "--format",
        "$(REPO_URI)",
        "Created-By: Packages",
        "Origin: Debian",
        "Label: Debian",
    ])
    if targets.return_code != 0:
        return said(targets, "apt-get indextargets")
    archives = [line for line in targets.stdout.split("\n") if line]
    if not archives:
        return "apt knows no Debian archive (apt-get update?)"

    # A private apt state: the machine's own has deb-src switched off as a rule.
    root = str(ctx.path(".apt"))
    ctx.file(
        ".apt/debian.sources",
        "\n".join([
            "Types: deb-src",
            "URIs: " + archives[0],
            "Suites: " + ctx.attr.debsrc_suite,
            "Components: main",
            "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg",
            "",
        ]),
        executable = False,
    )
    ctx.file(".apt/lists/partial/keep", "")
    ctx.file(".apt/cache/archives/partial/keep", "")
    command = [apt_get, "-qq"]
    for option in [
        "APT::Sandbox::User=root",
        "APT::Update::Error-Mode=any",  # else an update that got nothing has succeeded
        "Dir::Etc::sourcelist=%s/debian.sources" % root,
        "Dir::Etc::sourceparts=-",
        "Dir::State::lists=%s/lists" % root,
        "Dir::Cache=%s/cache" % root,
    ]:
        command += ["-o", option]
    for arguments in [["update"], ["source", "--download-only", ctx.attr.debsrc]]:
        result = ctx.execute(command + arguments, timeout = _TIMEOUT_SECONDS, working_directory = ".apt")
        if result.return_code != 0:
            return said(result, "apt-get " + " ".join(arguments))
    tarballs = [
        f
        for f in ctx.path(".apt").readdir()
        if ".orig.tar." in f.basename and not f.basename.endswith(".asc")
    ]
    if len(tarballs) != 1:
        return "%s has %d .orig tarballs, not one" % (ctx.attr.debsrc, len(tarballs))
    ctx.download_and_extract(
        url = "file://" + str(tarballs[0]),
        sha256 = ctx.attr.debsrc_sha256 or ctx.attr.sha256,
        stripPrefix = ctx.attr.debsrc_strip_prefix or ctx.attr.strip_prefix,
    )
    ctx.delete(".apt")
    return None

def _from_pip(ctx):
    python = ctx.which("python3")
    if not python:
        return "python3 is not on PATH (apt-get install python3-pip)"

    # pip reads a source distribution's metadata by running its build script; with
    # the hash in the requirement it refuses any other file before that.
    ctx.file(
        ".pip/requirements.txt",
        "%s --hash=sha256:%s\n" % (ctx.attr.pip, ctx.attr.pip_sha256),
        executable = False,
    )
    package = ctx.attr.pip.split("==")[0]
    command = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "download"]
    command += ["--no-deps", "--no-binary", package, "--dest", ".pip", "--requirement", ".pip/requirements.txt"]
    result = ctx.execute(command, timeout = _TIMEOUT_SECONDS)
    if result.return_code != 0:
        missing = " (apt-get install python3-pip)" if "No module named pip" in result.stderr else ""
        return said(result, "pip download " + ctx.attr.pip + missing)
    tarballs = [f for f in ctx.path(".pip").readdir() if f.basename.endswith(".tar.gz")]
    if len(tarballs) != 1:
        return "pip download %s: %d source distributions, not one" % (ctx.attr.pip, len(tarballs))
    ctx.download_and_extract(
        url = "file://" + str(tarballs[0]),
        sha256 = ctx.attr.pip_sha256,
        stripPrefix = ctx.attr.pip_strip_prefix,
    )
    ctx.delete(".pip")
    return None

# Kind -> the attribute that a library with such a source has, and how to get it.
_KINDS = {
    "http": ("urls", _from_http),
    "system": ("system_paths", _from_system),
    "debsrc": ("debsrc", _from_debsrc),
    "pip": ("pip", _from_pip),
}

# For a library that is used as a Debian package installs it: headers, and the shared
# library by its linker flag.
_INSTALLED_BUILD_FILE = """\
load("@rules_cc//cc:defs.bzl", "cc_library")

cc_library(
    name = "%s",
    hdrs = glob(["include/**"]),
    includes = ["include"],
    linkopts = %r,
    visibility = ["//visibility:public"],
)
"""

# For an optional one that cannot be had: whoever includes its headers asks __has_include first.
_ABSENT_BUILD_FILE = """\
load("@rules_cc//cc:defs.bzl", "cc_library")

cc_library(
    name = "%s",
    visibility = ["//visibility:public"],
)
"""

def _source_repo_impl(ctx):
    # Read first, so that a missing label restarts the rule before any download.
    build_file = ctx.path(ctx.attr.build_file) if ctx.attr.build_file else None
    wanted = ctx.os.environ.get("LEADSCAN_SOURCES", "")
    found = False
    reasons = []
    for kind in wanted.split(",") if wanted else ctx.attr.order:
        if kind not in _KINDS:
            fail("LEADSCAN_SOURCES: no source is called '%s'; there are: %s" % (kind, ", ".join(_KINDS)))
        attribute, get = _KINDS[kind]
        if not getattr(ctx.attr, attribute):
            continue
        reason = get(ctx)
        if not reason:
            found = True
            break
        reasons.append("  %s: %s" % (kind, reason))
    if not found:
        message = "@%s could not be fetched from any source. Tried:\n%s" % (
            ctx.name,
            "\n".join(reasons) or "  nothing: it has no source of the kinds in LEADSCAN_SOURCES=" + wanted,
        )
        message += certificate_advice(message)
        if not ctx.attr.optional:
            fail(message)

        # buildifier: disable=print
        print(message + "\nThe build goes on without it. To try again: bazel sync (since Bazel 8: bazel fetch --force)")
    elif ctx.attr.edit_file:
        text = ctx.read(ctx.attr.edit_file)
        if ctx.attr.edit_from not in text:
            fail("@%s: %s is not the file that the edit is for" % (ctx.name, ctx.attr.edit_file))
        ctx.file(ctx.attr.edit_file, text.replace(ctx.attr.edit_from, ctx.attr.edit_to), executable = False)
    ctx.file("WORKSPACE", "")

    # Some archives bring build files of their own.
    ctx.delete("BUILD")
    ctx.delete("BUILD.bazel")
    if not found:
        ctx.file("BUILD.bazel", _ABSENT_BUILD_FILE % ctx.attr.target, executable = False)
    elif build_file:
        ctx.symlink(build_file, "BUILD.bazel")
    else:
        ctx.file("BUILD.bazel", _INSTALLED_BUILD_FILE % (ctx.attr.target, ctx.attr.link), executable = False)

source_repo = repository_rule(
    implementation = _source_repo_impl,
    attrs = {
        "build_file": attr.label(allow_single_file = True, doc = "Without one: target and link."),
        "target": attr.string(doc = "The cc_library's name; its headers are those in include/."),
        "link": attr.string_list(doc = "The linker flags of a library that is installed."),
        "optional": attr.bool(doc = "Without any source the cc_library `target` is empty."),
        "order": attr.string_list(default = ["http", "system", "debsrc", "pip"]),
        "urls": attr.string_list(),
        "sha256": attr.string(),
        "strip_prefix": attr.string(),
        "system_package": attr.string(doc = "The Debian 12 package, for the error message."),
        "system_paths": attr.string_dict(doc = "Path on the machine -> path in the repository."),
        "system_version": attr.string_dict(doc = "Path on the machine -> text that only the pinned version has in it."),
        "debsrc": attr.string(doc = "Source package; its tarball's hash tells the version."),
        "debsrc_suite": attr.string(default = "bookworm"),
        "debsrc_sha256": attr.string(doc = "If Debian repacked upstream's tarball."),
        "debsrc_strip_prefix": attr.string(),
        "pip": attr.string(doc = "package==version"),
        "pip_sha256": attr.string(),
        "pip_strip_prefix": attr.string(),
        "edit_file": attr.string(
            doc = "A file in which edit_from becomes edit_to. Not with system_paths: it would write through the link.",
        ),
        "edit_from": attr.string(),
        "edit_to": attr.string(),
    },
    environ = ["LEADSCAN_SOURCES"],
)
