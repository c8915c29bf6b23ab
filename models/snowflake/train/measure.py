"""Run the shipped tasks on the exported models: `python measure.py [FAMILY...]`.

Writes results.json beside each family.json; the data axis has tasks of its own. A small independent
reader of the task files, with lm-evaluation-harness's rules for the four kinds of tasks. It is what
the README's tables come from, and an oracle for other programs.
"""

import json
import math
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import jinja2
import numpy as np
import onnxruntime
import yaml

from families import MODELS

BATCH = 128
Task = dict[str, object]
Row = dict[str, object]


def encode(text: str) -> list[int]:
    return [byte + 1 for byte in text.encode()]


def decode(ids: list[int]) -> str:
    return bytes(i - 1 for i in ids if i).decode(errors="replace")


@cache
def read_yaml(path: Path) -> Task:
    own = yaml.safe_load(path.read_text())
    included = own.pop("include", None)
    return {**read_yaml(path.parent / included), **own} if included else own


@cache
def rows_of(task_file: Path) -> list[Row]:
    data = task_file.parent / read_yaml(task_file)["dataset_kwargs"]["data_files"]["test"]
    return [json.loads(line) for line in data.read_text().splitlines()]


def render(template: object, row: Row) -> object:
    """A column's value for a column's name, otherwise the template filled in."""
    if not isinstance(template, str):
        return template
    if template in row:
        return row[template]
    return jinja2.Template(template, keep_trailing_newline=True).render(**row)


class Model:
    def __init__(self, folder: Path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        path = folder / "onnx" / "model.onnx"
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.cache = [i for i in self.session.get_inputs() if i.name.startswith("past_key_values")]

    def step(self, ids: np.ndarray, past: list[np.ndarray] | None = None) -> list[np.ndarray]:
        """Logits [b, s, V] and the new cache, for rows [b, s] of equal length."""
        past = past or [np.zeros((len(ids), i.shape[1], 0, i.shape[3]), np.float32) for i in self.cache]
        before = past[0].shape[2]
        positions = np.arange(before, before + ids.shape[1])[None].repeat(len(ids), 0)
        mask = np.ones((len(ids), before + ids.shape[1]), np.int64)
        feed = {"input_ids": ids, "attention_mask": mask, "position_ids": positions}
        return self.session.run(None, feed | dict(zip([i.name for i in self.cache], past)))

    def logprobs(self, requests: list[tuple[list[int], list[int]]]) -> list[tuple[float, bool]]:
        """Sum of log-probabilities and whether greedy, for (context, continuation) pairs.

        Requests that differ only in their last token are read once.
        """
        readers: dict[tuple[int, ...], list[int]] = {}
        for i, (context, continuation) in enumerate(requests):
            readers.setdefault((*context, *continuation[:-1]), []).append(i)
        read = list(readers)
        results: list = [None] * len(requests)
        for indices in by_length([len(ids) for ids in read]):
            logits = self.step(np.array([read[i] for i in indices], np.int64))[0].astype(np.float64)
            logits -= logits.max(-1, keepdims=True)
            logits -= np.log(np.exp(logits).sum(-1, keepdims=True))
            for row, i in enumerate(indices):
                for reader in readers[read[i]]:
                    context, continuation = requests[reader]
                    scored = logits[row, len(context) - 1 :]
                    total = scored[np.arange(len(continuation)), continuation].sum()
                    results[reader] = (float(total), bool((scored.argmax(-1) == continuation).all()))
        return results

    def generate(self, prompts: list[list[int]], count: int, stop: str) -> list[str]:
        results = [""] * len(prompts)
        for indices in by_length([len(p) for p in prompts]):
            logits, *past = self.step(np.array([prompts[i] for i in indices], np.int64))
            new = [logits[:, -1].argmax(-1)]
            for _ in range(count - 1):
                logits, *past = self.step(new[-1][:, None], past)
                new.append(logits[:, -1].argmax(-1))
            for i, ids in zip(indices, np.stack(new, 1).tolist()):
                ids = ids[: ids.index(0)] if 0 in ids else ids
                results[i] = decode(ids).split(stop)[0]
        return results


def by_length(lengths: list[int]) -> list[list[int]]:
    order = sorted(range(len(lengths)), key=lambda i: lengths[i])
    batches: list[list[int]] = []
    for i in order:
        if batches and lengths[batches[-1][0]] == lengths[i] and len(batches[-1]) < BATCH:
            batches[-1].append(i)
        else:
            batches.append([i])
    return batches


def with_stderr(values: list[float]) -> dict[str, float]:
    return {"value": float(np.mean(values)), "stderr": float(np.std(values, ddof=1) / math.sqrt(len(values)))}


def multiple_choice(model: Model, task: Task, rows: list[Row]) -> dict:
    requests, counts = [], []
    for row in rows:
        choices = render(task["doc_to_choice"], row)
        context = [0, *encode(render(task["doc_to_text"], row))]
        requests += [(context, encode(task["target_delimiter"] + choice)) for choice in choices]
        counts.append(len(choices))
    scores = [total for total, _ in model.logprobs(requests)]
    right, at = [], 0
    for row, count in zip(rows, counts):
        right.append(float(np.argmax(scores[at : at + count]) == row["gold"]))
        at += count
    return {"acc": with_stderr(right)}


def loglikelihood(model: Model, task: Task, rows: list[Row]) -> dict:
    requests = [
        ([0, *encode(render(task["doc_to_text"], row))], encode(render(task["doc_to_target"], row))) for row in rows
    ]
    scores = model.logprobs(requests)
    perplexity = math.exp(-np.mean([total for total, _ in scores]))
    return {"acc": with_stderr([float(greedy) for _, greedy in scores]), "perplexity": {"value": perplexity}}


def rolling(model: Model, task: Task, rows: list[Row]) -> dict:
    """The tokenizer starts each text with `<|end|>`, which is predicted too."""
    texts = [render(task["doc_to_target"], row) for row in rows]
    total = sum(score for score, _ in model.logprobs([([0], [0, *encode(text)]) for text in texts]))
    return {"bits_per_byte": {"value": -total / sum(len(text.encode()) for text in texts) / math.log(2)}}


def generate_until(model: Model, task: Task, rows: list[Row]) -> dict:
    options = task["generation_kwargs"]
    prompts = [[0, *encode(render(task["doc_to_text"], row))] for row in rows]
    answers = model.generate(prompts, options["max_gen_toks"], options["until"][0])
    for filter_ in task.get("filter_list", [{"filter": []}])[0]["filter"]:
        if filter_["function"] == "regex":
            matches = [re.findall(filter_["regex_pattern"], answer) for answer in answers]
            answers = [found[0].strip() if found else "[invalid]" for found in matches]
    return {"exact_match": with_stderr([float(a == render(task["doc_to_target"], r)) for a, r in zip(answers, rows)])}


KINDS = {
    "multiple_choice": multiple_choice,
    "loglikelihood": loglikelihood,
    "loglikelihood_rolling": rolling,
    "generate_until": generate_until,
}


def tasks_of(family: Path) -> Path:
    """A family's own tasks, or those of snowflake."""
    own = family / "tasks"
    return own if own.exists() else MODELS / "snowflake" / "tasks"


def measure(folder: Path) -> dict:
    """Every task of its family on one model directory."""
    model, results = Model(folder), {}
    for path in sorted(tasks_of(folder.parent).glob("*.yaml")):
        task = read_yaml(path)
        results[task["task"]] = KINDS[task["output_type"]](model, task, rows_of(path))
    print(folder.name, flush=True)
    return results


def main(families: list[str]) -> None:
    for family in families:
        scales = json.loads((MODELS / family / "family.json").read_text())["scales"]
        with ProcessPoolExecutor(2) as pool:
            measured = pool.map(measure, [MODELS / family / scale["path"] for scale in scales])
            results = [{**scale, "results": found} for scale, found in zip(scales, measured)]
        (MODELS / family / "results.json").write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:] or ["snowflake", "snowflake-checkpoints", "snowflake-data"])
