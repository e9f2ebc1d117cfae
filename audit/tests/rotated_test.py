"""Lines that Docker and Kubernetes have cut in parts, which rotation has put in several files."""

import gzip
import itertools
import json
import os
import shutil
import unittest

from support import GOOD, Case, check, report, run

OLDER = "2025-06-01T00:00:00.123456789Z"
NEWER = "2025-06-01T00:00:01.123456789Z"
EARLIER = "2025-05-31T00:00:00.123456789Z"
TEXT = "INFO started"


def docker(log, stream="stdout", time=OLDER):
    return json.dumps({"log": log, "stream": stream, "time": time}, separators=(",", ":")) + "\n"


def cri(log, stream="stdout", tag="F", time=OLDER):
    return "%s %s %s %s\n" % (time, stream, tag, log)


def docker_parts(line, size, stream="stdout"):
    line += "\n"
    return [docker(line[i:i + size], stream) for i in range(0, len(line), size)]


def cri_parts(line, size, stream="stdout"):
    return [cri(line[i:i + size], stream, "P" if i + size < len(line) else "F")
            for i in range(0, len(line), size)]


WRITERS = [("docker", docker_parts, docker), ("cri", cri_parts, cri)]
DOCKER_NAMES = ["c-json.log.2", "c-json.log.1", "c-json.log"]
KUBERNETES_NAMES = ["0.log.20250601-000000", "0.log.20250601-000100", "0.log"]


def long(number, size):
    return GOOD[number].replace('"error":null', '"error":null,"x":"%s"' % ("\\\"" * (size // 2)))


class Rotated(Case):
    def write_files(self, files):
        shutil.rmtree(self.path("d"), ignore_errors=True)
        for name, data in files.items():
            data = data.encode()
            self.write("d/" + name, gzip.compress(data) if name.endswith(".gz") else data)

    def found(self, *args, paths=None):
        """The report and the records of all files; what must hold of any is looked at."""
        paths = paths or [self.path("d")]
        _, result, err = report(*args, *paths)
        self.assertEqual(err, "")
        self.accounts(result)
        for file in result["files"]:
            size = os.path.getsize(file["file"])
            if not file["file"].endswith(".gz"):
                self.assertEqual(file["bytes"], size, file)
        _, records, _ = check(*args, *paths)
        self.assertEqual(len(records), result["records"])
        return result, records

    def test_every_place_in_which_rotation_can_cut(self):
        for name, writer, line in WRITERS:
            for names in [DOCKER_NAMES, KUBERNETES_NAMES]:
                lines = [line(TEXT + "\n" if name == "docker" else TEXT)]
                lines += writer(GOOD[0], 90) + [line("x", "stderr")] + writer(long(1, 40000), 16384)
                for cut in range(len(lines) + 1):
                    with self.subTest(name, names=names[0], cut=cut):
                        older, newer = "".join(lines[:cut]), "".join(lines[cut:])
                        self.write_files({names[1]: older, names[2]: newer})
                        result, records = self.found()
                        verdicts = {k: n for k, n in result["verdicts"].items() if n}
                        self.assertEqual(verdicts, {"created": 2})
                        # Each byte counts where it is.
                        self.assertEqual(result["bytes"]["in_records"], sum(
                            min(r["length"], os.path.getsize(r["file"]) - r["offset"])
                            for r in records))
                        # As they would be told of one file, in which the lines lie.
                        self.write_files({"whole": older + newer})
                        _, whole = self.found()
                        self.assertEqual(sorted((r["length"], r.get("parts")) for r in records),
                                         sorted((r["length"], r.get("parts")) for r in whole))
                        for record in records:
                            is_newer = record["file"].endswith(names[2])
                            at = record["offset"] + (len(older) if is_newer else 0)
                            self.assertIn(at, [r["offset"] for r in whole])
                            if "continues_in" in record:
                                self.assertFalse(is_newer)
                                self.assertGreater(at + record["length"], len(older))
                                self.assertTrue(record["continues_in"].endswith(names[2]))

    def test_three_files_and_compression(self):
        lines = docker_parts(long(0, 40000), 16384)
        self.assertEqual(len(lines), 3)
        for names in [DOCKER_NAMES, [n + e for n, e in zip(DOCKER_NAMES, [".gz", ".gz", ""])],
                      KUBERNETES_NAMES, ["0.log.20250601-000000.gz", *KUBERNETES_NAMES[1:]]]:
            with self.subTest(names):
                self.write_files(dict(zip(names, lines)))
                result, records = self.found()
                self.assertEqual([(r["verdict"], r["parts"], r["length"]) for r in records],
                                 [("created", 3, len("".join(lines)) - 1)])
                self.assertTrue(records[0]["file"].endswith(names[0]))
                self.assertEqual(result["passed_over"], 0)

    def test_both_streams_over_three_files(self):
        """The line of one goes through the file in which the other one's begins."""
        for at in [GOOD[1].index('"info"'), GOOD[1].index('"info"') + 3]:
            self.write_files({
                "c-json.log.2": cri(GOOD[0][:50], tag="P"),
                "c-json.log.1": cri(GOOD[0][50:100], tag="P") + cri(GOOD[1][:at], "stderr", "P"),
                "c-json.log": cri(GOOD[0][100:]) + cri(GOOD[1][at:], "stderr")})
            result, records = self.found()
            self.assertEqual(sorted((r["verdict"], r["parts"]) for r in records),
                             [("created", 2), ("created", 3)])
            self.assertEqual(result["passed_over"], 0)

    def test_docker_without_times(self):
        """As Fluent Bit may write it: whole in one file, and of several no order is certain."""
        parts = [part.replace(',"time":"%s"' % OLDER, "") for part in docker_parts(long(0, 400000), 16384)]
        self.assertTrue(all(part.endswith('"stream":"stdout"}\n') for part in parts))
        self.write_files({"log": "".join(parts) + docker(GOOD[1] + "\n").replace("time", "date")})
        for args, verdicts in [([], ["created", "created"]), (["--match=log"], ["created", "created"]),
                               (["--max-record=1M"], ["created", "created"]),
                               (["--max-record=100K"], ["created", "too_large"])]:
            with self.subTest(args):
                self.assertEqual(sorted(r["verdict"] for r in self.found(*args)[1]), verdicts)
        self.write_files({"c-json.log.1": '{"log":"{\\"a\\":\\n","stream":"stdout"}\n',
                          "c-json.log": '{"log":"1}\\n","stream":"stdout"}\n'})
        _, records = self.found()
        self.assertEqual([(r["verdict"], r["line"], r["length"]) for r in records], [("truncated", 1, 37)])

    def test_a_line_that_is_too_long_in_the_first_file(self):
        """The rest of it is no record of the file behind."""
        for most, verdicts in [("2000", ["created"]), ("1000", ["created"]), ("200", ["too_large"])]:
            self.write_files({"c-json.log.1": cri(GOOD[0][:150], tag="P"), "c-json.log": cri(GOOD[0][150:])})
            result, records = self.found("--max-record=" + most)
            self.assertEqual([r["verdict"] for r in records], verdicts, most)
            self.assertEqual(result["passed_over"], 0)

    def test_a_file_behind_that_does_not_go_on(self):
        """What is open at a file's end costs nothing where no line behind it belongs to it."""
        line = cri('{"message":"x"}' * 6 + '{"a":-0,')
        for behind in '{"message":"x"}\n', cri('{"message":"x"}'), "plain text\n", "":
            more = 1 if "message" in behind else 0
            for most in "150", "300", "1M":
                self.write_files({"c-json.log.1": line, "c-json.log": behind})
                _, records = self.found("--max-record=" + most)
                self.assertEqual(sorted(r["verdict"] for r in records),
                                 ["message"] * (6 + more) + ["truncated"], (behind, most))
        self.write_files({"c-json.log.1": line, "c-json.log": cri('"b":1}') + cri('{"message":"x"}')})
        for most, verdicts in ("150", ["message", "too_large"]), ("1M", ["message"] * 7 + ["violation"]):
            _, records = self.found("--max-record=" + most)
            self.assertEqual(sorted(r["verdict"] for r in records), verdicts, most)

    def test_many_files_of_one_line(self):
        """So many are put together; of any more each byte still counts once, in little time."""
        line = GOOD[0][:-1] + "," + '"x":1,' * 200 + '"y":1}'
        for files in [16, 17, 300]:
            size = -(-len(line) // files)
            parts = cri_parts(line, size)
            parts += [cri("", tag="P")] * (files - len(parts))
            self.write_files({"c-json.log" + (".%d" % i if i else ""): part
                              for i, part in enumerate(reversed(parts))})
            before = os.times()
            _, records = self.found()
            after = os.times()
            self.assertLess(after.children_user - before.children_user, 20)
            self.assertEqual([r["verdict"] for r in records],
                             ["created"] if files == 16 else ["truncated"], files)

    def test_nothing_depends_on_threads_chunks_order_or_checkpoints(self):
        lines = [docker(TEXT + "\n")] * 3000 + docker_parts(long(0, 40000), 16384, "stderr")
        lines += [docker(GOOD[1] + "\n")] * 3000 + docker_parts(long(2, 40000), 16384)
        half = len(lines) - 1
        self.write_files({"c-json.log.2.gz": "".join(lines[:3001]),
                          "c-json.log.1": "".join(lines[3001:half]),
                          "c-json.log": "".join(lines[half:])})
        result, records = self.found()
        self.assertEqual(result["verdicts"], {**result["verdicts"], "created": 3002})
        self.assertEqual(sum("continues_in" in r for r in records), 2)
        for args in [["-j1"], ["-j3"], ["--log=docker"]]:
            self.assertEqual(check(*args, self.path("d"))[1], records)
        paths = [self.path("d/" + n) for n in ["c-json.log.2.gz", "c-json.log.1", "c-json.log"]]
        for order in itertools.permutations(paths):
            _, other = self.found(paths=list(order))
            self.assertEqual(sorted(other, key=str), sorted(records, key=str))
        for _ in range(2):
            _, resumed, _ = report("--checkpoint=" + self.path("checkpoint"), self.path("d"))
            self.assertEqual(resumed["verdicts"], result["verdicts"])
            self.assertEqual(resumed["bytes"], result["bytes"])

    def test_where_order_is_not_certain_nothing_is_put_together(self):
        for name, writer, line in WRITERS:
            lines = writer(long(0, 20000), 16384)
            later = lines[1].replace(OLDER, EARLIER)
            spaced = [x.replace('":"', '": "') for x in lines]
            west = [lines[0].replace(OLDER, "2025-06-01T00:00:00-02:00"),
                    lines[1].replace(OLDER, "2025-06-01T01:59:59Z")]
            for files in [{"c-json.log.1": lines[0], "c-json.log": later},
                          {"c-json.log.1": spaced[0], "c-json.log": spaced[1].replace(OLDER, EARLIER)},
                          {"c-json.log.1": lines[0], "c-json.log": "\n" + later},
                          {"c-json.log.1": west[0], "c-json.log": west[1]},
                          {"c-json.log.1": lines[0].replace(OLDER, "?"), "c-json.log": lines[1]},
                          {"c-json.log.3": lines[0], "c-json.log.1": lines[1]},
                          {"c-json.log.2": lines[0], "c-json.log": lines[1]},
                          {"c-json.log.1": lines[0], "c-json.log.1.gz": lines[0],
                           "c-json.log": lines[1]},
                          {"a/c-json.log.1": lines[0], "b/c-json.log": lines[1]},
                          {"c-json.log.1": lines[0], "d-json.log": lines[1]},
                          {"c-json.log.01": lines[0], "c-json.log": lines[1]}]:
                with self.subTest(name, files=list(files)):
                    self.write_files(files)
                    result, records = self.found()
                    self.assertEqual({r["verdict"] for r in records}, {"truncated"})
                    self.assertTrue(all("continues_in" not in r for r in records))
                    self.assertEqual(result["passed_over_reasons"], {"no_object": 1})

    def test_times_however_they_are_written(self):
        for first, second in [("2025-06-01T00:00:00Z", "2025-06-01T02:00:00.5+02:00"),
                              ("2025-06-01T00:00:00.9-01:00", "2025-06-01T01:00:00.1Z"),
                              ("2025-06-01T02:00:00+02:00", "2025-06-01T00:00:01Z")]:
            for writer in [docker_parts, cri_parts]:
                lines = writer(long(0, 20000), 16384)
                for space in ["", " "]:
                    older, newer = (line.replace(OLDER, time).replace('":"2', '":%s"2' % space)
                                    for line, time in zip(lines, (first, second)))
                    self.write_files({"c-json.log.1": older, "c-json.log": newer})
                    self.assertEqual([r["verdict"] for r in self.found()[1]], ["created"])

    def test_lines_that_are_long(self):
        """Escapes may make a line six times as long as Docker's buffer."""
        body = GOOD[0][:-1] + ',"x":"' + "<" * 32000 + '"}'
        lines = [docker(half).replace("<", "\\u003c") for half in (body[:16384], body[16384:] + "\n")]
        self.assertGreater(min(map(len, lines)), 90000)
        self.write_files({"c-json.log.1": lines[0], "c-json.log": lines[1]})
        self.assertEqual([r["verdict"] for r in self.found()[1]], ["created"])

    def test_quiet_is_the_same(self):
        """Where chunks of lines are cut without all of the last one."""
        for size in [98000, 200000]:
            for writer in [docker_parts, cri_parts]:
                parts = "".join(writer(long(0, 2 * size), size))
                for at in [10, size // 2, size + 1000, 2 * size]:
                    filler = (docker if writer is docker_parts else cri)(TEXT) * ((1 << 20) // 90)
                    front = filler[:filler.rindex("\n", 0, max(1, (1 << 20) - at)) + 1]
                    self.write_files({"log": front + parts + filler})
                    with self.subTest(writer=writer.__name__, size=size, at=at):
                        self.assertEqual([r["verdict"] for r in check(self.path("d"))[1]], ["created"])
                        self.assertEqual(run("check", "--quiet", self.path("d")), (0, b"", b""))

    def test_a_file_that_is_left_out_is_between(self):
        lines = cri_parts(long(0, 20000), 16384)
        names = KUBERNETES_NAMES
        self.write_files({names[0]: lines[0], names[1]: cri(TEXT), names[2]: lines[1]})
        _, records = self.found(paths=[self.path("d/" + names[0]), self.path("d/" + names[2])])
        self.assertEqual([r["verdict"] for r in records], ["truncated"])
        os.remove(self.path("d/" + names[1]))
        _, records = self.found()
        self.assertEqual([r["verdict"] for r in records], ["created"])
        # What is not read does not count.
        _, records = self.found(paths=[self.path("d/" + names[0])])
        self.assertEqual([r["verdict"] for r in records], ["truncated"])

    def test_what_a_file_begins_with_is_its_own_where_it_is_whole(self):
        for begin in [GOOD[1], TEXT, "response=" + GOOD[1]]:
            self.write_files({"c-json.log.1": cri(GOOD[0][:60], tag="P"),
                              "c-json.log": cri(begin) + cri(GOOD[2])})
            result, records = self.found()
            whole = 1 + (begin != TEXT)
            self.assertEqual(sorted(r["verdict"] for r in records), ["created"] * whole + ["truncated"])
            self.assertTrue(all(r["file"].endswith("log") for r in records if r["verdict"] == "created"))

    def test_a_document_over_lines_and_the_other_stream(self):
        lines = [cri(x) for x in json.dumps(json.loads(GOOD[0]), indent=2).split("\n")]
        for cut in range(1, len(lines)):
            newer = lines[cut] + cri(GOOD[1], "stderr") + "".join(lines[cut + 1:]) + cri(GOOD[2])
            self.write_files({"0.log.20250601-000000": "".join(lines[:cut]), "0.log": newer})
            result, records = self.found()
            self.assertEqual([r["verdict"] for r in records], ["created"] * 3, cut)

    def test_match_quarantine_find_and_errors(self):
        broken = long(0, 20000)[:-1] + ",x}"
        lines = docker_parts("response " + broken, 16384)
        self.write_files({"c-json.log.1": lines[0],
                          "c-json.log": lines[1] + docker("request " + GOOD[1] + "\n")})
        _, records = self.found("--match=response")
        self.assertEqual([(r["verdict"], r["error"]["offset"]) for r in records],
                         [("malformed", len(broken) - 2)])
        run("audit", "--quarantine=" + self.path("q"), self.path("d"))
        with open(self.path("q")) as file:
            head = json.loads(file.readline())
            self.assertEqual(file.read(), "".join(lines))
        self.assertEqual((head["length"], head["parts"]), (len("".join(lines)) - 1, 2))
        self.assertTrue(head["continues_in"].endswith("/c-json.log"))

    def test_one_that_is_too_large(self):
        for name, writer, line in WRITERS:
            lines = writer(long(0, 400000), 16384)
            for cut in [1, 10, len(lines) - 1]:
                self.write_files({"c-json.log.1": "".join(lines[:cut]),
                                  "c-json.log": "".join(lines[cut:]) + line(GOOD[2] + "\n")})
                _, records = self.found("--max-record=100K")
                self.assertEqual(sorted(r["verdict"] for r in records), ["created", "too_large"])
                _, records = self.found("--max-record=8M")
                self.assertEqual(sorted(r["verdict"] for r in records), ["created", "created"])

    def test_damage_in_the_file_in_front(self):
        lines = docker_parts(long(0, 20000), 16384)
        self.write_files({"c-json.log.1.gz": lines[0], "c-json.log": lines[1]})
        path = self.path("d/c-json.log.1.gz")
        with open(path, "r+b") as file:
            file.truncate(os.path.getsize(path) - 4)
        code, result, _ = report(self.path("d"))
        self.assertEqual(code, 3)
        self.accounts(result)
        self.assertEqual(result["verdicts"]["truncated"], 1)
        self.assertEqual(result["passed_over_reasons"], {"no_object": 1})


if __name__ == "__main__":
    unittest.main()
