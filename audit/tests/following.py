"""A command that follows logs, for tests."""

import os
import signal
import subprocess
import time

from support import LEADSCAN, SANITIZED, Case

SLOW = 5 if SANITIZED else 1


class Following:
    """A command that follows, in a folder. What it prints goes to files, which can be read on."""

    def __init__(self, folder, *args, stdin=subprocess.DEVNULL, env=None):
        self.folder = folder
        with open(self.name("out"), "wb") as out, open(self.name("err"), "wb") as err:
            self.process = subprocess.Popen([LEADSCAN, *args], cwd=folder, stdin=stdin, stdout=out,
                                            stderr=err, env=env)

    def name(self, stream):
        return os.path.join(self.folder, "." + stream)

    def out(self):
        with open(self.name("out"), "rb") as file:
            return file.read()

    def err(self):
        with open(self.name("err")) as file:
            return file.read()

    def wait_for(self, condition, seconds=30 * SLOW):
        """How long it took until `condition` held."""
        begin = time.monotonic()
        while not condition():
            if time.monotonic() - begin > seconds or self.process.poll() is not None:
                raise AssertionError("never came: %r %r" % (self.out()[-2000:], self.err()[-2000:]))
            time.sleep(0.02)
        return time.monotonic() - begin

    def wait_for_lines(self, number, **kw):
        return self.wait_for(lambda: self.out().count(b"\n") >= number, **kw)

    def stop(self, how=signal.SIGINT):
        self.process.send_signal(how)
        code = self.process.wait(60)
        return code, self.out(), self.err()


class FollowCase(Case):
    def follow(self, *args, **kw):
        following = Following(self.folder, *args, **kw)
        self.addCleanup(following.process.wait)
        self.addCleanup(following.process.kill)
        return following

    def append(self, name, data):
        with open(self.path(name), "ab", buffering=0) as file:
            file.write(data if isinstance(data, bytes) else data.encode())

    def plain(self, command, *args):
        done = subprocess.run([LEADSCAN, command, *args], cwd=self.folder, capture_output=True)
        return done.returncode, done.stdout
