"""Kinds of logs that `gen --log` writes, and how others than leadscan find the responses in them."""

import re
import subprocess

# What jq reads lines with some of which are no JSON. It reads raw control characters, and bytes that are
# not UTF-8 as U+FFFD; JSON has neither.
JQ_ANY_LINES = """def responses: inputs as $line |
  if $line | contains("\\t") or contains("\\ufffd") then null else $line | fromjson? // null end;
"""

# Of some, all of whose responses are JSON: jq's options, and its `responses`; and where DuckDB has their
# members from, or, in parentheses, each as the text `response`.
DUCKDB_TYPED = """read_json('FILE', format = '{}', columns = {{action: 'VARCHAR',
    info: 'STRUCT(success BOOLEAN, "statusCode" BIGINT)', data: 'STRUCT("action" VARCHAR)'}})"""
DUCKDB_LINES = """(SELECT {} AS response FROM read_csv('FILE', header = false, delim = '\\x01',
    quote = '', escape = '', columns = {{'line': 'VARCHAR'}}))"""
RIVALS = {
    "ndjson": ([], "def responses: inputs;\n", DUCKDB_TYPED.format("newline_delimited")),
    "concatenated": ([], "def responses: inputs;\n", DUCKDB_TYPED.format("unstructured")),
    "prefixed": (["-R"], """def responses: inputs | .[index("{"):] | fromjson? // null;\n""",
                 DUCKDB_LINES.format("substr(line, instr(line, '{'))")),
    "docker": ([], "def responses: inputs | .log | fromjson? // null;\n",
               "(SELECT log AS response FROM read_ndjson('FILE', columns = {'log': 'VARCHAR'}))"),
    "string": ([], "def responses: inputs | .body | fromjson? // null;\n",
               "(SELECT body AS response FROM read_ndjson('FILE', columns = {'body': 'VARCHAR'}))"),
    "har": ([], "def responses: input | .log.entries[].response.content.text | fromjson? // null;\n",
            """(SELECT unnest(log.entries).response.content.text AS response FROM read_json('FILE',
    maximum_object_size = 2000000000, columns = {'log':
    'STRUCT(entries STRUCT(response STRUCT(content STRUCT("text" VARCHAR)))[])'}))"""),
}


def duckdb_query(kind, path):
    """https://duckdb.org/docs/stable/data/json/loading_json: with columns, so that nothing is inferred and
    what is not named is skipped. Texts are read once for all members, as its page of JSON functions has it."""
    source = RIVALS[kind][2].replace("FILE", path)
    success, action, code = "info.success", "coalesce(action, data.action)", "info.statusCode"
    if source.startswith("("):
        source = """(SELECT json_extract_string(response, ['$.info.success', '$.action', '$.data.action',
            '$.info.statusCode']) AS found FROM %s)""" % source
        success, action, code = "found[1]", "coalesce(found[2], found[3])", "found[4]"
    return "SELECT %s IS NULL AS bad, %s AS action, %s AS code, count(*) FROM %s GROUP BY ALL" % (
        success, action, code, source)


def all_kinds(leadscan):
    """Every kind, and what leadscan reads it with, as the help says."""
    text = subprocess.run([leadscan, "gen", "--help"], stdout=subprocess.PIPE, check=True).stdout
    listed = " ".join(text.decode().split()).split("what it is read with: ")[1].split(" --seed")[0]
    return {name: options.split()
            for name, options in re.findall(r"(\w+)(?: \(([^)]*)\))?(?:,|$)", listed)}
