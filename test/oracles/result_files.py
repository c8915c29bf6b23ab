"""lm_eval 0.4.13 and result files: what its own tracker writes, and what its own readers make of ours.

Usage: python test/oracles/result_files.py write [-o test/fixtures/lm-eval/result-files.json]
       python test/oracles/result_files.py read RUN/results [-o table.json]
"""
import argparse
import json
import os
import pathlib
import sys
import tempfile
import types

import lm_eval_run as run

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "fixtures/lm-eval"
TASKS = ["letters_group", "sums", "pages"]


class Writer:
    """Stands in for pytablewriter: keeps the rows that lm_eval gives it."""

    def dumps(self):
        return json.dumps({"headers": self.headers, "rows": self.value_matrix}, ensure_ascii=False)


def write(output):
    import lm_eval
    import lm_eval_goldens as goldens
    from lm_eval.loggers import EvaluationTracker
    from lm_eval.tasks import TaskManager

    os.chdir(FOLDER / "tasks")
    name, model, tokenizer = list(goldens.tiny_models())[2]
    with tempfile.TemporaryDirectory() as folder:
        directory = pathlib.Path(folder) / "org" / name
        model.save_pretrained(directory)
        tokenizer.save_pretrained(directory)
        tracker = EvaluationTracker(output_path=f"{folder}/out")
        results = lm_eval.simple_evaluate(
            model="hf", model_args={"pretrained": str(directory), "dtype": "float32"}, tasks=TASKS, limit=3, bootstrap_iters=100,
            log_samples=True, evaluation_tracker=tracker, device="cpu", fewshot_as_multiturn=None,
            task_manager=TaskManager(include_defaults=False, include_path=str(FOLDER / "tasks")))
        samples = results.pop("samples")
        tracker.save_results_aggregated(results=results, samples=samples)
        for task in results["configs"]:
            tracker.save_results_samples(task_name=task, samples=samples[task])
        written = sorted(pathlib.Path(f"{folder}/out").rglob("*.json*"))
        content = {}
        for path in written:
            kind = path.name.rsplit("_", 1)[0]
            text = path.read_text("utf-8")
            content[kind] = json.loads(text) if path.suffix == ".json" else [json.loads(line) for line in text.splitlines()]
        names = [path.name for path in written]
    content["results"]["pretty_env_info"] = "(left out)"
    content["results"]["config"]["model_args"]["pretrained"] = "org/llama-gqa"
    for key in ("model_name", "model_name_sanitized"):
        content["results"][key] = content["results"][key].replace(folder, "").strip("/")
    text = json.dumps({"versions": run.VERSIONS, "names": names, "content": content}, indent=1, ensure_ascii=False)
    for path in (str(FOLDER), folder, folder.replace("/", "__")):  # where this ran says nothing
        text = text.replace(path, "")
    output.write_text(text + "\n", "utf-8")
    print(output, output.stat().st_size, "bytes", names)


def read(folder, output):
    module = types.ModuleType("pytablewriter")
    module.MarkdownTableWriter = module.LatexTableWriter = Writer
    sys.modules["pytablewriter"] = module
    import datasets
    from lm_eval import utils
    from lm_eval.utils import hash_string

    found = []
    paths = [str(path) for path in sorted(folder.rglob("*.json*"))]
    latest = utils.get_latest_filename(utils.get_results_filenames(paths))
    for path in utils.get_results_filenames(paths):
        results = json.loads(pathlib.Path(path).read_text("utf-8"))
        table = {column: json.loads(utils.make_table(results, column)) for column in ("results", "groups") if column in results}
        samples = {}
        time = utils.get_file_datetime(path).removesuffix(".json")
        for other in utils.get_sample_results_filenames(paths):
            if time not in other or pathlib.Path(other).parent != pathlib.Path(path).parent:
                continue
            task = utils.get_file_task_name(pathlib.Path(other).name)
            rows = datasets.load_dataset("json", data_files={"latest": other}, split="latest", cache_dir=str(folder / ".cache"))
            joined = "".join(row["doc_hash"] + row["prompt_hash"] + row["target_hash"] for row in rows)
            samples[task] = {"rows": len(rows), "columns": rows.column_names, "hash": hash_string(joined) == results["task_hashes"][task]}
        found.append({"file": pathlib.Path(path).name, "latest": path == latest, "table": table, "samples": samples})
    text = json.dumps(found, indent=1, ensure_ascii=False)
    if output is not None:
        output.write_text(text + "\n", "utf-8")
    print(text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["write", "read"])
    parser.add_argument("folder", nargs="?", type=pathlib.Path)
    parser.add_argument("-o", type=pathlib.Path)
    options = parser.parse_args()
    output = None if options.o is None else options.o.resolve()
    if options.what == "write":
        write(output or FOLDER / "result-files.json")
    else:
        read(options.folder.resolve(), output)


if __name__ == "__main__":
    main()
