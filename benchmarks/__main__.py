"""Run the measurements: `python3 dev.py bench [NAME]`.

Each `benchmarks/bench_<name>.py` has `run()`, called with an empty, migrated test database, which returns a list of rows:
{"name": what, "unit": "queries" or "ms" …, "floor": the same without our code, "value": ours, "ratio": value / floor, "target": the most the ratio (or, without a floor, the value) may be}.
A row over its target makes the command fail.
"""

import importlib
import json
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
COLUMNS = ("name", "unit", "floor", "value", "ratio", "target")


def main(names):
    found = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    unknown = [name for name in names if name not in found]
    if unknown:
        print(f"There is no measurement {', '.join(unknown)}. There are: {', '.join(found) or 'none yet'}.")
        return 2
    results = {name: measure(name) for name in names or found}
    rows = [row for group in results.values() for row in group]
    print(table(rows))
    keep(results)
    return 1 if any(too_much(row) for row in rows) else 0


def measure(name):
    """Run one module on a database of its own, so that no measurement sees another's rows."""
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    print(f"Measuring {name} …", flush=True)
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        return importlib.import_module(f"benchmarks.bench_{name}").run()
    finally:
        connection.close()
        teardown_databases(databases, verbosity=0)


def too_much(row):
    if row.get("target") is None:
        return False
    return (row["value"] if row.get("ratio") is None else row["ratio"]) > row["target"]


def written(value):
    if value is None:
        return "–"
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def table(rows):
    """The rows as a Markdown table, with a mark at what is over its target."""
    cells = [COLUMNS] + [
        [written(row.get(column)) + (" !" if column == "target" and too_much(row) else "") for column in COLUMNS]
        for row in rows
    ]
    widths = [max(len(row[index]) for row in cells) for index in range(len(COLUMNS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def keep(results):
    """Write benchmarks/latest.json; a run of one measurement keeps the others' last figures."""
    path = HERE / "latest.json"
    before = json.loads(path.read_text())["results"] if path.exists() else {}
    machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    kept = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "results": before | results,
    }
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    import os

    import django
    from django.test.utils import setup_test_environment

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnering.settings")
    django.setup()
    setup_test_environment()
    sys.exit(main(sys.argv[1:]))
