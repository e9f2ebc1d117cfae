#!/usr/bin/env python3
"""Counts the test cases of a `bazel test`: prints `passed failed skipped`, and behind them the
instruction sets for want of which some were skipped (tests/kind_test.h). The labels of targets
that failed go to stderr, one a line.

usage: test_summary.py FILE, as written by --build_event_json_file=FILE

Bazel's own summary counts test targets; one target holds hundreds of cases.
"""

import json
import re
import sys
import urllib.parse
import xml.etree.ElementTree as ET


def outcome(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    # GoogleTest says it in attributes, other runners in an element.
    if (
        case.find("skipped") is not None
        or case.get("result") == "skipped"
        or case.get("status") == "notrun"
    ):
        return "skipped"
    return "passed"


def missing_isa(case):
    for skipped in case.iter("skipped"):
        said = re.search(r"this CPU has no (\w+)", skipped.get("message") or skipped.text or "")
        if said:
            yield said.group(1)


def wanted(tags, filters):
    """Whether --test_tag_filters runs a test of these tags: all targets are configured, and
    those that it leaves out are built without being run."""
    filters = [tag for tag in filters.split(",") if tag]
    required = {tag.removeprefix("+") for tag in filters if not tag.startswith("-")}
    excluded = {tag[1:] for tag in filters if tag.startswith("-")}
    return (not required or bool(required & tags)) and not excluded & tags


def main():
    tests = {}  # the tags of each
    filters = ""
    results = {}
    with open(sys.argv[1], encoding="utf-8") as events:
        for line in events:
            event = json.loads(line)
            configured = event["id"].get("targetConfigured")
            if configured and "testSize" in event.get("configured", {}):
                tests[configured["label"]] = set(event["configured"].get("tag", []))
            for option in event.get("optionsParsed", {}).get("cmdLine", []):
                if option.startswith("--test_tag_filters="):
                    filters = option.split("=", 1)[1]  # the last one counts
            key = event["id"].get("testResult")
            if key and "testResult" in event:
                # A later attempt at a flaky test takes the place of an earlier one.
                results[key["label"], key.get("run"), key.get("shard")] = event["testResult"]

    counts = {"passed": 0, "failed": 0, "skipped": 0}
    missing = set()
    bad = set()
    for (label, _, _), result in results.items():
        before = counts["failed"]
        for output in result.get("testActionOutput", []):
            if output.get("name") == "test.xml":
                path = urllib.parse.unquote(urllib.parse.urlparse(output["uri"]).path)
                try:
                    for case in ET.parse(path).iter("testcase"):
                        counts[outcome(case)] += 1
                        missing.update(missing_isa(case))
                except (OSError, ET.ParseError):
                    pass  # a crash leaves none, or half of one; its status tells
        if result.get("status") != "PASSED" and counts["failed"] == before:
            counts["failed"] += 1  # crashed, timed out, or a sanitizer ended it
        if counts["failed"] > before:
            bad.add(label)
    # Those that did not build have no result at all.
    ran = {label for label, _, _ in results}
    unbuilt = {label for label, tags in tests.items() if wanted(tags, filters)} - ran
    counts["failed"] += len(unbuilt)
    for label in sorted(bad | unbuilt):
        print(label, file=sys.stderr)
    print(counts["passed"], counts["failed"], counts["skipped"], *sorted(missing))


if __name__ == "__main__":
    main()
