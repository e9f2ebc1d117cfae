"""The leadscan command as users run it: archives made by the real tools, damage, exit codes."""

import base64
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest

LEADSCAN = os.path.abspath(sys.argv.pop(1))
SAMPLES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data/samples")

GOOD = [
    '{"dsLeadOpportunityId":"AAAAA-%06d","partnerLeadOpportunityId":"OPPY-%d","action":"create",'
    '"info":{"success":true,"statusCode":201,"timestamp":"2025-06-01T%02d:00:00.000Z",'
    '"traceId":"%032x"},"error":null}' % (i, i, i % 24, i)
    for i in range(400)
]
BAD = ['{"action":12}', '{"dsLeadOpportunityId":"X', "<html>", '{"a":tru}']


def run(*args, stdin=None, env=None):
    done = subprocess.run([LEADSCAN, *args], input=stdin, capture_output=True, env=env)
    return done.returncode, done.stdout, done.stderr


def check(*args, **kw):
    code, out, err = run("check", *args, **kw)
    return code, [json.loads(line) for line in out.splitlines()], err.decode()


def report(*args, **kw):
    code, out, err = run("audit", "--json", "--now=2026-01-01", *args, **kw)
    return code, json.loads(out) if out else None, err.decode()


def text(lines):
    return ("\n".join(lines) + "\n").encode()


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, data):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)

    def sh(self, command):
        subprocess.run(["bash", "-euc", command], cwd=self.folder, check=True,
                       stdout=subprocess.DEVNULL)

    def accounts(self, result):
        bytes_ = result["bytes"]
        self.assertEqual(bytes_["read"], bytes_["accounted"])
        self.assertEqual(bytes_["accounted"], bytes_["in_records"] + bytes_["separators"])


class Formats(Case):
    PLAIN = {
        "gz": "gzip -c a > x; gzip -c b >> x",
        "gz at level 1": "cat a b | gzip -1 > x",
        "zst": "zstd -qc a > x; zstd -qc b >> x",
        "zst with a skippable frame": "zstd -qc a > x; printf '\\x50\\x2a\\x4d\\x18\\2\\0\\0\\0hi' >> x; zstd -qc b >> x",
        "zst -19 --check": "cat a b | zstd -19 --check -qc > x",
        "xz": "xz -c a > x; xz -c b >> x",
        "bz2": "bzip2 -c a > x; bzip2 -c b >> x",
        "lz4": "lz4 -qc a > x; lz4 -qc b >> x",
        "gz of zst": "cat a b | zstd -qc | gzip -c > x",
        "zeros behind": "cat a b | gzip -c > x; head -c 1000 /dev/zero >> x",
    }
    ARCHIVES = {
        "tar": "tar cf x a b",
        "tar ustar": "tar --format=ustar -cf x a b",
        "tar v7": "tar --format=v7 -cf x a b",
        "tar pax": "tar --format=pax -cf x a b",
        "tar.gz": "tar czf x a b",
        "tar.zst": "tar cf - a b | zstd -qc > x",
        "tar.xz": "tar cJf x a b",
        "tar.bz2": "tar cjf x a b",
        "tar.lz4": "tar cf - a b | lz4 -qc > x",
        "two tars": "tar cf x a; tar cf y b; cat y >> x",
        "tar of gz": "gzip -k a b; tar cf x a.gz b.gz",
        "tar of all": "gzip -k a; zstd -qk b; tar cf x a.gz b.zst",
        "zip": "zip -q x.zip a b; mv x.zip x",
        "zip -0": "zip -q -0 x.zip a b; mv x.zip x",
        "zip of gz": "gzip -k a b; zip -q x.zip a.gz b.gz; mv x.zip x",
        "zip by pipe": "cat a | zip -q x.zip -; zip -q y.zip b; tar cf x x.zip y.zip",
        "tar in tar": "tar cf y a b; tar cf x y",
        "zip in tar.gz": "zip -q y a b; tar czf x y.zip",
        "tar.gz in zip": "tar czf y a b; zip -q x.zip y; mv x.zip x",
    }

    def records_of(self, command):
        self.sh(command)
        code, records, err = check(self.path("x"))
        result = report(self.path("x"))[1]
        self.accounts(result)
        self.assertEqual(err, "")
        self.assertEqual(code, 1)
        return [(r["line"], r["length"], r["verdict"]) for r in records], result

    def test_formats(self):
        lines = GOOD[:200] + BAD + GOOD[200:]
        half = 150
        plain = self.write("plain", text(lines))
        expected = [(r["line"], r["length"], r["verdict"]) for r in check(plain)[1]]
        self.assertEqual(len(expected), len(lines))
        for name, command in {**self.PLAIN, **self.ARCHIVES}.items():
            with self.subTest(name):
                for old in os.listdir(self.folder):
                    os.remove(self.path(old))
                self.write("a", text(lines[:half]))
                self.write("b", text(lines[half:]))
                records, result = self.records_of(command)
                if name in self.PLAIN:
                    self.assertEqual(records, expected)
                    self.assertEqual(result["bytes"]["read"], len(text(lines)))
                else:
                    self.assertEqual([r[1:] for r in records], [r[1:] for r in expected])
                    self.assertEqual(result["members"], 2)

    def test_member_names(self):
        self.write("dir/a", text(GOOD[:1]))
        self.sh("cd dir && zip -q ../inner.zip a && cd .. && tar czf x inner.zip dir")
        members = [r["member"] for r in check(self.path("x"))[1]]
        self.assertEqual(members, ["inner.zip!a", "dir/a"])
        self.assertEqual(check(self.path("dir/a"))[1][0]["member"], None)

    def test_nothing_is_extracted(self):
        with tarfile.open(self.path("x"), "w") as tar:
            for name in ["../escape", "/tmp/leadscan-escape", "a/../../b", "\x1b[31mred"]:
                info = tarfile.TarInfo(name)
                info.size = len(text(GOOD[:1]))
                import io
                tar.addfile(info, io.BytesIO(text(GOOD[:1])))
            link = tarfile.TarInfo("link")
            link.type = tarfile.SYMTYPE
            link.linkname = "/etc/passwd"
            tar.addfile(link)
        before = sorted(os.listdir(self.folder))
        code, records, err = check(self.path("x"))
        self.assertEqual((code, len(records), err), (0, 4, ""))
        self.assertEqual(sorted(os.listdir(self.folder)), before)
        self.assertFalse(os.path.exists("/tmp/leadscan-escape"))

    def test_deeper_nesting_is_an_error(self):
        self.write("a", text(GOOD[:1]))
        self.sh("tar cf t1 a; tar cf t2 t1; tar cf x t2 a")
        code, records, err = check(self.path("x"))
        self.assertEqual((code, len(records)), (3, 1))
        self.assertIn("nest", err)

    def test_unsupported(self):
        path = self.write("x", b"7z\xbc\xaf\x27\x1c" + bytes(100))
        code, records, err = check(path)
        self.assertEqual((code, records), (3, []))
        self.assertIn("7z", err)

    def test_empty(self):
        for name, data in [("empty", b""), ("blank", b"\n\n \n"), ("mark", b"\xef\xbb\xbf")]:
            code, result, err = report(self.write(name, data))
            self.assertEqual((code, result["records"], err), (0, 0, ""))
            self.accounts(result)
        self.sh("gzip -k empty; tar cf x -T /dev/null")
        self.assertEqual(report(self.path("empty.gz"))[0], 0)
        self.assertEqual(report(self.path("x"))[0], 0)

    def test_many_members(self):
        header = tarfile.TarInfo("m")
        header.size = len(text(GOOD[:1]))
        block = header.tobuf() + text(GOOD[:1]).ljust(512, b"\0")
        with open(self.path("x"), "wb") as file:
            for _ in range(100):
                file.write(block * 1000)
            file.write(bytes(1024))
        code, result, _ = report("--fail-on=bad", self.path("x"))
        self.assertEqual((code, result["records"], result["members"]), (0, 100000, 100000))
        self.accounts(result)


class Damage(Case):
    LINES = [GOOD[0].replace('%032x' % 0, '%032x' % random.Random(i).getrandbits(128))
             for i in range(8000)]

    def damaged(self, make, change, least):
        self.write("a", text(self.LINES))
        self.sh(make)
        with open(self.path("x"), "rb") as file:
            data = file.read()
        path = self.write("y", change(data))
        code, result, err = report("--fail-on=none", path)
        self.assertEqual(code, 3, make)
        self.assertIn(path, err)
        self.assertTrue(result["errors"])
        self.assertGreaterEqual(result["verdicts"]["created"], least)
        self.accounts(result)
        for old in os.listdir(self.folder):
            os.remove(self.path(old))
        return result

    def test_cut(self):
        for make, least in [("gzip -c a > x", 3900), ("zstd -qc a > x", 3000), ("xz -c a > x", 3900),
                            ("bzip2 -1 -c a > x", 0), ("lz4 -qc -B4 a > x", 3500),
                            ("tar cf x a", 3990), ("tar czf x a", 3900),
                            ("zip -q x.zip a; mv x.zip x", 3900)]:
            with self.subTest(make):
                self.damaged(make, lambda d: d[:len(d) // 2], least)
                self.damaged(make, lambda d: d[:len(d) - 9], least)

    def test_tar_without_its_end(self):
        self.damaged("tar cf x a", lambda d: d[:512 + (len(text(self.LINES)) + 511) // 512 * 512],
                     len(self.LINES))

    def test_wrong_checksum(self):
        def flip(at):
            return lambda d: d[:at] + bytes([d[at] ^ 0x55]) + d[at + 1:]
        for make, at in [("gzip -c a > x", -6), ("zstd --check -qc a > x", -2), ("lz4 -qc a > x", -2)]:
            with self.subTest(make):
                self.damaged(make, lambda d: flip(len(d) + at)(d), len(self.LINES))
        with self.subTest("zip"):
            self.damaged("zip -q x.zip a; mv x.zip x",
                         flip(14), len(self.LINES))

    def test_flipped_bits(self):
        rng = random.Random(1)
        for make in ["gzip -c a > x", "zstd --check -qc a > x", "xz -c a > x", "bzip2 -c a > x",
                     "lz4 -qc -BX a > x"]:
            for _ in range(5):
                with self.subTest(make):
                    def flip(data):
                        at = rng.randrange(100, len(data) - 20)
                        return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1:]
                    self.damaged(make, flip, 0)

    def test_rubbish_behind(self):
        self.damaged("gzip -c a > x", lambda d: d + b"rubbish", len(self.LINES))

    def test_the_rest_is_read(self):
        good = self.write("c", text(GOOD))
        self.write("a", text(GOOD))
        self.sh("gzip -c a | head -c 100 > b")
        code, result, err = report("--fail-on=none", self.path("a"), self.path("b"), self.path("none"), good)
        self.assertEqual(code, 3)
        self.assertGreaterEqual(result["records"], 2 * len(GOOD))
        self.assertEqual(len(result["errors"]), 2)
        self.assertIn("none", err)

    @unittest.skipIf(os.geteuid() == 0, "root can read everything")
    def test_unreadable(self):
        path = self.write("a", text(GOOD))
        os.chmod(path, 0)
        self.assertEqual(check(path)[0], 3)


class Records(Case):
    def test_positions(self):
        lines = [GOOD[0], "", BAD[1], GOOD[1], BAD[2]]
        data = ("\r\n".join(lines)).encode()
        code, records, _ = check(self.write("a", data))
        self.assertEqual(code, 1)
        for record in records:
            at = record["offset"]
            self.assertEqual(data[at:at + record["length"]].decode(), lines[record["line"] - 1])
        self.assertEqual([r["verdict"] for r in records],
                         ["created", "truncated", "created", "malformed"])

    def test_check_lines(self):
        path = self.write("a", b'{"action":12,"info":{}}\n')
        _, out, _ = run("check", path)
        expected = ('{"file":%s,"member":null,"line":1,"offset":0,"length":23,"verdict":"violation",'
                    '"violations":[' % json.dumps(path))
        self.assertTrue(out.decode().startswith(expected), out)
        rules = [(v["path"], v["rule"], v["expected"], v["found"])
                 for v in json.loads(out)["violations"]]
        self.assertEqual(rules, [
            ("/partnerLeadOpportunityId", "missing", "string or object", "nothing"),
            ("/dsLeadOpportunityId", "missing", "string", "nothing"),
            ("/action", "type", "string", "integer"),
            ("/info/success", "missing", "boolean", "nothing"),
            ("/info/statusCode", "missing", "integer", "nothing")])

    def test_samples(self):
        with open(SAMPLES + ".tsv") as file:
            expected = [tuple(l.rstrip("\n").split("\t")) for l in file if not l.startswith("#")]
        names = sorted({name for name, _, _ in expected})
        got = [(os.path.basename(r["file"]), str(r["line"]), r["verdict"])
               for r in check(SAMPLES)[1]]
        self.assertEqual(sorted(got), sorted(expected))
        self.assertGreater(len(names), 2)

    def test_envelopes(self):
        inside = GOOD[0]
        lines = ['{"time":1,"response":{"status":201,"body":%s}}' % inside,
                 '{"time":2,"response":{"status":201,"body":%s}}' % json.dumps(inside),
                 '{"time":3,"response":{"status":503,"body":%s}}' % json.dumps(inside[:100]),
                 '{"time":4,"response":{"body":null}}',
                 '{"time":5}',
                 '{"time":6,"response":{"status":400,"body":%s}}' % inside,
                 '{"time":7,"resp']
        path = self.write("a", text(lines))
        _, records, _ = check("--at", "/response/body", path)
        self.assertEqual([r["verdict"] for r in records],
                         ["created", "created", "truncated", "violation", "violation", "created",
                          "truncated"])
        self.assertEqual([r["length"] for r in records], [len(line) for line in lines])
        _, result, _ = report("--at", "/response/body", path)
        kinds = {f["kind"]: f["count"] for f in result["findings"]}
        self.assertEqual(kinds["http_status_differs"], 1)
        pairs = {row["value"]: row["count"] for row in result["http_and_body"]["rows"]}
        self.assertEqual(pairs, {"201 201": 2, "400 201": 1})

    def test_har(self):
        def entry(url, mime, content, **more):
            return {"request": {"url": url}, "response": {
                "status": 201, "content": {"mimeType": mime, "text": content, **more}}}
        har = {"log": {"version": "1.2", "entries": [
            entry("https://x/leads-opportunities", "application/json", GOOD[0]),
            entry("https://x/logo", "image/png", "iVBORw0=", encoding="base64"),
            entry("https://x/leads-opportunities", "application/json",
                  base64.b64encode(GOOD[1].encode()).decode(), encoding="base64"),
            entry("https://x/leads-opportunities", "text/html", "<html>")]}}
        path = self.write("a.har", json.dumps(har, indent=1).encode())
        _, records, _ = check(path)
        self.assertEqual([r["verdict"] for r in records], ["created", "created", "malformed"])
        self.accounts(report(path)[1])

    def test_standard_input_and_directories(self):
        self.assertEqual(len(check("-", stdin=text(GOOD))[1]), len(GOOD))
        self.write("d/b.log", text(GOOD[:2]))
        self.write("d/a.log", text(GOOD[:1]))
        self.write("d/c/z.txt", text(GOOD[:3]))
        files = [os.path.relpath(r["file"], self.folder) for r in check(self.path("d"))[1]]
        self.assertEqual(files, ["d/a.log"] + ["d/b.log"] * 2 + ["d/c/z.txt"] * 3)
        self.assertEqual(len(check("--glob=*.log", self.path("d"))[1]), 3)
        self.assertEqual(len(check("--glob=c/*", self.path("d"))[1]), 3)

    def test_a_line_of_2_gb(self):
        path = self.path("x")
        with open(path, "wb") as file:
            file.write(text(GOOD[:1]))
            file.seek(2 << 30, os.SEEK_CUR)
            file.write(b"\n" + text(GOOD[1:2]))
        code, result, _ = report(path)
        self.assertEqual((code, result["verdicts"]["too_large"], result["verdicts"]["created"]),
                         (1, 1, 2))
        self.accounts(result)
        self.assertEqual(result["bad_records"][0]["length"], 2 << 30)
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        self.assertLess(most, 400 << 10, "KiB")

    def test_quarantine(self):
        big = '{"a":"%s"}' % ("x" * 3000000)
        lines = [GOOD[0], BAD[0], big, BAD[1], GOOD[1], BAD[2]]
        path = self.write("a", text(lines))
        run("check", "--max-record=1M", "--quarantine", self.path("q"), path)
        with open(self.path("q"), "rb") as file:
            data = file.read()
        found = []
        while data:
            head, _, data = data.partition(b"\n")
            position = json.loads(head)
            found.append((position["verdict"], data[:position["length"]].decode()))
            self.assertEqual(data[position["length"]:position["length"] + 1], b"\n")
            data = data[position["length"] + 1:]
        self.assertEqual(found, [("violation", BAD[0]), ("too_large", big), ("truncated", BAD[1]),
                                 ("malformed", BAD[2])])


class ExitCodes(Case):
    def test_codes(self):
        clean = self.write("clean", text(GOOD))
        bad = self.write("bad", text(GOOD + BAD))
        for args, expected in [
                (["audit", clean], 0), (["check", clean], 0), (["check", "-q", clean], 0),
                (["audit", bad], 1), (["check", "-q", bad], 1),
                (["check", "--fail-on=none", bad], 0), (["check", "--fail-on=too_large", bad], 0),
                (["check", "--fail-on=created", clean], 1),
                (["check", "--max-bad=4", bad], 0), (["check", "--max-bad=3", bad], 1),
                (["check", "--max-bad=1%", bad], 0), (["check", "--max-bad=0.9%", bad], 1),
                ([], 2), (["audit"], 2), (["nonsense"], 2), (["audit", "--nonsense", clean], 2),
                (["audit", "--fail-on=nonsense", clean], 2), (["check", "--at=x", clean], 2),
                (["audit", "--records=nonsense", clean], 2), (["find", clean], 2),
                (["audit", "--max-record=x", clean], 2), (["check", "--jobs=-1", clean], 2),
                (["audit", self.path("none")], 3), (["--help"], 0), (["--version"], 0),
                (["audit", "--help"], 0), (["--man"], 0), (["--completions", "bash"], 0)]:
            with self.subTest(args):
                self.assertEqual(run(*args)[0], expected)

    def test_findings(self):
        twice = self.write("twice", text([GOOD[0], GOOD[0]]))
        code, result, _ = report(twice)
        self.assertEqual(code, 1)
        self.assertEqual({f["kind"] for f in result["findings"]},
                         {"ds_id_created_twice", "trace_id_reused"})
        self.assertEqual(report("--fail-on=bad", twice)[0], 0)
        self.assertEqual(report("--fail-on=trace_id_reused", twice)[0], 1)

    def test_kinds_of_findings(self):
        line = json.loads(GOOD[0])

        def variant(number, **info):
            copy = json.loads(GOOD[number])
            copy["info"].update(info)
            return json.dumps(copy)
        lines = [variant(1, statusCode=500), variant(2, timestamp="yesterday"),
                 variant(3, timestamp="2030-01-01T00:00:00Z"), GOOD[4].replace('"action"', '"x":1,"x":2,"action"'),
                 GOOD[5].replace("OPPY-5", "OPPY-6"), GOOD[6]] + GOOD[7:60] + [
                 variant(60, timestamp="1999-01-01T00:00:00Z")]
        _, result, _ = report(self.write("a", text(lines)))
        self.assertEqual({f["kind"]: f["count"] for f in result["findings"]}, {
            "success_contradicts_code": 1, "timestamp_not_rfc3339": 1, "timestamp_in_future": 1,
            "duplicate_member": 1, "partner_id_with_several_ds_ids": 1, "timestamp_before_range": 1})
        self.assertEqual([d["path"] for d in result["schema_drift"]], ["/x"])


class Same(Case):
    """However it is run, the report is the same."""

    def setUp(self):
        super().setUp()
        rng = random.Random(7)
        for number in range(6):
            lines = []
            for _ in range(rng.randrange(2000, 6000)):
                line = rng.choice(GOOD) if rng.random() < 0.9 else rng.choice(BAD)
                if rng.random() < 0.1:
                    line = line.replace('"error":null', '"error":null,"m%d":1' % rng.randrange(20))
                lines.append(line)
            self.write("d/%d" % number, text(lines))
        self.sh("cd d; gzip 1; zstd -q --rm 2; tar czf 3.tgz 0 4 5 && rm 4; zip -q 6.zip 0 5")

    def test_jobs(self):
        for args in [["audit", "--json", "--now=2026-01-01"], ["audit", "--now=2026-01-01"],
                     ["check"], ["extract"], ["find", "--ds-id=AAAAA-000007"]]:
            with self.subTest(args):
                one = run(*args, "--jobs=1", self.path("d"))
                for jobs in ["2", "4", "9"]:
                    self.assertEqual(run(*args, "--jobs=" + jobs, self.path("d")), one)

    def test_quarantine_with_jobs(self):
        found = []
        for jobs in ["1", "4"]:
            run("check", "-q", "--quarantine", self.path("q"), "--jobs", jobs, self.path("d"))
            with open(self.path("q"), "rb") as file:
                found.append(file.read())
        self.assertEqual(found[0], found[1])

    def test_memory(self):
        args = ["audit", "--json", "--now=2026-01-01", self.path("d")]
        env = dict(os.environ, TMPDIR=self.folder)
        before = sorted(os.listdir(self.folder))
        self.assertEqual(run(*args), run(*args, "--memory=100K", env=env))
        self.assertEqual(before, sorted(os.listdir(self.folder)))

    def test_killed_and_resumed(self):
        args = ["audit", "--json", "--now=2026-01-01"]
        # Enough to be killed in the middle of it.
        self.sh("for i in $(seq 40); do cp d/0 d/copy$i; done; tar cf d/all.tar d/copy*")
        plain = run(*args, "--quarantine", self.path("q0"), self.path("d"))
        rng = random.Random(5)
        killed = 0
        for _ in range(12):
            for old in ["checkpoint", "checkpoint-wal", "checkpoint-shm", "q"]:
                if os.path.exists(self.path(old)):
                    os.remove(self.path(old))
            full = [LEADSCAN, *args, "--checkpoint", self.path("checkpoint"),
                    "--checkpoint-interval=1", "--quarantine",
                    self.path("q"), self.path("d")]
            for _ in range(3):
                process = subprocess.Popen(full, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                try:
                    process.wait(rng.uniform(0.005, 0.12))
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    killed += 1
                process.communicate()
            done = subprocess.run(full, capture_output=True)
            self.assertEqual((done.returncode, done.stdout), plain[:2])
            with open(self.path("q0"), "rb") as one, open(self.path("q"), "rb") as two:
                expected = one.read()
                self.assertEqual(two.read(), expected)
        self.assertGreater(killed, 3)

    def test_checkpoint_of_something_else(self):
        args = ["audit", "--checkpoint", self.path("checkpoint")]
        run(*args, self.path("d/0"))
        self.assertEqual(run(*args, self.path("d/5"))[0], 2)
        self.assertEqual(run("audit", "--checkpoint", self.path("c"), "-", stdin=b"")[0], 2)

    def test_interrupted(self):
        process = subprocess.Popen([LEADSCAN, "audit", "--json", "-"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(text(GOOD * 20))
        process.stdin.flush()
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 3)
        result = json.loads(out)
        self.assertTrue(result["partial"])
        self.assertIn(b"interrupted", err)


class Extract(Case):
    def test_csv_and_ndjson(self):
        lines = [GOOD[0], '{"message":"say \\"no\\"\\u00e9"}',
                 '{"info":{"success":false,"statusCode":400,"timestamp":null},"error":{"code":"ERR801"},'
                 '"data":null}']
        path = self.write("a", text(lines))
        _, out, _ = run("extract", "--fields=line,verdict,timestamp,error.code,message,statusCode", path)
        self.assertEqual(out.decode(), "line,verdict,timestamp,error.code,message,statusCode\r\n"
                         '1,"created","2025-06-01T00:00:00.000Z",,,201\r\n'
                         '2,"message",,,"say ""no""é",\r\n'
                         '3,"failure",null,"ERR801",,400\r\n')
        _, out, _ = run("extract", "--format=ndjson", "--fields=timestamp,message,statusCode", path)
        self.assertEqual([json.loads(l) for l in out.splitlines()],
                         [{"timestamp": "2025-06-01T00:00:00.000Z", "statusCode": 201},
                          {"message": 'say "no"é'}, {"timestamp": None, "statusCode": 400}])

    def test_gen(self):
        code, out, err = run("gen", "--kind=mixed", "-n", "2000", "--seed=3")
        self.assertEqual((code, out.count(b"\n"), err), (0, 2000, b""))
        self.assertEqual(run("gen", "--kind=mixed", "-n2000", "--seed=3", "-o", self.path("g"))[0], 0)
        with open(self.path("g"), "rb") as file:
            self.assertEqual(file.read(), out)
        code, result, _ = report(self.path("g"))
        self.assertEqual((code, result["records"]), (1, 2000))
        self.assertEqual(len(run("gen", "--bytes=10K")[1]) // 1000, 10)

    def test_find(self):
        lines = GOOD[:50] + [GOOD[7].replace("AAAAA-000007", "\\u0041AAAA-000007"),
                             GOOD[3].replace("201", "2.01e2"),
                             '{"info":{"success":false,"statusCode":400},"error":{"code":"ERR801"},"data":null}']
        path = self.write("a", text(lines))

        def found(*args):
            return [json.loads(l)["line"] for l in run("find", *args, path)[1].splitlines()]
        self.assertEqual(found("--ds-id=AAAAA-000007"), [8, 51])
        self.assertEqual(found("--partner-id=OPPY-3"), [4, 52])
        self.assertEqual(found("--trace-id=%032x" % 9), [10])
        self.assertEqual(found("--code=ERR801"), [53])
        self.assertEqual(len(found("--code=201")), 52)
        self.assertEqual(json.loads(run("find", "--code=400", path)[1])["record"], lines[52])


if __name__ == "__main__":
    unittest.main()
