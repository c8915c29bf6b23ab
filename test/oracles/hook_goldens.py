"""Answers of lm_eval 0.4.13's own task functions to invented documents, hundreds of them random (seeded).

Needs lm_eval 0.4.13 and datasets; the packages rouge_score (truthfulqa_gen) and word2number 1.1 (bbh), or folders with them
in ROUGE_SCORE and WORD2NUMBER.
Usage: python test/oracles/hook_goldens.py
"""
import copy
import gzip
import importlib.util
import json
import logging
import math
import os
import pathlib
import random
import sys
import warnings

sys.path[:0] = [os.environ[name] for name in ("ROUGE_SCORE", "WORD2NUMBER") if name in os.environ]
import lm_eval_stubs  # noqa: E402

lm_eval_stubs.install()
import datasets  # noqa: E402
import hook_documents as documents  # noqa: E402
import lm_eval  # noqa: E402
import numpy as np  # noqa: E402

datasets.disable_caching()
datasets.disable_progress_bars()
logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
TASKS = pathlib.Path(lm_eval.__file__).parent / "tasks"
OUT = pathlib.Path(__file__).resolve().parents[1] / "fixtures/task/hooks.json.gz"
TEX = [("\\frac12", "\\frac{1}{2}"), ("0.5", "1/2"), (".5", "0.5"), ("x=5", "5"), ("\\sqrt3", "\\sqrt{3}"), ("5\\text{ cm}", "5"), ("10\\%", "10"), ("a", "b"), ("3/4", "\\frac{3}{4}"), ("", ""), ("\\dfrac{1}{3}", "\\frac13"), ("50^\\circ", "50"), ("1/2/3", "1/2/3"), ("2\\left(x\\right)", "2(x)")]


def module(path):
    spec = importlib.util.spec_from_file_location(path.replace("/", "_").removesuffix(".py"), TASKS / path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def plain(value):
    """Python and numpy values as JSON; NaN and infinities as texts, tuples as lists."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else str(float(value))
    return value


def call(kind, function, given):
    """One answer of a function; `given` are its arguments as the harness would pass them."""
    given = copy.deepcopy(given)
    if kind == "process_docs":
        random.seed(0)
        return list(function(datasets.Dataset.from_list(given["docs"])))
    if kind == "process_results":
        return function(given["doc"], [tuple(r) if isinstance(r, list) else r for r in given["results"]])
    if kind == "aggregation":
        return function([tuple(item) for item in given["items"]])
    if kind == "metric":
        return function(predictions=[given["prediction"]], references=[given["reference"]])
    if kind == "filter":
        return list(function(**given["options"]).apply([given["answers"]], [given["doc"]]))[0]
    return function(given["doc"])


def cases():
    for family, path, kind, name, draw, n in documents.FUNCTIONS:
        function = getattr(module(path), name)
        text = f"{pathlib.Path(path).stem}.{name}"
        answers = []
        rnd = random.Random(f"{family}/{text}")
        for _ in range(n):
            given = draw(rnd)
            try:
                answers.append({"given": plain(given), "expected": plain(call(kind, function, given))})
            except Exception as error:
                answers.append({"given": plain(given), "error": f"{type(error).__name__}: {error}"[:200]})
        failed = [answer for answer in answers if "error" in answer]
        print(f"{family:24} {kind:16} {text:40} {len(answers)} cases, {len(failed)} failed", failed[0]["error"] if failed else "")
        yield {"family": family, "kind": kind, "text": text, "answers": [a for a in answers if "error" not in a]}


def main():
    is_equiv = module("hendrycks_math/utils.py").is_equiv
    tex = [{"a": a, "b": b, "expected": is_equiv(a, b)} for a, b in TEX]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    golden = {"lm_eval": "0.4.13", "datasets": datasets.__version__, "cases": list(cases()), "tex": tex}
    with gzip.GzipFile(OUT, "wb", 9, mtime=0) as file:
        file.write(json.dumps(golden, ensure_ascii=False, allow_nan=False).encode())
    print(OUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
