"""jdk_repo: the headers of Java's native interface, of the machine's JDK.

They are the same in every JDK from 17 on. The first of these that has them: JAVA_HOME, that of the javac on
PATH, Debian's 17.
"""

_BUILD = """\
load("@rules_cc//cc:defs.bzl", "cc_library")

cc_library(
    name = "headers",
    hdrs = glob(["include/**/*.h"]),
    includes = [
        "include",
        "include/linux",
    ],
    visibility = ["//visibility:public"],
)
"""

def _jdk_repo_impl(ctx):
    homes = [ctx.os.environ.get("JAVA_HOME", "")]
    javac = ctx.which("javac")
    if javac:
        homes.append(str(javac.realpath.dirname.dirname))
    homes.append("/usr/lib/jvm/java-17-openjdk-amd64")
    for home in homes:
        if home and ctx.path(home + "/include/jni.h").exists:
            ctx.symlink(home + "/include", "include")
            ctx.file("WORKSPACE", "")
            ctx.file("BUILD.bazel", _BUILD, executable = False)
            return
    fail("@jdk: no JDK with include/jni.h (openjdk-17-jdk-headless) among: %s\n" % ", ".join([h for h in homes if h]) +
         "Another one is named by --repo_env=JAVA_HOME=/path/to/jdk")

jdk_repo = repository_rule(
    implementation = _jdk_repo_impl,
    environ = [
        "JAVA_HOME",
        "PATH",
    ],
    local = True,
    configure = True,
)
