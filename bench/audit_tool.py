"""The core question of the audit to one tool: responses by action and by statusCode, and bad ones, of
NDJSON in which every line is an object of JSON, and a response if it tells info.success.

    audit_tool.py json|orjson|jq|msgspec|duckdb|polars|chdb FILE

Each as its own documentation has it read lines of JSON. Of the command jq: audit_tool.jq.
"""

import collections
import json
import sys

TOOL, PATH = sys.argv[1:]
NOTHING = {}


def counted(lines, loads):
    counts = collections.Counter()
    for line in lines:
        it = loads(line)
        info = it.get("info") or NOTHING
        action = it.get("action")
        if action is None:
            action = (it.get("data") or NOTHING).get("action")
        counts[info.get("success") is None, action, info.get("statusCode")] += 1
    return counts.items()


def with_json():
    """https://docs.python.org/3/library/json.html: of text, since bytes are decoded more slowly by it."""
    with open(PATH, encoding="utf-8") as file:
        return counted(file, json.loads)


def with_orjson():
    """https://github.com/ijl/orjson#deserialize: of bytes."""
    import orjson

    with open(PATH, "rb") as file:
        return counted(file, orjson.loads)


def with_jq():
    """https://pypi.org/project/jq: a program, and a text of several values."""
    import jq

    program = jq.compile("[.info.success == null, .action // .data.action, .info.statusCode]")
    with open(PATH) as file:
        return collections.Counter(map(tuple, program.input_text(file.read()))).items()


def with_msgspec():
    """https://jcristharif.com/msgspec/structs.html, and decode_lines of its page of line-delimited JSON:
    members that are not named are skipped."""
    import msgspec

    class Info(msgspec.Struct):
        success: bool | None = None
        statusCode: int | None = None

    class Data(msgspec.Struct):
        action: str | None = None

    class Response(msgspec.Struct):
        info: Info | None = None
        action: str | None = None
        data: Data | None = None

    counts = collections.Counter()
    nothing = Info()
    with open(PATH, "rb") as file:
        for it in msgspec.json.Decoder(Response).decode_lines(file.read()):
            info = it.info or nothing
            action = it.action if it.action is not None else it.data and it.data.action
            counts[info.success is None, action, info.statusCode] += 1
    return counts.items()


def with_duckdb():
    """As audit_kinds.py has it."""
    import duckdb
    from audit_kinds import duckdb_query

    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    rows = connection.execute(duckdb_query("ndjson", PATH)).fetchall()
    return [(row[:3], row[3]) for row in rows]


def with_polars():
    """https://docs.pola.rs: scan_ndjson with a schema, so that nothing is inferred."""
    import polars

    text, whole = polars.String, polars.Int64
    frame = polars.scan_ndjson(PATH, schema={
        "action": text, "info": polars.Struct({"success": polars.Boolean, "statusCode": whole}),
        "data": polars.Struct({"action": text})})
    info = polars.col("info").struct
    rows = frame.group_by(
        info.field("success").is_null().alias("bad"),
        polars.coalesce("action", polars.col("data").struct.field("action")).alias("action"),
        info.field("statusCode").alias("code")).len().collect().rows()
    return [(row[:3], row[3]) for row in rows]


def with_chdb():
    """https://clickhouse.com/docs/interfaces/formats/JSONEachRow: typed columns, what is not named skipped."""
    import chdb

    structure = ("action Nullable(String), info Tuple(success Nullable(Bool), statusCode Nullable(Int64)), "
                 "data Tuple(action Nullable(String))")
    query = """SELECT isNull(info.success) AS bad, coalesce(action, data.action) AS action,
        info.statusCode AS code, count() AS number FROM file('%s', 'JSONEachRow', '%s') GROUP BY ALL
        SETTINGS max_threads = 1, input_format_parallel_parsing = 0, input_format_skip_unknown_fields = 1,
        output_format_json_quote_64bit_integers = 0""" % (PATH, structure)
    rows = json.loads(str(chdb.query(query, "JSON")))["data"]
    return [((row["bad"], row["action"], row["code"]), row["number"]) for row in rows]


def main():
    actions, codes, bad = collections.Counter(), collections.Counter(), 0
    for (is_bad, action, code), count in globals()["with_" + TOOL]():
        if is_bad:
            bad += count
            continue
        if action is not None:
            actions[action] += count
        if code is not None:
            codes[str(code)] += count
    print(json.dumps({"actions": actions, "status_codes": codes, "bad": bad}))


main()
