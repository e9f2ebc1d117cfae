"""What is made of the flag table: help, man page, completions; and that //:install puts them there."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

from support import LEADSCAN, WORKSPACE, Case, run

INSTALL = os.path.join(WORKSPACE, "packages/install.sh")
COMMANDS = ["audit", "check", "extract", "find", "gen"]
FILES = ["bin/leadscan", "share/bash-completion/completions/leadscan",
         "share/fish/vendor_completions.d/leadscan.fish", "share/man/man1/leadscan.1",
         "share/zsh/site-functions/_leadscan"]


def printed(*args):
    code, out, err = run(*args)
    assert (code, err) == (0, b""), (args, err)
    return out.decode()


def options_of(command):
    """As its help has them."""
    return set(re.findall(r"^  (?:-\w,)? *--([a-z-]+)", printed(command, "--help"), re.M)) - {"help"}


class Documents(Case):
    def test_help_breaks_its_lines(self):
        for command in COMMANDS:
            for line in printed(command, "--help").splitlines():
                self.assertLessEqual(len(line), 90, line)
            self.assertIn("no-progress" if command != "gen" else "seed", options_of(command))

    def test_man_page_agrees_with_help(self):
        page = printed("--man").replace("\\-", "-")
        items = re.findall(r"^\.TP\n\\fB--([a-z-]+)\\fR.*\n((?:[^.].*\n)+)", page, re.M)
        by_command = {command: set() for command in COMMANDS}
        for name, body in items:
            named = re.search(r"\(([a-z, ]+)\)\n$", body)
            for command in re.split(r",\s+", named.group(1)) if named else []:
                by_command[command].add(name)
        self.assertEqual(by_command, {command: options_of(command) for command in COMMANDS})
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "EXIT STATUS",
                        "ENVIRONMENT", "FILES", "EXAMPLES"]:
            self.assertIn(".SH %s\n" % section, page)

    @unittest.skipUnless(shutil.which("mandoc"), "no mandoc here")
    def test_man_page_is_clean(self):
        path = self.write("leadscan.1", printed("--man").encode())
        done = subprocess.run(["mandoc", "-Tlint", path], capture_output=True)
        self.assertEqual((done.returncode, done.stdout), (0, b""))

    @unittest.skipUnless(shutil.which("groff"), "no groff here")
    def test_man_page_is_set_without_warnings(self):
        path = self.write("leadscan.1", printed("--man").encode())
        for width in ["60n", "78n", "120n"]:
            done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-z", "-rLL=" + width, path],
                                  capture_output=True)
            self.assertEqual((done.returncode, done.stderr), (0, b""), width)

    def test_examples_of_the_man_page_are_accepted(self):
        page = printed("--man").replace("\\-", "-").split(".SH EXAMPLES")[1]
        examples = re.findall(r"^leadscan (.*)$", page, re.M)
        self.assertGreater(len(examples), 3)
        for example in examples:
            words = example.split(" > ")[0].split()
            # No such path: 3. A mistake in the options would be 2.
            paths = [self.path("none") if "/" in word and not word.startswith(("-", "/response"))
                     or word.startswith("logs") else word for word in words]
            self.assertEqual(run(*paths)[0], 3, example)


class Completions(Case):
    def complete(self, *words):
        """What bash offers for the last word."""
        script = self.write("leadscan.bash", printed("--completions", "bash").encode())
        self.write("logs.tar", b"")
        done = subprocess.run(
            ["bash", "-uc", 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
             '_leadscan; printf "%s\\n" "${COMPREPLY[@]}"', "-", script, "leadscan", *words],
            capture_output=True, cwd=self.folder, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return set(done.stdout.split())

    def test_bash(self):
        self.assertEqual(self.complete(""),
                         {*COMMANDS, "--help", "--version", "--man", "--completions"})
        self.assertEqual(self.complete("ch"), {"check"})
        for command in COMMANDS:
            self.assertEqual(self.complete(command, "--"),
                             {"--" + name for name in options_of(command) | {"help"}})
        modes = {"auto", "ndjson", "json", "prefixed", "har"}
        self.assertEqual(self.complete("audit", "--records", ""), modes)
        self.assertEqual(self.complete("audit", "--records", "="), modes)
        self.assertEqual(self.complete("audit", "--records", "=", "nd"), {"ndjson"})
        self.assertEqual(self.complete("audit", "lo"), {"logs.tar"})
        self.assertEqual(self.complete("audit", "--checkpoint", "lo"), {"logs.tar"})
        self.assertEqual(self.complete("audit", "--at", "lo"), set())
        self.assertEqual(self.complete("--completions", ""), {"bash", "zsh", "fish"})
        for option in [["--fields"], ["-f"], ["--fields", "="]]:
            self.assertEqual(self.complete("extract", *option, "stat"), {"statusCode"})
        self.assertEqual(self.complete("extract", "--fields", "line,error."),
                         {"line,error.code", "line,error.message"})
        self.assertEqual(self.complete("check", "--fail-on", "bad,un"), {"bad,unjudged"})
        self.assertLess({"created", "bad", "trace_id_reused", "findings", "none"},
                        self.complete("audit", "--fail-on", ""))
        self.assertEqual(self.complete("extract", "--verdict", "created,fail"), {"created,failure"})

    @unittest.skipUnless(shutil.which("zsh"), "no zsh here")
    def test_zsh(self):
        text = printed("--completions", "zsh")
        path = self.write("_leadscan", text.encode())
        # Loads it, as compinit would, and has its specifications looked over.
        script = ('autoload -Uz compinit; compinit -D -u; fpath=(%s $fpath); autoload -Uz _leadscan; '
                  'compdef _leadscan leadscan; autoload +X _leadscan && print ${_comps[leadscan]}')
        done = subprocess.run(["zsh", "-f", "-c", script % self.folder], capture_output=True,
                              text=True)
        self.assertEqual((done.stdout, done.stderr), ("_leadscan\n", ""))
        self.assertEqual(subprocess.run(["zsh", "-n", path]).returncode, 0)
        for command, body in re.findall(r"^    (\w+)\)\n((?:      .*\n| +'.*\n)+)", text, re.M):
            self.assertEqual(set(re.findall(r"--([a-z-]+)[=\[',}]", body)) - {"help"},
                             options_of(command))
        self.assertRegex(text, r"--fields=\}'\[[^\n]*:LIST:_sequence compadd - file member line ")
        self.assertRegex(text, r"--fail-on=\[[^\n]*:LIST:_sequence compadd - created update ")

    @unittest.skipUnless(shutil.which("fish"), "no fish here")
    def test_fish(self):
        path = self.write("leadscan.fish", printed("--completions", "fish").encode())

        def complete(line):
            done = subprocess.run(["fish", "--no-config", "-c", "source %s; complete -C '%s'" %
                                   (path, line)], capture_output=True, text=True, cwd=self.folder,
                                  env=dict(os.environ, HOME=self.folder))
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            return {line.split("\t")[0] for line in done.stdout.splitlines()}
        self.assertLessEqual(set(COMMANDS), complete("leadscan "))
        for command in COMMANDS:
            self.assertEqual({word for word in complete("leadscan %s --" % command)},
                             {"--" + name for name in options_of(command) | {"help"}})
        self.assertEqual(complete("leadscan audit --timeline "), {"auto", "hour", "day"})
        self.assertEqual(complete("leadscan extract --fields line,error.c"), {"line,error.code"})
        self.assertEqual(complete("leadscan audit --fail-on=bad,unj"), {"--fail-on=bad,unjudged"})


class Install(Case):
    def install(self, *args, **kw):
        # As bazel run has it.
        elsewhere = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(shutil.rmtree, elsewhere)
        runfiles = os.path.join(elsewhere, "install.runfiles/main")
        os.makedirs(runfiles)
        env = dict(os.environ, BUILD_WORKING_DIRECTORY=self.folder)
        return subprocess.run([INSTALL, LEADSCAN, *args], capture_output=True, text=True, env=env,
                              **{"cwd": runfiles, **kw})

    def files_in(self, folder):
        return sorted(os.path.relpath(os.path.join(at, name), folder)
                      for at, _, names in os.walk(folder) for name in names)

    def test_prefix(self):
        for _ in range(2):  # the second time over the first
            done = self.install("--prefix=to here")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(sorted(done.stdout.splitlines()), ["to here/" + f for f in FILES])
            self.assertEqual(self.files_in(self.path("to here")), FILES)
        binary = self.path("to here/bin/leadscan")
        self.assertEqual(os.stat(binary).st_mode & 0o777, 0o755)
        self.assertEqual(subprocess.run([binary, "--version"], capture_output=True).stdout,
                         run("--version")[1])
        for file, args in [("share/man/man1/leadscan.1", ["--man"]),
                           ("share/zsh/site-functions/_leadscan", ["--completions", "zsh"])]:
            with open(os.path.join(self.path("to here"), file), "rb") as installed:
                self.assertEqual(installed.read(), run(*args)[1])
                self.assertEqual(os.fstat(installed.fileno()).st_mode & 0o777, 0o644)

    def test_an_inherited_variable(self):
        os.makedirs(self.path("here"))
        done = self.install("--prefix=x", cwd=self.path("here"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.files_in(self.folder), ["here/x/" + f for f in FILES])

    def test_destdir(self):
        done = self.install("--destdir", self.path("root"), "--prefix", "/usr")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.files_in(self.path("root")), ["usr/" + f for f in FILES])

    def test_mistakes(self):
        self.write("file", b"")
        for args, why in [(["--prefix"], "needs a folder"), (["--prefix="], "needs a folder"),
                          (["here"], "what is here"), (["--destdir=x", "--prefix=y"], "absolute"),
                          (["--prefix=file"], "file")]:
            done = self.install(*args)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(why, done.stderr)
            self.assertEqual(self.files_in(self.folder), ["file"])


if __name__ == "__main__":
    unittest.main()
