"""Lines that Docker and Kubernetes have cut in parts are judged as the program wrote them."""

import json
import os
import random
import unittest

from support import BAD, GOOD, SANITIZED, Case, check, measured_report, report, run, text

TIME = "2025-06-01T00:00:00.123456789Z"


def docker(log, stream="stdout"):
    return json.dumps({"log": log, "stream": stream, "time": TIME}, separators=(",", ":")) + "\n"


def cri(log, stream="stdout", tag="F"):
    return "%s %s %s %s\n" % (TIME, stream, tag, log)


def docker_parts(line, size=16384, stream="stdout"):
    line += "\n"
    return [docker(line[i:i + size], stream) for i in range(0, len(line), size)]


def cri_parts(line, size=16384, stream="stdout"):
    return [cri(line[i:i + size], stream, "P" if i + size < len(line) else "F")
            for i in range(0, len(line), size)]


def long(number, size):
    return GOOD[number].replace('"error":null', '"error":null,"x":"%s"' % ("\\\"" * (size // 2)))


class Parts(Case):
    def found(self, data, *args):
        path = self.write("log", data.encode())
        _, result, err = report(*args, path)
        self.assertEqual(err, "")
        self.accounts(result)
        _, records, _ = check(*args, path)
        self.assertEqual(len(records), result["records"])
        self.assertEqual(sum(r["length"] for r in records), result["bytes"]["in_records"])
        return result, records

    def mixture(self, writer, seed):
        """A log of two streams, and where each document begins in it and in how many parts it is."""
        rng = random.Random(seed)
        waiting = {"stdout": [], "stderr": []}
        for number in range(rng.choice([20, 300])):
            stream = rng.choice(["stdout", "stderr"])
            size = rng.choice(8 * [0] + [5000, 20000, 20000, 150000])
            front = rng.choice(["", "INFO response="])
            line = front + long(number, size) if rng.random() < 0.9 else "started"
            step = 16384 if size > 5000 else rng.choice([16384, 90])
            waiting[stream].append((writer(line, step, stream), line != "started"))
        log, documents = "", []
        left = {"stdout": [], "stderr": []}
        while any(waiting.values()) or any(left.values()):
            stream = rng.choice(["stdout", "stderr"])
            if not left[stream]:
                if not waiting[stream]:
                    continue
                left[stream], is_document = waiting[stream].pop(0)
                if is_document:
                    documents.append((len(log), len(left[stream])))
            log += left[stream].pop(0)
        return log, documents

    def test_parts_of_two_streams_beyond_the_ends_of_chunks(self):
        for name, writer in [("docker", docker_parts), ("cri", cri_parts)]:
            for seed in range(4):
                with self.subTest(name, seed=seed):
                    log, documents = self.mixture(writer, seed)
                    result, records = self.found(log)
                    self.assertEqual(result["verdicts"]["created"], len(documents))
                    self.assertEqual(result["formats"], {name: len(documents)})
                    for record, (offset, parts) in zip(records, documents):
                        line_end = log.index("\n", offset)
                        where = offset if name == "docker" else log.index("{", offset, line_end)
                        self.assertEqual((record["offset"], record["line"]),
                                         (where, log.count("\n", 0, offset) + 1))
                        self.assertEqual(record.get("parts", 1), parts)
                    for args in [["-j1"], ["-j3"], ["--log=" + name]]:
                        self.assertEqual(check(*args, self.path("log"))[1], records)

    def test_what_lies_beside_each_other_is_a_slice_of_the_file(self):
        for writer, begin in [(docker_parts, "{"), (cri_parts, '{"ds')]:
            log = "".join(writer(GOOD[0]) + writer(long(1, 40000)) + writer(GOOD[2]))
            _, records = self.found(log)
            self.assertEqual([r.get("parts") for r in records], [None, 3, None])
            piece = log[records[1]["offset"]:records[1]["offset"] + records[1]["length"]]
            self.assertTrue(piece.startswith(begin) and piece.endswith("}"), piece)
            _, out, _ = run("find", "--ds-id=AAAAA-000001", self.path("log"))
            self.assertEqual(json.loads(out)["record"], piece)

    def test_an_envelope_within_it(self):
        body = json.dumps({"response": {"status": 201, "body": long(0, 20000)}})
        for log, at in [("".join(docker_parts(body)), "/log/response/body"),
                        ("".join(cri_parts(body)), "/response/body")]:
            result, records = self.found(log, "--at=" + at)
            self.assertEqual(result["verdicts"], {**result["verdicts"], "created": 1})
            self.assertEqual((len(records), result["passed_over"]), (1, 0))

    def test_errors_are_counted_in_the_response(self):
        broken = long(0, 20000)[:-1] + ",x}"
        log = "".join(docker_parts(broken))
        _, records = self.found(log)
        self.assertEqual(records[0]["error"]["offset"], len(broken) - 2)
        _, records = self.found("".join(cri_parts("INFO " + broken)))
        self.assertEqual(records[0]["error"]["offset"], len(broken) - 2)

    def test_match(self):
        log = "".join(docker_parts("request " + BAD[0]) + docker_parts("response " + long(0, 20000)) +
                      docker_parts("request " + long(1, 20000)))
        result, records = self.found(log, "--match=response")
        self.assertEqual([(r["verdict"], r["parts"]) for r in records], [("created", 2)])
        self.assertEqual(result["passed_over_reasons"], {"no_match": 2})

    def test_one_that_is_too_large(self):
        for writer in [docker_parts, cri_parts]:
            for size in [200000, 2000000]:
                # Its rest is no record, and nothing is looked for in it.
                line = long(1, size)[:-1] + ',"y":[%s]}' % ",".join(BAD[:1] * 2000)
                log = "".join(writer(GOOD[0]) + writer(line) + writer(GOOD[2]))
                result, records = self.found(log, "--max-record=100K")
                self.assertEqual([r["verdict"] for r in records], ["created", "too_large", "created"])
                self.assertEqual(records[1]["offset"] // 1000, 0)
                _, records = self.found(log, "--max-record=8M")
                self.assertEqual([r["verdict"] for r in records[:2]], ["created", "created"])

    def test_writers_that_leave_out_the_line_end(self):
        log = "".join(docker(x) for x in [GOOD[0], "started", GOOD[1][:60], GOOD[2], "x " + GOOD[3]])
        _, records = self.found(log)
        self.assertEqual([r["verdict"] for r in records], ["created", "truncated", "created", "created"])
        self.assertTrue(all("parts" not in r for r in records))

    def test_a_program_that_died_and_the_end_of_the_file(self):
        front = docker(GOOD[0][:60])
        _, records = self.found(front + docker(GOOD[1] + "\n"))
        self.assertEqual([r["verdict"] for r in records], ["truncated", "created"])
        for log in [front, cri(GOOD[0][:60], tag="P")]:
            _, records = self.found(text(GOOD[1:2]).decode() + log)
            self.assertEqual([r["verdict"] for r in records], ["created", "truncated"])
        # Where lines of another kind come, nothing goes on.
        _, records = self.found(front + GOOD[1] + "\n" + docker(GOOD[0][60:] + "\n"))
        self.assertEqual([r["verdict"] for r in records[:2]], ["truncated", "created"])

    def test_members_of_an_archive_and_resuming(self):
        for number in range(3):
            log, _ = self.mixture(docker_parts, number)
            self.write("%d.log" % number, log.encode())
        self.sh("tar cf all.tar 0.log 1.log 2.log; rm ?.log")
        path = self.path("all.tar")
        _, whole, _ = report(path)
        _, again, _ = report("--checkpoint=" + self.path("c"), path)
        _, resumed, _ = report("--checkpoint=" + self.path("c"), path)
        self.assertEqual(whole["verdicts"], again["verdicts"])
        self.assertEqual(whole["verdicts"], resumed["verdicts"])
        self.assertEqual(whole["bytes"], resumed["bytes"])

    def test_lines_that_never_end_take_linear_time(self):
        for piece in [cri("x", tag="P"), cri('{"a":1,', tag="P"), cri("x", tag="P") + cri("y", "stderr", "P"),
                      docker('{"a":'), docker('{"a":') + docker("[", "stderr"), docker('{"a":1}')]:
            with self.subTest(piece):
                times = []
                for size in [1 << 20, 4 << 20]:
                    path = self.write("log", (piece * (size // len(piece))).encode())
                    before = os.times()
                    self.assertIn(run("check", "-q", "-j1", "--max-record=2M", path)[0], (0, 1))
                    after = os.times()
                    times.append(after.children_user - before.children_user)
                self.assertLess(times[1], 8 * times[0] + 0.5)

    def test_a_line_that_nothing_follows_is_no_part(self):
        """Though its document is open at its end: what is around a part does not count of it."""
        for tag in "F", "P":
            line = cri('{"a":-0,', tag=tag)
            document = line.index("{")
            size = len(line) - 1 - document
            for most in size, len(line), len(line) + 70, 1 << 20:
                _, records = self.found(line, "--max-record=%d" % most)
                self.assertEqual([(r["offset"], r["length"]) for r in records], [(document, size)])
                self.assertEqual(records[0]["verdict"], "truncated")
            _, records = self.found(line, "--max-record=%d" % (size - 1))
            self.assertEqual([r["verdict"] for r in records], ["too_large"])

    @unittest.skipIf(SANITIZED, "sanitizers need memory for themselves")
    def test_parts_that_never_end_take_no_more_than_the_longest_record(self):
        """Twice --max-record a thread, and what a run takes that has nothing to put together."""
        path = self.write("log", (cri("started") * 300000).encode())
        for max_record in [1, 16]:
            args = ["-j1", "--max-record=%dM" % max_record]
            _, _, base, _ = measured_report(*args, path)
            for piece in [cri("x", tag="P"), cri('{"a":1,', tag="P"), docker('{"a":'),
                          cri("x", tag="P") + cri("[1,", "stderr", "P"), cri("x" * 16384, tag="P")]:
                with self.subTest(piece[:80], max_record=max_record):
                    endless = self.write("endless", (piece * ((40 << 20) // len(piece))).encode())
                    _, result, peak, _ = measured_report(*args, endless)
                    self.accounts(result)
                    self.assertLess(peak, base + 2 * max_record + 4)

    def test_quarantine_has_the_bytes_of_all_parts(self):
        parts = docker_parts(long(0, 20000).replace('"error":null', '"error":tru'))
        other = docker("started\n", "stderr")
        self.found(parts[0] + other + parts[1])
        run("audit", "--quarantine=" + self.path("q"), self.path("log"))
        with open(self.path("q")) as file:
            head = json.loads(file.readline())
            self.assertEqual(file.read(), "".join(parts))
        self.assertEqual((head["length"], head["parts"]), (len("".join(parts)) - 1, 2))


if __name__ == "__main__":
    unittest.main()
