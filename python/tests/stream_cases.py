"""A directory that fills, as a stream of Spark's: each record once, whatever ends a query in between."""

import os
import unittest
import unittest.mock

import sessions

from leadscan import _spark_parts
from leadscan._spark_stream import LeadscanStreamReader
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from support import BAD, GOOD, Case, text

SCHEMA = "file string, offset bigint, verdict string, inputError string"


def setUpModule():
    global SPARK
    SPARK = sessions.begin("local[2]")


class Streams(Case):
    def setUp(self):
        super().setUp()
        os.mkdir(self.path("in"))

    def fill(self, name, lines):
        """As it should be: there is no moment at which only a part of it is there."""
        self.write(name, text(lines))
        os.rename(self.path(name), self.path("in/" + name))

    def run_once(self, for_each=None, **options):
        frame = SPARK.readStream.format("leadscan").schema(SCHEMA).options(**options).load(self.path("in"))
        writer = frame.writeStream.option("checkpointLocation", self.path("checkpoint"))
        if for_each is None:
            writer = writer.format("parquet").option("path", self.path("out"))
        else:
            writer = writer.foreachBatch(for_each)
        query = writer.trigger(availableNow=True).start()
        query.awaitTermination()

    def rows(self):
        frame = SPARK.read.parquet(self.path("out"))
        counts = frame.groupBy(F.regexp_extract("file", "[^/]*$", 0)).count().collect()
        self.assertEqual(frame.count(), frame.distinct().count())
        return dict(map(tuple, counts))

    def test_each_file_once(self):
        self.run_once()
        self.fill("a", GOOD[:5])
        self.run_once()
        self.assertEqual(self.rows(), {"a": 5})
        self.fill("b", GOOD[:3] + BAD)
        self.fill("c", GOOD[:1])
        self.run_once()
        self.run_once()
        self.assertEqual(self.rows(), {"a": 5, "b": 7, "c": 1})
        # What was read may go.
        os.remove(self.path("in/a"))
        self.fill("d", GOOD[:2])
        self.run_once()
        self.assertEqual(self.rows(), {"a": 5, "b": 7, "c": 1, "d": 2})

    def test_ranges_and_damage(self):
        self.fill("a", GOOD[:9])
        self.fill("b", GOOD[:9])
        self.sh("cd in; gzip b; head -c 100 b.gz > x; mv x b.gz")
        self.run_once(splitBytes=300)
        found = self.rows()
        self.assertEqual(found["a"], 9)
        errors = SPARK.read.parquet(self.path("out")).where("inputError IS NOT NULL").collect()
        self.assertEqual(len(errors), 1)
        self.assertIn("cut off", errors[0]["inputError"])

    def test_batch_that_failed_is_run_again(self):
        """The same one, though more has come meanwhile."""
        seen = []

        def take(frame, number):
            seen.append((number, sorted(os.path.basename(row[0]) for row in frame.select("file").distinct().collect())))
            if len(seen) == 1:
                raise RuntimeError("no disk")

        self.fill("a", GOOD[:5])
        with self.assertRaisesRegex(Exception, "no disk"):
            self.run_once(take)
        self.fill("b", GOOD[:2])
        self.run_once(take)
        self.run_once(take)
        self.assertEqual(seen, [(0, ["a"]), (0, ["a"]), (1, ["b"])])

    def test_file_that_grows_says_its_name(self):
        self.fill("a", GOOD[:5])
        self.run_once()
        with open(self.path("in/a"), "ab") as file:
            file.write(text(GOOD[:1]))
        with self.assertRaisesRegex(Exception, "in/a has changed since it was found"):
            self.run_once()

    def test_file_that_goes_while_they_are_listed(self):
        """One that was read: the stream goes on."""
        self.fill("a", GOOD[:5])
        self.fill("b", GOOD[:2])
        reader = LeadscanStreamReader(StructType.fromDDL(SCHEMA), {"path": self.path("in")})
        start = reader.latestOffset({})
        self.assertEqual(len(start), 2)
        stamp_of = _spark_parts.stamp_of

        def remove(path):
            if path.endswith(b"/a"):
                os.remove(path)
            return stamp_of(path)

        with unittest.mock.patch.object(_spark_parts, "stamp_of", remove):
            self.assertEqual(reader.latestOffset(start), start)
        self.assertEqual(os.listdir(self.path("in")), ["b"])

    def test_offsets_of_older_versions(self):
        """They have inodes."""
        self.fill("a", GOOD[:5])
        reader = LeadscanStreamReader(StructType.fromDDL(SCHEMA), {"path": self.path("in")})
        (name, mark), = reader.latestOffset({}).items()
        old = {name: mark + " 12"}
        self.assertEqual(reader.latestOffset(old), old)
        with self.assertRaisesRegex(RuntimeError, "has changed since it was found"):
            reader.latestOffset({name: "1" + old[name]})

    def test_file_that_went_before_it_was_read(self):
        def fail(frame, number):
            raise RuntimeError("no disk")

        self.fill("a", GOOD[:5])
        with self.assertRaisesRegex(Exception, "no disk"):
            self.run_once(fail)
        os.remove(self.path("in/a"))
        with self.assertRaisesRegex(Exception, "in/a is gone, and was not read yet"):
            self.run_once(fail)

    def test_directory_that_is_not_there(self):
        os.rmdir(self.path("in"))
        with self.assertRaisesRegex(Exception, "in: No such file"):
            self.run_once()

    def test_globs_pick_nothing_yet(self):
        self.fill("a.txt", GOOD[:5])
        self.run_once(glob="*.log")
        self.fill("a.log", GOOD[:2])
        self.run_once(glob="*.log")
        self.assertEqual(self.rows(), {"a.log": 2})


if __name__ == "__main__":
    unittest.main()
