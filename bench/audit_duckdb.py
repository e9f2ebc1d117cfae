"""The core question of audit_tool.py to DuckDB, of a kind of log.

    audit_duckdb.py KIND FILE
"""

import json
import sys

import duckdb

from audit_kinds import duckdb_query

KIND, PATH = sys.argv[1:]


def main():
    actions, codes, bad = {}, {}, 0
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    for is_bad, action, code, count in connection.execute(duckdb_query(KIND, PATH)).fetchall():
        if is_bad:
            bad += count
            continue
        if action is not None:
            actions[action] = actions.get(action, 0) + count
        if code is not None:
            codes[str(code)] = codes.get(str(code), 0) + count
    print(json.dumps({"actions": actions, "status_codes": codes, "bad": bad}))


main()
