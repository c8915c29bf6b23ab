"""What Python and its libraries make of odd texts and numbers, for the parts of this program that stand in for them.

ast.literal_eval, PyYAML, pandas' floats, numpy's print of arrays, pyarrow's floats as text, `%` of text, str.casefold and ujson.
Usage: python test/oracles/python_values.py [--seed 1] [--count 400] [-o test/fixtures/python-values.json.gz]
"""
import argparse
import ast
import gzip
import io
import json
import pathlib
import random
import warnings

import numpy
import pandas
import pyarrow
import yaml

OUT = pathlib.Path(__file__).resolve().parents[1] / "fixtures/python-values.json.gz"
warnings.simplefilter("ignore")

LITERALS = ["[", "]", "(", ")", "{", "}", ",", ", ", ":", " ", "\n", "\t", "#c\n", "'a'", '"b"', "'it\\'s'", "'''x\ny'''", "r'\\n'", "u'u'", "'\\x41'", "'\\u00e9'", "'\\101'", "'\\q'", "'\\\n'",
            "1", "0", "00", "01", "-1", "+1", "--1", "1.5", ".5", "5.", "1e5", "1E-3", "1_000", "1__0", "_1", "1_", "0x1F", "0o17", "0b101", "0b2", "True", "False", "None", "true", "null", "a", "inf", "é", "1e400",
            "10**2", "[1]", "[]", "()", "{}", "(1,)", "{'a': 1}", "'a' 'b'", "*[1]", "\\\n", "\x0c", "\u00a0", "1234567890123456789012", "1e16", "-0", "-0.0", "- 1", "'\\0'", "'\\U0001F600'", "'\\x4'", "'😀'", "\x00", "'\r\n'"]
SCALARS = ["yes", "No", "y", "n", "on", "OFF", "true", "False", "~", "null", "", "1", "01", "08", "0o17", "0x1F", "0b11", "1_000", "_1", "-1", "+1", "1.0", "1.", "1.5e3", "1e3", "1.5e+3", ".5", "-.5", ".5e1", ".inf", "-.INF",
           ".nan", "inf", "1:30", "1:30:45", "-1:30", "1:60", "190:20:30.15", "0:1", "12e03", "0.1.2", "1,000", "a:b", "a #b", "a#b", "'it''s'", "\"q\\\"\"", "\"\\x41\\u263a\\n\"", "'multi\n  line'", "\"multi\n  line\"",
           "plain\n  more", "!!str 5", "[a, b]", "[a, [b, 1]]", "{a: 1}", "{a: 1, b}", "[a, ]", "{}", "|\n  block\n  two", "|-\n  block\n\n", "|+\n  block\n\n\n", ">\n  fold\n  ed\n\n  p", "|2\n    two", "é", "a\tb", "'{{q}}'",
           "9223372036854775808", "123456789012345678901234567890", "\\n", "a & b", "' a '", "\"a\\\n  b\"", "{10: x, 9: y}", "{1: a, b: c}"]
FORMATS = ["%d", "%5d", "%05d", "%-5d|", "%+d", "% d", "%.2f", "%8.3f", "%08.3f", "%s", "%10s", "%-10s|", "%.3s", "%r", "%x", "%X", "%o", "%e", "%.0e", "%g", "%.3g", "%G", "%i%%", "%c", "%.0f", "%5.1f%%", "%s %s", "%u", "%+.1f", "%010.2f", "%.3d"]
VALUES = [0, 1, -42, 255, 2**60, -(10**25), 0.5, 1.5, 2.5, -0.125, 0.1, 1e20, -1e-7, 123456.789, 1e16, 0.0, -0.0, 3, True, False, "text", "é👍", None, [1, "a"], 65, 1e100, 0.000123456]


def tagged(value):
    if isinstance(value, dict):
        return {"dict": [[str(key), tagged(item)] for key, item in value.items()]}
    if isinstance(value, list):
        return [tagged(item) for item in value]
    return value if isinstance(value, (str, bool, type(None))) else {type(value).__name__: repr(value)}


def literals(r, count):
    for _ in range(count):
        source = "".join(r.choice(LITERALS) for _ in range(r.randint(1, 5)))
        source = f"[{source}]" if r.random() < 0.7 else source
        try:
            yield [source, repr(ast.literal_eval(source))]
        except Exception:
            yield [source, None]


def documents(r, count):
    for _ in range(count):
        kinds = ["{k}: {v}", "{k}:\n- {v}\n- x", "{k}: [{v}, {w}]", "{k}: {{z: {v}}}", "{k}:\n  z: {v}\n  y: {w}"]
        lines = [r.choice(kinds).format(k=f"k{i}", v=r.choice(SCALARS), w=r.choice(SCALARS)) for i in range(r.randint(1, 2))]
        source = "\n".join(lines) + r.choice(["\n", ""])
        try:
            yield [source, tagged(yaml.load(source, Loader=yaml.CSafeLoader))]
        except Exception:
            continue


def decimals(r, count):
    digits = lambda n: "".join(r.choice("0123456789") for _ in range(r.randint(1, n)))
    texts = [r.choice([repr(r.uniform(-10, 10)), repr(r.random() * 10 ** r.randint(-30, 30)), f"{digits(20)}.{digits(20)}", f"{digits(20)}.{digits(9)}e{r.randint(-330, 330)}", f"{digits(3)}e{r.randint(-330, 310)}"]) for _ in range(count)]
    read = pandas.read_csv(io.StringIO("x\n0.5\n" + "\n".join(texts) + "\n")).x[1:]
    return [[text, repr(float(value))] for text, value in zip(texts, read)]


def arrays(r, count):
    for _ in range(count):
        x = numpy.array([r.gauss(0, r.choice([0.1, 1, 3, 9])) for _ in range(r.randint(1, 14))])
        p = numpy.exp(x - x.max()) / numpy.exp(x - x.max()).sum()
        yield [[float(v) for v in p], str(p)]


def arrow_texts(r, count):
    values = [r.choice([1, -1]) * r.choice([r.random(), float(r.randrange(10**6)), 10.0 ** r.randint(-9, 17), r.random() * 10 ** r.randint(-12, 18)]) for _ in range(count)]
    return [[repr(v), t] for v, t in zip(values, pyarrow.array(values).cast(pyarrow.string()).to_pylist())]


def formatted(r, count):
    for _ in range(count):
        form = r.choice(FORMATS)
        values = [r.choice(VALUES) for _ in range(form.count("%") - 2 * form.count("%%"))]
        try:
            yield [form, [tagged(v) if not isinstance(v, list) else v for v in values], form % tuple(values)]
        except Exception:
            yield [form, [tagged(v) if not isinstance(v, list) else v for v in values], None]


def mixed_texts():
    for text in ("5", "05", "x", "true", "null", "[1]", "{\"a\": 1}", "\"q\"", "", "1.50", "1e5", "Infinity", "12345678901234567890123", " 7 ", "-0", "1.", "[1,", "tru"):
        try:
            yield [text, repr(pandas.io.json.ujson_loads(text))]
        except Exception:
            yield [text, None]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", default=1, type=int)
    parser.add_argument("--count", default=400, type=int)
    parser.add_argument("-o", default=OUT, type=pathlib.Path)
    options = parser.parse_args()
    r, n = random.Random(options.seed), options.count
    golden = {
        "versions": {"numpy": numpy.__version__, "pandas": pandas.__version__, "pyarrow": pyarrow.__version__, "yaml": yaml.__version__},
        "literals": list(literals(r, 4 * n)), "documents": list(documents(r, n)), "decimals": decimals(r, n), "arrays": list(arrays(r, n // 4)),
        "arrowTexts": arrow_texts(r, n // 2), "formatted": list(formatted(r, n)), "mixedTexts": list(mixed_texts()),
        "caseFolded": [[c, c.casefold()] for c in ("ß", "ẞ", "İ", "ı", "Σ", "ς", "ﬁ", "ŉ", "ᏸ", "Ꭰ", "ꭰ", "ǰ", "A", "é", "ſ")],
    }
    with gzip.GzipFile(options.o, "wb", 9, mtime=0) as file:
        file.write(json.dumps(golden, ensure_ascii=True).encode())
    print({key: len(part) for key, part in golden.items()}, options.o.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
