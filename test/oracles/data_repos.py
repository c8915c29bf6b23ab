"""Which files the `datasets` library takes for which split of a data repository, for many layouts made here.

The repositories are folders on this disk: the library looks for their files by the same patterns as on the hub.
Usage: python test/oracles/data_repos.py [-o test/fixtures/task/data-repos.json]
"""
import argparse
import json
import os
import pathlib
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"

import datasets  # noqa: E402

OUT = pathlib.Path(__file__).resolve().parents[1] / "fixtures/task/data-repos.json"


def card(text):
    return f"---\n{text}---\n# A data set\n"


CONFIGS = card("""configs:
- config_name: main
  data_files:
  - split: train
    path: main/train-*
  - split: test
    path:
    - main/test-*
    - extra/test.jsonl
- config_name: socratic
  default: true
  data_files:
  - split: train
    path: "socratic/*.jsonl"
  - split: other.part
    path: socratic/deep/**
""")
LAYOUTS = {
    "one file": {"data.jsonl": None},
    "names": {"train.jsonl": None, "test.jsonl": None, "README.md": "# none"},
    "names in a folder": {"data/train.csv": None, "data/valid.csv": None, "data/eval.csv": None},
    "several shards": {"train_0.csv": None, "train_1.csv": None, "train_10.csv": None, "dev.csv": None},
    "words inside": {"my-train-set.jsonl": None, "contest.jsonl": None, "latest_test.jsonl": None, "x.testing.jsonl": None},
    "folders": {"train/a.jsonl": None, "train/deep/b.jsonl": None, "validation/c.jsonl": None, "misc/train.jsonl": None},
    "folders with words": {"1_train_x/a.jsonl": None, "val 2/b.jsonl": None, "test/c.jsonl": None},
    "shards": {"data/train-00000-of-00002.parquet": None, "data/train-00001-of-00002.parquet": None,
               "data/zeta-00000-of-00001.parquet": None, "data/test-00000-of-00001-abcdef.parquet": None,
               "data/alpha-00000-of-00001.parquet": None, "train.parquet": None},
    "no split": {"a.jsonl": None, "b/c.jsonl": None, "d.json": None},
    "ending by count": {"a.csv": None, "b.csv": None, "c.jsonl": None},
    "ending by favour": {"a.csv": None, "b.parquet": None},
    "ending by name": {"a.tsv": None, "b.txt": None},
    "packed": {"train.jsonl.gz": None, "test.jsonl.gz": None},
    "text": {"train.txt": None, "test.txt": None},
    "hidden and special": {"train.jsonl": None, ".hidden/train.jsonl": None, "__x__/train.jsonl": None, "dataset_infos.json": "{}",
                           "sub/config.json": "{}", "sub/.train.jsonl": None},
    "images": {"train/a.png": None, "test/b.png": None},
    "nothing": {"README.md": "# none", "notes.md": "x"},
    "configs": {"README.md": CONFIGS, "main/train-0.jsonl": None, "main/train-1.jsonl": None, "main/test-0.jsonl": None,
                "main/deep/train-9.jsonl": None, "extra/test.jsonl": None, "socratic/a.jsonl": None, "socratic/deep/x/b.jsonl": None},
    "config with a folder": {"README.md": card("configs:\n- config_name: a\n  data_dir: one\n- config_name: b\n  data_dir: two\n"),
                             "one/train.jsonl": None, "one/test.jsonl": None, "two/all.jsonl": None},
    "one config": {"README.md": card("configs:\n- config_name: only\n  data_files: x.jsonl\n"), "x.jsonl": None, "train.jsonl": None},
    "list of files": {"README.md": card("configs:\n- config_name: default\n  data_files:\n  - '*.jsonl'\n  - deep/*\n"),
                      "x.jsonl": None, "deep/y.jsonl": None, "deep/z/w.jsonl": None},
    "missing file": {"README.md": card("configs:\n- config_name: default\n  data_files: gone.jsonl\n"), "x.jsonl": None},
    "options": {"README.md": card("configs:\n- config_name: default\n  data_files: '*.csv'\n  sep: ';'\n"), "x.csv": "a;b\n1;2\n"},
    "standalone card": {".huggingface.yaml": "configs:\n- config_name: s\n  data_files: y.jsonl\n", "x.jsonl": None, "y.jsonl": None},
    "classes": {"[train].jsonl": None, "train[1].jsonl": None},
    "mixed by split": {"train.csv": None, "test.jsonl": None},
}
NAMES = [None, "main", "socratic", "a", "b", "nonsense"]


def make(root, layout):
    for path, content in layout.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if content is not None else '{"a": 1}\n', "utf-8")


def expected(root, name):
    try:
        builder = datasets.load_dataset_builder(str(root), name)
    except Exception as error:  # noqa: BLE001
        return {"error": type(error).__name__}
    files = {
        str(split): [os.path.relpath(path, root) for path in paths]
        for split, paths in (builder.config.data_files or {}).items()
    }
    return {"config": builder.config.name, "builder": type(builder).__mro__[1].__name__.lower(), "splits": files,
            "sep": getattr(builder.config, "sep", None)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-o", default=OUT, type=pathlib.Path)
    options = parser.parse_args()
    golden = {"versions": {"datasets": datasets.__version__}, "repos": []}
    with tempfile.TemporaryDirectory() as folder:
        for index, (title, layout) in enumerate(LAYOUTS.items()):
            root = pathlib.Path(folder) / str(index)
            make(root, layout)
            names = NAMES if "config" in title else [None, "nonsense"]
            golden["repos"].append({
                "title": title,
                "files": sorted(layout),
                "cards": {path: content for path, content in layout.items() if path in ("README.md", ".huggingface.yaml")},
                "expected": [{"name": name, **expected(root, name)} for name in names],
            })
    options.o.write_text(json.dumps(golden, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(options.o, options.o.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
