"""Whole processes, measured: alternating runs, their medians, and the memory they take."""

import contextlib
import os
import signal
import statistics
import subprocess
import sys
import time


class Failed(Exception):
    """A command did not do what it is measured for."""


def _start(command, stdout, cwd):
    try:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, cwd=cwd)
    except OSError as error:
        raise Failed("cannot run %s: %s" % (command[0], error.strerror)) from None


@contextlib.contextmanager
def _ended(processes):
    """None of them outlives the block."""
    try:
        yield
    finally:
        for process in processes:
            if process.returncode is None:
                process.kill()
                process.wait()


def _busy():
    """Seconds that all CPUs have worked, for anyone."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def run(command, cwd, copies=1, accept=(0, 1)):
    """Runs `copies` of the command at once, output into nothing: seconds of wall, user, system, and
    the CPU time that others took meanwhile."""
    user = system = 0.0
    processes = []
    with _ended(processes):
        before = _busy()
        start = time.perf_counter()
        for _ in range(copies):
            processes.append(_start(command, subprocess.DEVNULL, cwd))
        for process in processes:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            user += usage.ru_utime
            system += usage.ru_stime
        wall = time.perf_counter() - start
        others = _busy() - before - user - system
    for process in processes:
        if process.returncode not in accept:
            raise Failed("%s: exit code %d" % (" ".join(command), process.returncode))
    return wall, user, system, max(0.0, others)


def output_of(command, cwd, accept=(0, 1)):
    process = _start(command, subprocess.PIPE, cwd)
    with _ended([process]):
        out = process.communicate()[0]
    if process.returncode not in accept:
        raise Failed("%s: exit code %d" % (" ".join(command), process.returncode))
    return out


def answer_of(name, command, cwd, read, accept=(0, 1)):
    """What `read` makes of the output's text."""
    out = output_of(command, cwd, accept)
    try:
        return read(out.decode())
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise Failed("%s prints what is no answer (%s: %s): %r" % (
            name, type(error).__name__, error, out[:200])) from None


def _peak_seen(command, cwd):
    """0: it had ended before anything was seen of it."""
    process = _start(command, subprocess.DEVNULL, cwd)
    peak = 0
    with _ended([process]):
        while process.poll() is None:
            with contextlib.suppress(OSError), open("/proc/%d/status" % process.pid) as file:
                for line in file:
                    if line.startswith("VmHWM:"):
                        peak = max(peak, int(line.split()[1]) << 10)
            time.sleep(0.001)
    if process.returncode not in (0, 1):
        raise Failed("%s: exit code %d" % (" ".join(command), process.returncode))
    return peak


def peak_memory(command, cwd):
    """Bytes, looked at each millisecond. Of the program alone: what getrusage() says includes the
    process that started it."""
    # On a busy machine a short run may end while this process waits for its turn.
    for _ in range(100):
        peak = _peak_seen(command, cwd)
        if peak > 0:
            return peak
    raise Failed("%s: ends too soon to see what memory it takes" % " ".join(command))


class Contestant:
    """A command and what its runs took."""

    def __init__(self, name, command, copies=1, accept=(0, 1), version=""):
        self.name = name
        self.command = command
        self.copies = copies
        self.accept = accept  # exit codes
        self.version = version
        self.runs = []

    def on(self, old, new):
        """The same of another file."""
        command = [new if word == old else word for word in self.command]
        assert command != self.command, self.command
        return Contestant(self.name, command, self.copies, self.accept, self.version)

    def median(self, of):
        return statistics.median(of(*run[:3]) for run in self.runs)

    @property
    def wall(self):
        return self.median(lambda wall, user, system: wall)

    @property
    def user(self):
        return self.median(lambda wall, user, system: user)

    @property
    def cpu(self):
        return self.median(lambda wall, user, system: user + system)


def is_disturbed(took):
    """Whether others had more than a tenth of a CPU; /proc/stat tells to a few hundredths."""
    wall, _, _, others = took
    return others > 0.05 + 0.1 * wall


def contest(contestants, rounds, cwd, progress, patience=4):
    """A B A B: whatever else the machine does meets all of them alike. The first round warms up.

    Rounds in which others worked are thrown away and run again, up to `patience` times as many as
    are wanted; then they count after all. Returns how many of those that count were disturbed."""
    good = []
    disturbed = []
    for turn in range(1 + patience * rounds):
        took = []
        for contestant in contestants:
            progress(contestant.name)
            took.append(run(contestant.command, cwd, contestant.copies, contestant.accept))
        if turn > 0:
            (disturbed if any(map(is_disturbed, took)) else good).append(took)
        if len(good) == rounds:
            break
    counted = good + disturbed[:rounds - len(good)]
    for i, contestant in enumerate(contestants):
        contestant.runs = [took[i] for took in counted]
    return len(counted) - len(good)


def end_on_signals():
    """So that what is to be cleaned up is, when a signal ends the program."""

    def end(number, _):
        sys.exit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
