"""Runs the real lm_eval 0.4.13 with a pretend model over random task files and over groups of groups.

The pretend model answers by a hash of the request, so that thousands of tasks are compared in minutes.
Usage: python test/oracles/lm_eval_random.py [--seed 1] [--tasks 120] [--mixed-types] [-o test/fixtures/lm-eval/random.json.gz]
"""
import argparse
import base64
import contextlib
import gzip
import hashlib
import io
import json
import logging
import os
import pathlib
import random
import tempfile

import lm_eval_run as run
import random_tasks
from lm_eval.api.model import LM

OUT = pathlib.Path(__file__).resolve().parents[1] / "fixtures/lm-eval/random.json.gz"
BOOTSTRAP = 150
logging.disable(logging.CRITICAL)


def seed_of(*parts):
    return int.from_bytes(hashlib.sha256(json.dumps(parts).encode()).digest()[:6], "big")


class Pretend(LM):
    def loglikelihood(self, requests, disable_tqdm=True):
        draws = [(random.Random(seed_of(*request.args)), request.args[1]) for request in requests]
        return [(-draw.random() * 3 * len(text), draw.random() < 0.3) for draw, text in draws]

    def loglikelihood_rolling(self, requests, disable_tqdm=True):
        return [-random.Random(seed_of(*r.args)).random() * 2 * len(r.args[0]) for r in requests]

    def generate_until(self, requests, disable_tqdm=True):
        return [self.answer(random.Random(seed_of(request.args[0], "g")), request.doc) for request in requests]

    def answer(self, r, doc):
        gold = str(r.choice([doc.get("ans"), doc.get("goldtext"), doc.get("label"), (doc.get("aliases") or ["x"])[0], doc.get("num"), doc.get("a")]))
        frames = ["{}", " {}\n", "The answer is {}.", "#### {}", "So (" + str(doc.get("label")) + ") {}", "Answer: {}!", "person: {} $ location: x, none"]
        return r.choice([r.choice(frames).format(gold), gold.upper(), random_tasks.sentence(r), "", "A", "(B)", ": C "])


def evaluate(tasks, folder=None):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return run.lm_eval.simple_evaluate(
            model=Pretend(), tasks=tasks, bootstrap_iters=BOOTSTRAP, log_samples=True,
            task_manager=run.TaskManager(include_defaults=False, include_path=folder),
        )


def texts_of(metrics):
    return {name: value if isinstance(value, (int, float)) else str(value) for name, value in metrics.items()}


def files_of(folder):
    return {path.name: base64.b64encode(path.read_bytes()).decode() for path in sorted(folder.iterdir()) if path.is_file()}


def is_accident(config):
    """brier_score over lists of right choices: lm_eval mixes up the documents (numpy broadcasts them)."""
    asks = any(entry["metric"] == "brier_score" for entry in config.get("metric_list") or [])
    return asks and str(config.get("doc_to_target")).strip("{}") == "golds"


def golden_of(path):
    config = run.task_config(path)
    result = evaluate([config])
    samples = result["samples"][path.stem]
    return {
        "row": run.rows_of(result)[path.stem],
        "shots": result["n-shot"][path.stem],
        "task_hash": run.task_hash(samples),
        "higher_is_better": result["higher_is_better"][path.stem],
        "samples": [run.sample_of(s) | {"target": str(s["target"]), "metrics": texts_of({m: s[m] for m in s["metrics"] if m in s})} for s in samples],
    }


def tasks_golden(seed, n, folder, mixed_types):
    goldens, errors = {}, {}
    for name in random_tasks.write_tasks(seed, folder, n, mixed_types):
        path = folder / f"{name}.yaml"
        try:
            if not is_accident(run.task_config(path)):
                goldens[name] = golden_of(path)
        except Exception as error:  # lm_eval refuses the task, or fails on it
            errors[name] = f"{type(error).__name__}: {error}"[:120]
    files = {name: text for name, text in files_of(folder).items() if any(name.startswith((f"{t}.", f"{t}_")) for t in goldens)}
    return {"files": files, "tasks": goldens, "nErrors": len(errors)}


def groups_golden(folder):
    random_tasks.write_groups(folder)
    os.chdir(folder)
    keys = ("results", "groups", "group_subtasks", "versions", "n-shot", "higher_is_better", "n-samples")
    selections = {}
    for selection in random_tasks.SELECTIONS:
        result = evaluate(selection, ".")
        header = {key: result[key] for key in keys if key in result}
        samples = {task: [run.sample_of(s) for s in some] for task, some in result["samples"].items()}
        selections[",".join(selection)] = {**header, "samples": samples}
    return {"files": files_of(folder), "selections": selections}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", default=1, type=int)
    parser.add_argument("--tasks", default=120, type=int)
    parser.add_argument("--mixed-types", action="store_true", help="columns change their type between splits")
    parser.add_argument("-o", default=OUT, type=pathlib.Path)
    options = parser.parse_args()
    options.o = options.o.resolve()
    with tempfile.TemporaryDirectory() as directory:
        folder = pathlib.Path(directory)
        golden = tasks_golden(options.seed, options.tasks, folder / "tasks", options.mixed_types)
        groups = groups_golden(folder / "groups")
        os.chdir("/")
    whole = {"versions": run.VERSIONS, "bootstrap_iters": BOOTSTRAP, **golden, "groups": groups}
    with gzip.GzipFile(options.o, "wb", 9, mtime=0) as file:
        file.write(json.dumps(whole, ensure_ascii=False, default=float).encode())
    print(len(golden["tasks"]), "tasks,", golden["nErrors"], "that lm_eval fails on;", options.o.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
