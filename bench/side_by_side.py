"""Reviews the road-fine log with guiju and with pm4py, and its four rules with DuckDB, in one run.

Usage: bench/side-by-side [GUIJU] — prints wall seconds and peak memory of whole processes.
"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT.parent / "shared/data/eventlogs/Road_Traffic_Fine_Management_Process.xes.gz"

PM4PY = """
import sys, pm4py
log = pm4py.read_xes(sys.argv[1])
model = {
    "response": {("Create Fine", "Send Fine"): {"support": 1, "confidence": 1}},
    "succession": {("Insert Fine Notification", "Insert Date Appeal to Prefecture"): {"support": 1, "confidence": 1}},
    "precedence": {("Insert Fine Notification", "Add penalty"): {"support": 1, "confidence": 1}},
    "noncoexistence": {("Payment", "Send for Credit Collection"): {"support": 1, "confidence": 1}},
}
result = pm4py.conformance_declare(log, model)
print(len(result), sum(1 for one in result if one["no_dev_total"] > 0))
"""

def run(command, **options):
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)
    out, _ = process.communicate()
    return time.perf_counter() - begun, out


def peak_mib(command):
    """Peak memory of one process, from a child that only starts it."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    out = subprocess.run([sys.executable, "-c", code, *command], capture_output=True, text=True).stdout
    return int(out.split()[-1]) / 1024


def measure(name, command, runs):
    walls = sorted(run(command)[0] for _ in range(runs))
    memory = peak_mib(command)
    print(f"{name:44} {walls[len(walls) // 2]:8.2f} s  (min {walls[0]:.2f}, max {walls[-1]:.2f})  {memory:8.1f} MiB", flush=True)
    return walls[len(walls) // 2], memory


def main():
    if not LOG.is_file():
        print("skipped: ../shared/data not there")
        return
    guiju = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "target/release/guiju")
    example = ROOT / "examples/road-fines"
    review = [guiju, "review", str(LOG), "--law", str(example / "law"), "--map", str(example / "map.toml"),
              "--findings", "/dev/null", "--format", "json"]
    ours, ours_memory = measure("guiju review, .xes.gz to findings", review, 5)
    measure("guiju review --single-thread", [*review, "--single-thread"], 5)
    theirs, their_memory = measure("pm4py read_xes + conformance_declare", [sys.executable, "-c", PM4PY, str(LOG)], 1)
    print(f"{theirs / ours:.0f} times faster, {ours_memory / their_memory:.3f} of the memory")
    duckdb_rules()


def duckdb_rules():
    """The same four rules as hand-written SQL on a loaded table, timed without the loading."""
    import duckdb
    import pm4py

    frame = pm4py.read_xes(str(LOG))[["case:concept:name", "concept:name", "time:timestamp"]]
    frame.columns = ["matter", "activity", "at"]
    frame["day"] = frame["at"].dt.tz_convert("Europe/Rome").dt.date
    frame = frame[["matter", "activity", "day"]]
    con = duckdb.connect()
    con.execute("CREATE TABLE e AS SELECT matter, activity, CAST(day AS DATE) AS day FROM frame")
    pair = """
      WITH a AS (SELECT matter, min(day) AS d FROM e WHERE activity = '{a}' GROUP BY matter),
           b AS (SELECT matter, min(day) AS d FROM e WHERE activity = '{b}' GROUP BY matter)
      SELECT count(*), count(*) FILTER (WHERE {broken}) FROM a JOIN b USING (matter)"""
    queries = [
        pair.format(a="Create Fine", b="Send Fine", broken="b.d - a.d > 90"),
        pair.format(a="Insert Fine Notification", b="Insert Date Appeal to Prefecture", broken="b.d - a.d > 60"),
        pair.format(a="Insert Fine Notification", b="Add penalty", broken="b.d - a.d < 60"),
        """SELECT count(*) FROM (SELECT DISTINCT matter FROM e WHERE activity = 'Payment')
           JOIN (SELECT DISTINCT matter FROM e WHERE activity = 'Send for Credit Collection') USING (matter)""",
    ]
    for threads in (1, 2):
        con.execute(f"SET threads = {threads}")
        times = []
        for _ in range(7):
            begun = time.perf_counter()
            answers = [con.execute(query).fetchone() for query in queries]
            times.append(time.perf_counter() - begun)
        times.sort()
        print(f"DuckDB, four queries on a loaded table, {threads} thread(s): {times[3] * 1000:.0f} ms (min {times[0] * 1000:.0f})  {answers}")


if __name__ == "__main__":
    main()
