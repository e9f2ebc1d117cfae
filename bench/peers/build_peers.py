"""Builds the plug-ins in Rust and Go into a folder that //bench:compare takes as --peer=FOLDER.

Where a tool is missing, or what it wants cannot be had, a file NAME.unavailable says so instead, and the
tables list it.
"""

import argparse
import os
import shutil
import sys

from third_party import said

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
# What the plug-ins are compiled with, beside their own sources.
HEADERS = ["bench/peer.h", "bench/peer.map", "lib/leadscan/c/leadscan.h"]
RUST = ["serde_json", "simd_json", "sonic_rs"]
GO = {"go_encoding_json": "encodingjson", "go_sonic": "sonic"}
INSTALL = {"cargo": "cargo-web, or Rust 1.95 or newer", "go": "Go 1.19 or newer, and gcc"}


def plugin(folder, name):
    return os.path.join(folder, "libpeer_%s.so" % name)


def copy_sources(work):
    """Away from symbolic links, and from folders that are not to be written to."""
    shutil.rmtree(work, ignore_errors=True)
    for name in ["rust", "go"]:
        shutil.copytree(os.path.join(HERE, name), os.path.join(work, "bench/peers", name))
    for name in HEADERS:
        os.makedirs(os.path.dirname(os.path.join(work, name)), exist_ok=True)
        shutil.copy(os.path.join(ROOT, name), os.path.join(work, name))


def build_rust(work, folder):
    source = os.path.join(work, "bench/peers/rust")
    environment = dict(os.environ, CARGO_TARGET_DIR=os.path.join(work, "target"),
                       RUSTFLAGS="-C target-cpu=native")
    for command in (["cargo", "fetch", "--quiet", "--locked"],
                    ["cargo", "build", "--quiet", "--release", "--locked", "--offline"]):
        said.run(command, cwd=source, env=environment)
    for name in RUST:
        shutil.copy(os.path.join(work, "target/release/libpeer_%s.so" % name), plugin(folder, name))


def build_go(work, folder):
    source = os.path.join(work, "bench/peers/go")
    environment = dict(os.environ, GOTOOLCHAIN="local", GOFLAGS="-mod=readonly", CGO_ENABLED="1")
    said.run(["go", "mod", "download"], cwd=source, env=environment)
    # No symbols but the four: another plug-in has Go's runtime, too.
    hide = "-s -w -extldflags=-Wl,--version-script=" + os.path.join(work, "bench/peer.map")
    for name, package in GO.items():
        said.run(["go", "build", "-buildmode=c-shared", "-trimpath", "-ldflags", hide, "-o",
                  plugin(folder, name), "./" + package], cwd=source, env=dict(environment, GOPROXY="off"))
        header = plugin(folder, name)[:-len("so")] + "h"
        if os.path.exists(header):
            os.remove(header)


def build(folder):
    """Of each plug-in why there is none, or None."""
    os.makedirs(folder, exist_ok=True)
    work = os.path.join(folder, "build")
    copy_sources(work)
    found = {}
    for tool, names, make in (("cargo", RUST, build_rust), ("go", list(GO), build_go)):
        why = None
        if shutil.which(tool) is None:
            why = "install " + INSTALL[tool]
        else:
            try:
                make(work, folder)
            except said.Failed as error:
                why = "%s failed: %s" % (tool, error.line)
            except OSError as error:
                why = "%s failed: %s" % (tool, error)
        for name in names:
            found[name] = why
            told = os.path.join(folder, name + ".unavailable")
            if why is None:
                if os.path.exists(told):
                    os.remove(told)
                continue
            if os.path.exists(plugin(folder, name)):
                os.remove(plugin(folder, name))
            with open(told, "w") as file:
                file.write(why + "\n")
    return found


def main():
    parser = argparse.ArgumentParser(prog="build", description=__doc__)
    parser.add_argument("folder", help="where they go")
    folder = os.path.join(os.environ.get("BUILD_WORKING_DIRECTORY", ""), parser.parse_args().folder)
    for name, why in build(os.path.abspath(folder)).items():
        print("%s: %s" % (name, "unavailable: " + why if why else plugin(folder, name)))


if __name__ == "__main__":
    sys.exit(main())
