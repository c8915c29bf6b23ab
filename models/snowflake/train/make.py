"""Make everything again from the seeds: `python models/snowflake/train/make.py [WORK] [--jobs N]`.

Writes the tasks, trains every run of the plan, trains the data axis, exports and checks all model
directories, measures them and fills the README's tables. Finished runs in WORK (default `.work`
beside this file) are kept, so an interrupted call goes on where it stopped.
"""

import argparse
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import families
import measure
import runs
import samples
import tables

HERE = Path(__file__).resolve().parent
# Largest first, so that the long runs do not come last.
PLAN = [
    ("3m", [0]),
    ("972k", [0]),
    ("350k", [0]),
    ("111k", [0, 1, 2]),
    ("68k", [0, 1, 2]),
    ("33k", [0, 1, 2]),
    ("13k", [0, 1, 2]),
    ("7k", [0, 1, 2]),
    ("3k", [0, 1, 2]),
]


def python(script: str, *arguments: object) -> None:
    subprocess.run([sys.executable, str(HERE / script), *map(str, arguments)], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", nargs="?", type=Path, default=HERE / ".work")
    parser.add_argument("--jobs", type=int, default=2, help="runs at the same time, one thread each")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)

    samples.write()
    runs.training_rows(options.work)
    with ThreadPoolExecutor(options.jobs) as pool:
        jobs = [
            pool.submit(python, "runs.py", options.work, scale, seed) for scale, seeds in PLAN for seed in seeds
        ]
        jobs.append(pool.submit(python, "data_axis.py", options.work))
        for job in jobs:
            job.result()
    families.assemble(options.work)
    measure.main(["snowflake", "snowflake-checkpoints", "snowflake-data"])
    tables.main()


if __name__ == "__main__":
    main()
