"""Compares this program with the real lm_eval 0.4.13 end to end: random tasks, tiny random models, every sample.

The models are those of lm_eval_goldens.py (GPT-2, GPT-NeoX, Llama with grouped-query attention), exported to ONNX by
`scalesweep models export` and run by `scalesweep run --log-samples`. Hashes must be equal, loglikelihoods within 2e-3
nats, generations letter by letter, metrics as near as the loglikelihoods allow. Build first (npm run build).
Usage: python test/oracles/lm_eval_end_to_end.py [--seed 1] [--tasks 40]; exits 1 where something differs
"""
import argparse
import contextlib
import io
import json
import logging
import math
import os
import pathlib
import subprocess
import sys
import tempfile

import lm_eval_goldens
import lm_eval_run as run
import random_tasks

MAIN = pathlib.Path(__file__).resolve().parents[2] / "dist/cli/main.js"
NATS = 2e-3
HASHES = ("doc_id", "filter", "prompt_hash", "doc_hash", "target_hash")
logging.disable(logging.CRITICAL)


def scalesweep(*arguments):
    return subprocess.run(["node", str(MAIN), *map(str, arguments)], capture_output=True, text=True)


def lm_eval_answers(model, tokenizer, names, folder):
    answers = {}
    for name in names:
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                _, result = run.evaluate(model, tokenizer, [run.task_config(folder / f"{name}.yaml")], bootstrap_iters=2)
            answers[name] = {"row": run.rows_of(result)[name], "samples": [run.sample_of(s) for s in result["samples"][name]]}
        except Exception:  # a task that lm_eval fails on has nothing to compare
            continue
    return answers


class Comparison:
    def __init__(self):
        self.differences, self.furthest, self.n = [], 0.0, {"tasks": 0, "loglikelihoods": 0, "generations": 0}

    def note(self, *parts):
        self.differences.append(" ".join(map(str, parts)))

    def answer(self, place, ours, theirs):
        """False where the two may lead to different scores."""
        if isinstance(theirs, str):
            self.n["generations"] += 1
            if ours != theirs:
                self.note(place, "generation", repr(ours), repr(theirs))
            return ours == theirs
        value, expected = (float(ours[0]), theirs[0]) if isinstance(theirs, list) else (float(ours), theirs)
        self.n["loglikelihoods"] += 1
        self.furthest = max(self.furthest, abs(value - expected))
        if abs(value - expected) > max(NATS, 1e-5 * abs(expected)):
            self.note(place, "loglikelihood", value, expected)
        return not isinstance(theirs, list) or (ours[1] == "True") == theirs[1]

    def task(self, place, lines, row, golden):
        self.n["tasks"] += 1
        same = len(lines) == len(golden["samples"])
        for ours, theirs in zip(lines, golden["samples"]):
            if any(ours[key] != theirs[key] for key in HASHES):
                self.note(place, "hashes of document", ours["doc_id"])
            for mine, other in zip(ours["resps"], theirs["resps"]):
                same &= self.answer(place, mine[0], other[0])
        for key, expected in golden["row"].items():
            if "stderr" in key:  # by bootstraps, which are compared in random.test.ts
                continue
            value = row.get(key)
            if isinstance(expected, float) and not math.isnan(expected):
                near = isinstance(value, (int, float)) and abs(value - expected) <= max(1e-9, 2e-5 * abs(expected))
                if same and not near:
                    self.note(place, key, value, expected)
            elif not isinstance(expected, float) and value != expected:
                self.note(place, key, value, expected)


def compare(answers, out, comparison):
    for model, tasks in answers.items():
        folder = out / "results" / model
        rows = {}
        for file in folder.glob("results_*.json"):
            rows.update(json.loads(file.read_text())["results"])
        for name, golden in tasks.items():
            files = sorted(folder.glob(f"samples_{name}_2*.jsonl"))
            if not files:
                comparison.note(model, name, "was not run")
                continue
            lines = [json.loads(line) for line in files[0].read_text("utf-8").split("\n") if line]
            comparison.task(f"{model} {name}", lines, rows.get(name, {}), golden)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", default=1, type=int)
    parser.add_argument("--tasks", default=40, type=int)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        base = pathlib.Path(directory)
        names = random_tasks.write_tasks(options.seed, base / "tasks", options.tasks)
        os.chdir(base / "tasks")
        answers = {}
        for name, model, tokenizer in lm_eval_goldens.tiny_models():
            model.save_pretrained(base / "hf" / name)
            tokenizer.save_pretrained(base / "hf" / name)
            exported = scalesweep("models", "export", base / "hf" / name, "-o", base / "family" / name)
            if exported.returncode:
                sys.exit(exported.stderr)
            answers[name] = lm_eval_answers(model, tokenizer, names, base / "tasks")
        for name in names:
            if not any(name in tasks for tasks in answers.values()):
                (base / "tasks" / f"{name}.yaml").unlink()
        scalesweep("run", "--family", base / "family", "--task", base / "tasks/*.yaml", "--out", base / "run", "--log-samples", "--device", "cpu")
        comparison = Comparison()
        compare(answers, base / "run", comparison)
        os.chdir("/")
    print(*comparison.differences, sep="\n")
    print(f"seed {options.seed}: {comparison.n}, furthest {comparison.furthest:.2e} nats, {len(comparison.differences)} differences")
    sys.exit(1 if comparison.differences else 0)


if __name__ == "__main__":
    main()
