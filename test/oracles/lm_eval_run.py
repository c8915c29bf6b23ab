"""Runs the real lm_eval 0.4.13 over task files with local data, and gives what it asked, got and computed."""
import os
import pathlib

os.environ["DISABLE_MULTIPROC"] = "1"
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import lm_eval_stubs  # noqa: E402

lm_eval_stubs.install()

import datasets  # noqa: E402
import lm_eval  # noqa: E402
import torch  # noqa: E402
import transformers  # noqa: E402
from lm_eval.loggers.evaluation_tracker import EvaluationTracker  # noqa: E402,F401
from lm_eval.models.huggingface import HFLM  # noqa: E402
from lm_eval.tasks import TaskManager  # noqa: E402
from lm_eval.tasks._yaml_loader import load_yaml  # noqa: E402
from lm_eval.utils import hash_string  # noqa: E402

torch.set_num_threads(1)  # tiny models: more threads only wait for one another

VERSIONS = {
    "lm_eval": "0.4.13",
    "torch": torch.__version__,
    "transformers": transformers.__version__,
    "datasets": datasets.__version__,
}


def task_config(path):
    """A task file as lm_eval reads it, with its data files found beside it."""
    path = pathlib.Path(path).resolve()
    config = load_yaml(path, resolve_func=True)
    kwargs = config.get("dataset_kwargs") or {}

    def absolute(value):
        if isinstance(value, str):
            return str(path.parent / value)
        if isinstance(value, list):
            return [absolute(item) for item in value]
        return {key: absolute(item) for key, item in value.items()}

    if "data_files" in kwargs:
        config["dataset_kwargs"] = {**kwargs, "data_files": absolute(kwargs["data_files"])}
    return config


def evaluate(model, tokenizer, configs, *, shots=None, limit=None, bootstrap_iters=2000, add_bos=None, batch_size=1, folder=None, **more):
    """simple_evaluate over task configs (or names of tasks in a folder), on a loaded model; `more` goes to simple_evaluate."""
    lm = HFLM(pretrained=model, tokenizer=tokenizer, batch_size=batch_size, device="cpu", add_bos_token=add_bos)
    results = lm_eval.simple_evaluate(
        model=lm,
        tasks=configs,
        num_fewshot=shots,
        limit=limit,
        bootstrap_iters=bootstrap_iters,
        log_samples=True,
        task_manager=TaskManager(include_defaults=False, include_path=None if folder is None else str(folder)),
        random_seed=0,
        numpy_random_seed=1234,
        torch_random_seed=1234,
        fewshot_random_seed=1234,
        **more,
    )
    return lm, results


def number(value):
    return value if isinstance(value, (str, bool, int)) else float(value)


def rows_of(results):
    """The metric rows of tasks and groups as plain numbers."""
    return {
        name: {key: number(value) for key, value in row.items() if not isinstance(value, dict)}
        for name, row in results["results"].items()
    }


def response_of(response):
    if isinstance(response, (tuple, list)):
        return [float(response[0]), bool(response[1])]
    return response if isinstance(response, str) else float(response)


def sample_of(sample):
    arguments = [[a for a in argument if isinstance(a, str)] for argument in sample["arguments"]]
    return {
        "doc_id": sample["doc_id"],
        "arguments": arguments,
        "resps": [[response_of(r) for r in responses] for responses in sample["resps"]],
        "filtered_resps": [str(r) for r in sample["filtered_resps"]],
        "filter": sample["filter"],
        "doc_hash": sample["doc_hash"],
        "prompt_hash": sample["prompt_hash"],
        "target_hash": sample["target_hash"],
    }


def task_hash(samples):
    return hash_string("".join(s["doc_hash"] + s["prompt_hash"] + s["target_hash"] for s in samples))


def token_ids(lm, sample):
    """The (context, continuation) ids of every loglikelihood request of a sample."""
    pairs = []
    for argument in sample["arguments"]:
        if len(argument) == 2 and isinstance(argument[1], str):
            context, continuation = argument
            if context == "":
                ids = lm.tok_encode(continuation, add_special_tokens=False)
                prefix = lm.prefix_token_id
                pairs.append([[prefix], ids] if prefix != ids[0] else [ids[:1], ids[1:]])
            else:
                pairs.append([list(ids) for ids in lm._encode_pair(context, continuation)])
    return pairs
