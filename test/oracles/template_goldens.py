"""Renders every distinct template that ships with lm_eval 0.4.13 with jinja2 and writes the outcomes as goldens.

Needs lm_eval 0.4.13 (task files), jinja2 3.1, pyyaml. Documents are drawn at random (seeded) to fit each template.
Usage: python test/oracles/template_goldens.py [-o test/fixtures/templates/lm-eval-0.4.13.json.gz]
"""
import argparse
import gzip
import importlib.util
import json
import pathlib
import random

import jinja2
import yaml
from jinja2 import BaseLoader, Environment, StrictUndefined, meta, nodes

FIELDS = ("doc_to_text", "doc_to_target", "doc_to_choice", "description", "gen_prefix")
STRINGS = (
    "A plain sentence.", "  blanks around \n", "it's \"quoted\"", "café 日本 🎉", "7", "B", "tab\there", "x\\y", "",
    "One. Two? Three!", "yes", "a/b", "{{not a tag}}", "line\n\nbreak\n", "\u00a0nbsp\u3000", "A)", "[1, 2]", "%s {0}",
)


def task_folder():
    return pathlib.Path(importlib.util.find_spec("lm_eval").origin).parent / "tasks"


def load(path):
    class Loader(yaml.CSafeLoader):
        pass

    Loader.add_constructor("!function", lambda loader, node: None)
    with path.open("rb") as file:
        return yaml.load(file, Loader=Loader)


def templates_of(config):
    for holder in (config, config.get("fewshot_config") or {}):
        for field in FIELDS:
            value = holder.get(field)
            if isinstance(value, str) and ("{{" in value or "{%" in value):
                yield value


def collect():
    found = {}
    for path in sorted(task_folder().glob("**/*")):
        if path.is_file() and path.suffix in ("", ".yaml", ".yml"):  # fragments for include have no ending
            try:
                config = load(path)
            except (yaml.YAMLError, UnicodeDecodeError):
                continue
            if isinstance(config, dict):
                for template in templates_of(config):
                    found.setdefault(template, len(found))
    return sorted(found)


class Draw:
    """Random values shaped by the attributes and keys that a template reads."""

    def __init__(self, ast, seed):
        self.random = random.Random(seed)
        self.keys = {}
        for node in ast.find_all((nodes.Getattr, nodes.Getitem)):
            name = node.node.name if isinstance(node.node, nodes.Name) else "*"
            key = node.attr if isinstance(node, nodes.Getattr) else getattr(node.arg, "value", None)
            if isinstance(key, str):
                self.keys.setdefault(name, set()).add(key)
        self.deep = sorted(self.keys.pop("*", set()))
        self.constants = [node.value for node in ast.find_all(nodes.Const) if isinstance(node.value, str)]

    def text(self):
        if self.constants and self.random.random() < 0.3:
            return self.random.choice(self.constants)
        return self.random.choice(STRINGS)

    def texts(self):
        return [self.text() for _ in range(self.random.randint(2, 5))]

    def scalar(self):
        return self.random.choice([self.text, self.text, self.text, lambda: self.random.randint(0, 4), lambda: self.random.randint(-3, 9), lambda: 0.5, lambda: 2.0, lambda: None, lambda: True])()

    def value(self, keys, depth=0):
        kinds = ["text", "text", "integer", "scalar", "texts", "numbers", "dicts"] + (["dict"] * 4 if keys else [])
        kind = self.random.choice(kinds)
        if kind == "text":
            return self.text()
        if kind == "integer":
            return self.random.randint(-2, 6)
        if kind == "scalar":
            return self.scalar()
        if kind == "texts":
            return self.texts()
        if kind == "numbers":
            return [self.random.randint(0, 9) for _ in range(4)]
        names = sorted(set(keys) | set(self.deep))
        fields = lambda: {k: self.value(self.deep, depth + 1) if depth < 2 else self.text() for k in names}
        return fields() if kind == "dict" else [fields() for _ in range(3)]

    def document(self, variables):
        return {name: self.value(sorted(self.keys.get(name, ()))) for name in variables}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-o", default="test/fixtures/templates/lm-eval-0.4.13.json.gz")
    out = pathlib.Path(parser.parse_args().o)
    env = Environment(loader=BaseLoader, undefined=StrictUndefined, keep_trailing_newline=True)
    env.filters["regex_replace"] = lambda s, pattern, repl, count=0: __import__("re").sub(pattern, repl, s, count=count)
    cases, never = [], 0
    for index, template in enumerate(collect()):
        try:
            ast = env.parse(template)
            compiled = env.from_string(template)
        except jinja2.TemplateSyntaxError as error:
            cases.append({"template": template, "syntaxError": str(error)})
            continue
        draw = Draw(ast, index)
        variables = sorted(meta.find_undeclared_variables(ast))
        rendered, failed = [], []
        for _ in range(3000):
            document = draw.document(variables)
            try:
                text = compiled.render(**document)
                if all(text != other["text"] for other in rendered) and "<generator" not in text and "Undefined" not in text and "<built-in" not in text:
                    rendered.append({"document": document, "text": text})
            except Exception:
                if not failed:
                    failed.append(document)
            if len(rendered) == 2:
                break
        never += not rendered
        cases.append({"template": template, "rendered": rendered, "failed": failed})
    out.parent.mkdir(parents=True, exist_ok=True)
    header = {"jinja2": jinja2.__version__, "lm_eval": "0.4.13", "cases": cases}
    with gzip.GzipFile(out, "wb", 9, mtime=0) as file:
        file.write(json.dumps(header, ensure_ascii=False).encode())
    print(len(cases), "templates,", never, "never rendered,", out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
