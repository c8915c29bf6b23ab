"""Runs the real lm_eval 0.4.13 with a pretend model over task files at the edges of its rules (edge_tasks.py).

What it would write into its result files is kept whole: every line of samples, the metrics, the dumped configuration.
Usage: python test/oracles/lm_eval_edges.py [--only PREFIX] [-o test/fixtures/lm-eval/edges.json.gz]
"""
import argparse
import contextlib
import gzip
import io
import json
import logging
import os
import pathlib
import tempfile
import warnings

import edge_tasks
import lm_eval_random
import lm_eval_run as run
from lm_eval.utils import handle_non_serializable, sanitize_list

OUT = pathlib.Path(__file__).resolve().parents[1] / "fixtures/lm-eval/edges.json.gz"
HEADERS = ("versions", "n-shot", "higher_is_better", "n-samples")
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")


class Pretend(lm_eval_random.Pretend):
    def answer(self, r, doc):
        return str(doc["say"]) if "say" in doc else super().answer(r, doc)


def dumped(value):
    return json.dumps(value, ensure_ascii=False, default=handle_non_serializable)


def line_of(sample):
    """A line of samples as lm_eval's EvaluationTracker writes it."""
    arguments = {f"gen_args_{i}": {f"arg_{j}": part for j, part in enumerate(parts)} for i, parts in enumerate(sample["arguments"])}
    texts = {"resps": sanitize_list(sample["resps"]), "filtered_resps": sanitize_list(sample["filtered_resps"])}
    return dumped({**sample, **texts, "arguments": arguments, "target": str(sample["target"])})


def golden_of(path):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        result = run.lm_eval.simple_evaluate(
            model=Pretend(), tasks=[str(path)], bootstrap_iters=20, log_samples=True, task_manager=run.TaskManager(include_defaults=False))
    [name] = result["configs"]
    samples = result["samples"][name]
    answers = [[[run.response_of(r) for r in repeats] for repeats in s["resps"]] for s in samples]
    return {"name": name, "row": dumped(result["results"][name]), "config": dumped(result["configs"][name]),
            "headers": dumped({key: result[key][name] for key in HEADERS}), "answers": answers, "lines": [line_of(s) for s in samples]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("-o", default=OUT, type=pathlib.Path)
    options = parser.parse_args()
    options.o = options.o.resolve()
    with tempfile.TemporaryDirectory() as directory:
        folder = pathlib.Path(directory)
        os.environ["HF_DATASETS_CACHE"] = str(folder / "cache")
        os.chdir(folder)
        goldens, errors = {}, {}
        for name in edge_tasks.write_edges(folder):
            if not name.startswith(options.only):
                continue
            try:
                goldens[name] = golden_of(folder / f"{name}.yaml")
            except Exception as error:
                errors[name] = f"{type(error).__name__}: {error}"[:200]
        # Of the many pairs of types that pyarrow does not cast, nothing is kept.
        errors = {name: error for name, error in errors.items() if "_cast_" not in name}
        kept = {*goldens, *errors}
        files = {n: t for n, t in lm_eval_random.files_of(folder).items() if "_cast_" not in n or any(n.startswith((f"{k}.", f"{k}_t")) for k in kept)}
        os.chdir("/")
    text = json.dumps({"versions": run.VERSIONS, "bootstrap_iters": 20, "files": files, "tasks": goldens, "errors": errors}, ensure_ascii=False, default=float)
    with gzip.GzipFile(options.o, "wb", 9, mtime=0) as file:
        file.write(text.replace(directory, "DIR").encode("utf-8", "surrogatepass"))
    print(len(goldens), "tasks,", len(errors), "that lm_eval fails on;", options.o.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
