"""--follow: logs that grow and are rotated while they are read."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
import unittest

import beside
from following import SLOW, FollowCase
from support import BAD, GOOD, LEADSCAN, peak_memory, run, text, without_run

UNFINISHED = re.compile(r": line (\d+) \(byte (\d+)\): a record had not ended; what there is of it "
                        r"was not judged \((\d+) bytes?\)")


# How records are laid out: options, what is in front, and a record cut at every byte.
def docker(log, end=True):
    return json.dumps({"log": log + ("\n" if end else ""), "stream": "stdout",
                       "time": "2025-06-01T00:00:00Z"}) + "\n"


RECORD = '{"action":12,"info":{"a":[1,"}"]}}'
LAYOUTS = {
    "lines": ([], GOOD[0] + "\n", RECORD + "\n"),
    "carriage returns": ([], GOOD[0] + "\r\n", RECORD + "\r\n"),
    "broken": ([], GOOD[0] + "\n", '{"a":tru}\n'),
    "several lines": ([], GOOD[0] + "\n", json.dumps(json.loads(RECORD), indent=1) + "\n"),
    "text in front": ([], "x INFO " + GOOD[0] + "\n", "2025-06-01 INFO body: " + RECORD + " end\n"),
    "array": ([], "[\n" + GOOD[0] + "\n", ",\n" + RECORD + "\n]\n"),
    "ndjson": (["--records=ndjson"], GOOD[0] + "\n", RECORD + "\n"),
    "prefixed": (["--records=prefixed"], "x " + GOOD[0] + "\n", "INFO " + RECORD + "\n"),
    "json": (["--records=json"], GOOD[0], RECORD),
    "docker": ([], docker(GOOD[0]), docker(RECORD)),
    "docker's parts": ([], docker(GOOD[0]), docker(RECORD[:20], False) + docker(RECORD[20:])),
    "Kubernetes' parts": ([], "2025-06-01T00:00:00Z stdout F " + GOOD[0] + "\n",
                          "2025-06-01T00:00:00Z stdout P " + RECORD[:20] +
                          "\n2025-06-01T00:00:00Z stdout F " + RECORD[20:] + "\n"),
    "envelope": (["--at=/body"], json.dumps({"body": GOOD[0]}) + "\n",
                 json.dumps({"body": RECORD}) + "\n"),
    "table": (["--column=body"], "id,body\n1,\"%s\"\n" % GOOD[0].replace('"', '""'),
              "2,\"%s\"\n" % RECORD.replace('"', '""')),
}


class Pieces(FollowCase):
    """A record that is being written is never judged before it is whole."""

    def cut_everywhere(self, args, front, record):
        cuts = range(1, len(record))
        names = ["%03d" % cut for cut in cuts]
        for name in names:
            self.append(name, front)
        following = self.follow("check", "--follow", *args, *names)
        following.wait_for_lines(len(names))
        for name, cut in zip(names, cuts):
            self.append(name, record[:cut])
        time.sleep(0.5 * SLOW)
        early = following.out().splitlines()
        for name, cut in zip(names, cuts):
            self.append(name, record[cut:])
        code, plain = self.plain("check", *args, *names)
        expected = sorted(plain.splitlines())
        self.assertEqual(len(expected), 2 * len(names))
        following.wait_for_lines(len(expected))
        self.assertEqual(set(early) - set(expected), set())
        result = following.stop()
        self.assertEqual((result[0], sorted(result[1].splitlines())), (code, expected), result[2])
        self.assertNotRegex(result[2], UNFINISHED)

    def test_every_byte_of_every_layout(self):
        for name, (args, front, record) in LAYOUTS.items():
            with self.subTest(name):
                self.clear()
                self.assertLess(len(record), 255)
                self.cut_everywhere(args, front, record)

    def test_of_a_record_over_lines_each_line_waits(self):
        following = self.follow("check", "--follow", "a")
        for line in json.dumps(json.loads(GOOD[0]), indent=1).splitlines(True):
            self.assertEqual(following.out(), b"")
            self.append("a", line)
            time.sleep(0.15)
        self.append("a", "\n")
        following.wait_for_lines(1)
        self.assertEqual(following.stop()[0], 0)

    def test_what_is_not_finished_is_told_and_not_judged(self):
        for args in [[], ["--records=ndjson"], ["--records=prefixed"], ["--records=json"]]:
            self.append("a", GOOD[0] + "\n" + GOOD[1][:50])
            following = self.follow("check", "--follow", *args, "a")
            following.wait_for_lines(1)
            time.sleep(0.3)
            code, out, err = following.stop()
            self.assertEqual((code, out.count(b"\n")), (0, 1), args)
            self.assertEqual(UNFINISHED.findall(err), [("2", str(len(GOOD[0]) + 1), "50")], args)
            self.assertIn("Clean, 1 record and nothing to object to.", err)
            self.clear()

    def test_the_last_record_needs_no_line_end_if_it_is_whole(self):
        for args in [[], ["--records=ndjson"], ["--records=prefixed"], ["--records=json"]]:
            self.append("a", GOOD[0] + "\n" + RECORD)
            following = self.follow("audit", "--follow", "--json", "--now=2026-01-01", *args, "a")
            following.wait_for(lambda: "violation" in following.err() or args == [] or args[0] in
                               ("--records=ndjson", "--records=prefixed"))
            time.sleep(0.5 * SLOW)
            code, out, err = following.stop()
            plain = self.plain("audit", "--json", "--now=2026-01-01", *args, "a")
            self.assertEqual((code, without_run(out)), (plain[0], without_run(plain[1])), args)
            self.assertNotRegex(err, UNFINISHED)
            self.clear()

    def test_a_record_that_is_too_large_while_it_grows(self):
        for args in [[], ["--records=ndjson"], ["--records=json"]]:
            following = self.follow("check", "--follow", "--max-record=100K", *args, "a")
            self.append("a", GOOD[0] + "\n" + '{"a":"')
            for _ in range(30):
                self.append("a", "x" * 50000)
                time.sleep(0.02)
            self.append("a", '"}\n' + GOOD[1] + "\n")
            following.wait_for_lines(3)
            code, plain = self.plain("check", "--max-record=100K", *args, "a")
            self.assertEqual(following.stop()[:2], (code, plain), args)
            self.clear()


def mixture(rng):
    """Lines of all sorts, whole and broken, as logs have them."""
    lines = []
    # Not both: what a lone bracket in front of a container's line is depends on where chunks end,
    # with --follow or without.
    of_containers = rng.random() < 0.5
    for _ in range(rng.randrange(5, 60)):
        record = rng.choice(GOOD + BAD)
        lines.append(rng.choice([
            lambda: record, lambda: record, lambda: record, lambda: record,
            lambda: "INFO " + record + " done",
            lambda: json.dumps(json.loads(GOOD[3]), indent=1),
            lambda: record[:rng.randrange(len(record))],
            lambda: record[rng.randrange(len(record)):],
            lambda: record + record,
            lambda: "", lambda: "  ", lambda: "plain text", lambda: "MESSAGE",
        ] + ([
            lambda: docker(record).strip(), lambda: docker(record, False).strip(),
            lambda: "2025-06-01T00:00:00Z stdout P " + record[:10],
            lambda: "2025-06-01T00:00:00Z stdout F " + record[10:],
        ] if of_containers else [
            lambda: "[", lambda: "]", lambda: "}", lambda: ",", lambda: "\0\0\0", lambda: '"',
            lambda: "[" + record + "]",
        ]))())
    # They close what is open in front of them: an array without an end would not be finished.
    return "\n".join(lines + ["]" * 20, "the end"] + GOOD[:3]) + "\n"


class Equal(FollowCase):
    """At the end the report is that of a plain audit of the same bytes."""

    def test_the_report(self):
        following = self.follow("audit", "--follow", "--json", "--now=2026-01-01", "a")
        rng = random.Random(1)
        data = text([rng.choice(GOOD + BAD) for _ in range(3000)])
        while data:
            size = rng.choice([1, 100, 20000])
            self.append("a", data[:size])
            data = data[size:]
            time.sleep(rng.choice([0, 0, 0.05]))
        self.append("a", GOOD[0] + "\n")
        count = self.plain("check", "a")[1].count(b"\n")
        time.sleep(1 * SLOW)
        code, out, err = following.stop()
        self.assertEqual((code, json.loads(without_run(out))["records"]), (1, count))
        self.assertEqual(without_run(out),
                         without_run(self.plain("audit", "--json", "--now=2026-01-01", "a")[1]))
        self.assertIn("a: line ", err)

    def test_mixtures(self):
        for args in [[], ["--records=ndjson"], ["--records=json"], ["--at=/log"]]:
            with self.subTest(args):
                rng = random.Random(str(args))
                names = ["m%02d" % i for i in range(40)]
                data = {name: mixture(rng) for name in names}
                left = dict(data)
                for name in names:
                    self.append(name, "")
                following = self.follow("audit", "--follow", "--json", "--now=2026-01-01", *args,
                                        *names)
                while any(left.values()):
                    for name in names:
                        size = rng.choice([1, 7, 40, 300, 2000])
                        self.append(name, left[name][:size])
                        left[name] = left[name][size:]
                    time.sleep(0.1)
                time.sleep(0.6 * SLOW)
                code, out, _ = following.stop()
                plain = self.plain("audit", "--json", "--now=2026-01-01", *args, *names)
                result, expected = json.loads(without_run(out)), json.loads(without_run(plain[1]))
                # Kubernetes' lines are counted by stretches, which end where chunks do.
                del result["formats"], expected["formats"]
                for mine, theirs in zip(result["files"], expected["files"]):
                    self.assertEqual(mine, theirs, data[theirs["file"]])
                self.assertEqual((code, result), (plain[0], expected))
                self.clear()


class Rotated(FollowCase):
    def same_records(self, following, *names):
        """What `following` came to is what plain audits of these come to, one behind the other."""
        code, out, err = following.stop()
        result = json.loads(without_run(out))
        plain = self.plain("audit", "--json", "--now=2026-01-01", *names)
        expected = json.loads(without_run(plain[1]))
        for each in result, expected:
            for key in ("files", "bad_records", "findings", "modes", "members", "inputs"):
                each.pop(key, None)
            dropped = json.dumps(each)
            # Where a member was first seen.
            dropped = re.sub(r'"(file|line|offset|member|member_index)": ("[^"]*"|\d+|null)', "", dropped)
            each.clear()
            each["text"] = dropped
        self.assertEqual((code, result), (plain[0], expected), err)
        return err

    def audit(self, *args):
        return self.follow("audit", "--follow", "--json", "--now=2026-01-01", *args)

    def seen(self, following, number):
        following.wait_for(lambda: following.err().count("violation") >= number)

    def test_by_renaming(self):
        self.append("log", text(GOOD[:5] + [RECORD]))
        following = self.audit("log")
        self.seen(following, 1)
        with open(self.path("log"), "ab", buffering=0) as old:
            os.rename(self.path("log"), self.path("log.1"))
            old.write(text([RECORD]))
            self.seen(following, 2)
            self.append("log", text([GOOD[6]]))
            time.sleep(0.2)
            old.write(text([RECORD]))  # by a process that has not turned to the new one yet
            self.seen(following, 3)
        self.append("log", text([RECORD]))
        self.seen(following, 4)
        err = self.same_records(following, "log.1", "log")
        self.assertIn("log: another file has this name now", err)
        self.assertNotRegex(err, UNFINISHED)

    def test_by_renaming_in_the_middle_of_a_record(self):
        self.append("log", GOOD[0] + "\n" + RECORD[:-1])
        following = self.follow("check", "--follow", "log")
        following.wait_for_lines(1)
        os.rename(self.path("log"), self.path("log.1"))
        self.append("log", GOOD[1] + "\n")
        # Nobody goes on with it: it is truncated.
        following.wait_for_lines(3)
        code, out, _ = following.stop()
        self.assertEqual([json.loads(line)["verdict"] for line in out.splitlines()],
                         ["created", "truncated", "created"])
        self.assertEqual(code, 1)

    def test_by_replacing(self):
        self.append("log", text(GOOD[:3]))
        following = self.follow("check", "--follow", "log")
        following.wait_for_lines(3)
        self.append("new", text([RECORD]))
        os.replace(self.path("new"), self.path("log"))
        following.wait_for_lines(4)
        self.assertEqual(following.stop()[0], 1)

    def test_quickly(self):
        self.append("log", text([RECORD]))
        following = self.audit("log")
        self.seen(following, 1)
        for i in range(60):
            self.append("log", text([GOOD[i], RECORD]))
            if i % 3:
                time.sleep(0.01)
            for j in reversed(range(i + 1)):
                os.rename(self.path("log.%d" % j if j else "log"), self.path("log.%d" % (j + 1)))
        self.append("log", text([GOOD[60]]))
        self.seen(following, 61)
        time.sleep(1.5 * SLOW)
        err = self.same_records(following, *["log.%d" % i for i in range(60, 0, -1)], "log")
        self.assertEqual(err.count("another file has this name now"), 60)

    def test_quickly_and_removed(self):
        following = self.follow("check", "--follow", "log")
        self.append("log", GOOD[0] + "\n")
        following.wait_for_lines(1)
        # Stopped, it cannot see the one in the middle in time.
        following.process.send_signal(signal.SIGSTOP)
        for i in range(2):
            os.remove(self.path("log"))
            self.append("log", GOOD[i] + "\n")
        following.process.send_signal(signal.SIGCONT)
        following.wait_for_lines(2)
        _, _, err = following.stop()
        self.assertIn("log: rotated so quickly that 1 file was gone before it could be read", err)

    def test_copytruncate(self):
        self.append("log", text(GOOD[:5] + [RECORD]))
        following = self.audit("log")
        self.seen(following, 1)
        shutil.copy(self.path("log"), self.path("log.1"))
        os.truncate(self.path("log"), 0)
        self.append("log", text([GOOD[6], RECORD]))
        self.seen(following, 2)
        err = self.same_records(following, "log.1", "log")
        self.assertIn("log: cut after %d bytes were read" % os.path.getsize(self.path("log.1")), err)

    def test_copytruncate_that_grows_beyond_what_was_read(self):
        self.append("log", text([GOOD[0]]))
        following = self.audit("log")
        following.wait_for(lambda: "cut" not in following.err())
        time.sleep(0.5 * SLOW)
        following.process.send_signal(signal.SIGSTOP)
        shutil.copy(self.path("log"), self.path("log.1"))
        os.truncate(self.path("log"), 0)
        self.append("log", text(GOOD[6:20] + [RECORD]))
        following.process.send_signal(signal.SIGCONT)
        self.seen(following, 1)
        self.same_records(following, "log.1", "log")

    def test_copytruncate_in_the_middle_of_a_record(self):
        self.append("log", GOOD[0] + "\n" + RECORD[:20])
        following = self.follow("check", "--follow", "log")
        following.wait_for_lines(1)
        time.sleep(0.3)
        os.truncate(self.path("log"), 0)
        self.append("log", GOOD[1] + "\n")
        following.wait_for_lines(2)
        code, out, err = following.stop()
        self.assertEqual([json.loads(line)["verdict"] for line in out.splitlines()], ["created"] * 2)
        self.assertEqual(UNFINISHED.findall(err), [("2", str(len(GOOD[0]) + 1), "20")])
        self.assertEqual(code, 0)

    def test_a_link_to_what_is_rotated(self):
        os.mkdir(self.path("pods"))
        self.append("pods/0.log", GOOD[0] + "\n")
        os.symlink("pods/0.log", self.path("log"))
        following = self.follow("check", "--follow", "log")
        following.wait_for_lines(1)
        for i in range(3):
            os.rename(self.path("pods/0.log"), self.path("pods/0.log.%d" % i))
            self.append("pods/0.log", GOOD[1] + "\n")
        following.wait_for_lines(4)
        # cronolog turns the link.
        self.append("other", GOOD[2] + "\n")
        os.symlink("other", self.path("link"))
        os.rename(self.path("link"), self.path("log"))
        following.wait_for_lines(5)
        self.assertEqual(following.stop()[0], 0)
        shutil.rmtree(self.path("pods"))


class Running(FollowCase):
    def test_latency(self):
        self.append("a", "")
        following = self.follow("audit", "--follow", "a")
        time.sleep(0.5)
        for i in range(5):
            self.append("a", BAD[0] + "\n")
            self.assertLess(following.wait_for_lines(i + 1), 1 * SLOW)
            time.sleep(0.3)
        self.assertIn(b"a: line 1 (byte 0): violation: ", following.out())

    def test_findings(self):
        self.append("a", GOOD[0].replace("201", "500") + "\n")
        following = self.follow("audit", "--follow", "a")
        following.wait_for_lines(1)
        self.assertIn(b"a: line 1 (byte 0): success_contradicts_code: ", following.out())
        # Ids that come again are told with the report.
        self.append("a", GOOD[1] + "\n" + GOOD[1] + "\n")
        time.sleep(0.5 * SLOW)
        code, out, _ = following.stop()
        self.assertEqual(code, 1)
        self.assertIn(b"one record", out.replace(b"3 records", b"one record"))
        self.assertRegex(out, rb"(?i)created twice|more than once|trace")

    def test_exit_codes_and_signals(self):
        self.append("a", text([GOOD[0], RECORD]))
        for args, expected in [([], 1), (["--fail-on=malformed"], 0), (["--max-bad=1"], 0),
                               (["--fail-on=none"], 0)]:
            for how in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
                for command in "check", "audit":
                    following = self.follow(command, "--follow", *args, "a")
                    following.wait_for_lines(1)
                    time.sleep(0.3 * SLOW)
                    code, out, err = following.stop(how)
                    self.assertEqual(code, expected, (args, how, command))
                    self.assertIn(b"1 of 2 records is bad" if command == "audit" else b"", out)
                    self.assertIn("" if command == "audit" else "1 of 2 records is bad", err)
                    self.assertNotIn("interrupted", err)

    def test_stopped_before_all_was_read(self):
        self.write("a", text(GOOD) * 400)
        process = subprocess.Popen([LEADSCAN, "check", "--follow", "-j1", self.path("a")],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.read(1000)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 3)
        self.assertIn(b"interrupted: what was printed is partial", err)

    def test_standard_input(self):
        following = self.follow("check", "--follow", "-", stdin=subprocess.PIPE)
        pipe = following.process.stdin
        for i, line in enumerate(GOOD[:3]):
            pipe.write(line[:50].encode())
            pipe.flush()
            time.sleep(0.2)
            self.assertEqual(following.out().count(b"\n"), i)
            pipe.write(line[50:].encode() + b"\n")
            pipe.flush()
            self.assertLess(following.wait_for_lines(i + 1), 1 * SLOW)
        pipe.write(GOOD[4][:30].encode())
        pipe.close()
        # Its end is one: what is cut there was cut.
        self.assertEqual(following.process.wait(60), 1)
        self.assertEqual(json.loads(following.out().splitlines()[-1])["verdict"], "truncated")

    def test_standard_input_that_is_a_file(self):
        self.append("a", "passed over\n" + GOOD[0] + "\n")
        with open(self.path("a"), "rb") as file:
            file.seek(12)
            following = self.follow("check", "--follow", "-", stdin=file)
        following.wait_for_lines(1)
        self.append("a", BAD[0] + "\n")
        following.wait_for_lines(2)
        self.assertEqual(following.stop()[0], 1)

    def test_a_pipe_is_read_quickly(self):
        data = text(GOOD) * 200
        begin = time.monotonic()
        done = subprocess.run([LEADSCAN, "check", "-q", "--follow", "-"], input=data,
                              capture_output=True)
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"80,000 records", done.stderr)
        self.assertLess(time.monotonic() - begin, 10 * SLOW)

    def test_who_reads_goes_away(self):
        self.append("a", text(GOOD))
        process = subprocess.Popen([LEADSCAN, "check", "--follow", self.path("a")],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.readline()
        process.stdout.close()
        self.append("a", text(GOOD) * 5)
        self.assertEqual(process.wait(60), 3)
        self.assertIn(b"standard output: Broken pipe", process.stderr.read())
        process.stderr.close()

    def test_every(self):
        self.append("a", text(GOOD[:3] + BAD[:1]))
        following = self.follow("check", "-q", "--follow", "--every=1", "a")
        following.wait_for(lambda: following.err().count("Z: ") == 2)
        self.append("a", GOOD[5] + "\n")
        following.wait_for(lambda: following.err().count("Z: ") == 4)
        code, out, err = following.stop()
        self.assertEqual((code, out), (1, b""))
        self.assertRegex(err, r"leadscan: 20\d\d-\S+Z: 4 records \(\+4\), 1 bad \(\+1\)\n")
        self.assertRegex(err, r"Z: 4 records \(\+0\), 1 bad \(\+0\)\n")
        self.assertRegex(err, r"Z: 5 records \(\+1\), 1 bad \(\+0\)\n")

    def test_a_file_that_never_comes(self):
        self.append("a", GOOD[0] + "\n")
        following = self.follow("check", "--follow", "a", "none")
        following.wait_for_lines(1)
        following.wait_for(lambda: "none: No such file or directory; waiting for it" in following.err())
        code, _, err = following.stop()
        self.assertEqual(code, 3)
        self.assertIn("leadscan: none: No such file or directory\n", err)

    def test_outputs(self):
        self.append("a", text([GOOD[0], RECORD]))
        following = self.follow("audit", "--follow", "--html=h", "--sarif=s", "--quarantine=q", "a")
        following.wait_for_lines(1)
        time.sleep(0.5 * SLOW)
        self.assertEqual(following.stop()[0], 1)
        with open(self.path("q"), "rb") as file:
            self.assertTrue(file.read().endswith(RECORD.encode() + b"\n"))
        with open(self.path("s")) as file:
            self.assertEqual(len(json.load(file)["runs"][0]["results"]), 1)
        self.assertNotIn("h.partial", os.listdir(self.folder))

    def test_idle_costs_nothing(self):
        names = ["f%02d" % i for i in range(20)]
        for name in names:
            self.append(name, text(GOOD[:2]))
        following = self.follow("check", "--follow", "--every=1000", *names)
        following.wait_for_lines(40)
        def spent():
            with open("/proc/%d/stat" % following.process.pid) as stat:
                fields = stat.read().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        before = spent()
        time.sleep(4)
        # Twenty files that are looked at ten times a second each: a few microseconds a look.
        self.assertLess(spent() - before, 0.2 * SLOW)

    def test_memory_is_flat(self):
        # AddressSanitizer would keep 256 MB of freed memory, to find uses of it.
        env = {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}
        following = self.follow("audit", "--follow", "--memory=8M", "a", env=env)
        data = text(GOOD[:200] + BAD[:1]) * 25
        peaks = []
        for part in range(80):
            self.append("a", data)
            if part % 20 == 19:
                os.rename(self.path("a"), self.path("old"))
            time.sleep(0.05)
            if part in (20, 79):
                peaks.append(peak_memory(following.process))
        self.append("a", GOOD[0] + "\n")
        self.assertLess(peaks[1] - peaks[0], 24 * SLOW, peaks)
        self.assertEqual(following.stop()[0], 1)


class Refused(FollowCase):
    def refused(self, expected, *args):
        code, out, err = run(*args)
        self.assertEqual((code, out), (2, b""), args)
        self.assertIn(expected, err.decode(), args)

    def test_what_has_an_end(self):
        self.append("a", text(GOOD))
        self.sh("gzip -k a; zstd -qk a; tar cf a.tar a; zip -q a.zip a; "
                "iconv -t UTF-16 a > a.16; head -c 3000 /dev/urandom > a.bin; mkdir d")
        for name, what in [("a.gz", "gzip: only plain text"), ("a.zst", "zstd: only plain text"),
                           ("a.tar", "tar: only plain text"), ("a.zip", "zip: only plain text"),
                           ("a.16", "UTF-16: only plain text"), ("a.bin", "only plain text"),
                           ("d", "d: a folder: name the logs in it that grow")]:
            for command in "audit", "check":
                self.refused(what, command, "--follow", self.path("a"), self.path(name))
        os.rmdir(self.path("d"))

    def test_options(self):
        path = self.write("a", text(GOOD))
        for option in ["--checkpoint=c", "--sqlite=s", "--hash", "--glob=a*"]:
            self.refused(option.partition("=")[0] + " does not go with --follow", "audit",
                         "--follow", option, path)
        self.refused("har does not go with --follow", "check", "--follow", "--records=har", path)
        self.refused("har does not go with --follow", "check", "--follow", "--log=har", path)
        self.refused("--every goes with --follow", "check", "--every=5", path)
        self.refused("is an option of audit, check, not of find", "find", "--follow", "--code=1", path)
        self.refused("up to 256 files", "check", "--follow", *[path] * 257)
        # So long as nothing is written.
        self.assertEqual(os.listdir(self.folder), ["a"])


if __name__ == "__main__":
    beside.main()
