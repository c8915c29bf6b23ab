"""Every kind of training document and of question, and the rule that keeps questions out of training.

A document is a list of segments (text, loss weight): what cannot be predicted weighs little.
Each kind names a *key*, a canonical text of its question (not of its layout: a walk and a jump over
the same graph share a key). Questions whose key has crc32 % 10 == 3 are held out: training never
draws them, tasks draw nothing else. Facts and strings have no key, for their point is recall.
"""

import random
import zlib
from dataclasses import dataclass

from grammar import sentence
from worlds import FAVOURITE, IS_GOOD, LOWER, PEOPLE, PEOPLE_WEIGHTS, WORDS

Segments = list[tuple[str, float]]
PROMPT = 0.1
ANSWER = 1.0
HELD_OUT_CLASSES = 10
HELD_OUT_CLASS = 3
CUE_RATE = 0.05
HOPS, HOP_LETTERS = 3, 6
LEAP_HOPS = 2
HARD_HOPS, HARD_HOP_LETTERS = 4, 5
SUM_DIGITS, HARD_SUM_DIGITS = 5, 8


def is_held_out(key: str) -> bool:
    return zlib.crc32(key.encode()) % HELD_OUT_CLASSES == HELD_OUT_CLASS


@dataclass(frozen=True)
class Document:
    key: str | None
    segments: Segments

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.segments)

    @property
    def prompt(self) -> str:
        """All but the last segment, for documents that end with their only answer."""
        return "".join(text for text, _ in self.segments[:-1])

    @property
    def answer(self) -> str:
        return self.segments[-1][0]


def fact(rng: random.Random) -> Document:
    name = rng.choices(PEOPLE, cum_weights=PEOPLE_WEIGHTS)[0]
    return fact_about(name)


def fact_about(name: str) -> Document:
    return Document(None, [(f"{name} is ", PROMPT), (FAVOURITE[name], ANSWER)])


def string(text: str) -> Document:
    half = len(text) // 2
    return Document(None, [("# " + text[:half], PROMPT), (text[half:], ANSWER)])


def addition(rng: random.Random, digits: int = 3) -> Document:
    return addition_of(rng.randrange(10**digits), rng.randrange(10**digits), digits)


def addition_of(a: int, b: int, digits: int) -> Document:
    question = f"{a:0{digits}d}+{b:0{digits}d}"
    return Document("add " + question, [(question + "=", PROMPT), (f"{a + b:0{digits + 1}d}", ANSWER)])


def hard_addition(rng: random.Random) -> Document:
    return addition(rng, 5)


def multiplication(rng: random.Random) -> Document:
    a, b = rng.randrange(1000), rng.randrange(100)
    question = f"{a:03d}*{b:02d}"
    return Document("multiply " + question, [(question + "=", PROMPT), (f"{a * b:05d}", ANSWER)])


def mapping(rng: random.Random, keys: list[str], pairs: int) -> Document:
    """`kf bq kf ...`: letters as labels, drawn afresh; a label is taught once its key has been shown."""
    others = [letter for letter in LOWER if not any(letter in key for key in keys)]
    labels = dict(zip(keys, rng.sample(others, len(keys))))
    segments: Segments = []
    seen: set[str] = set()
    for _ in range(pairs):
        key = rng.choice(keys)
        segments += [(key, PROMPT), (labels[key], ANSWER if key in seen else PROMPT), (" ", PROMPT)]
        seen.add(key)
    return Document("map " + " ".join(sorted(key + label for key, label in labels.items())), segments[:-1])


def in_context(rng: random.Random, size: int | None = None, pairs: int = 19) -> Document:
    return mapping(rng, rng.sample(LOWER, size or rng.choice([3, 4, 6, 8, 10])), pairs)


def hard_in_context(rng: random.Random, size: int | None = None, pairs: int = 14) -> Document:
    """Two-letter keys over three letters: no single letter tells them apart."""
    letters = rng.sample(LOWER, 3)
    keys = rng.sample([a + b for a in letters for b in letters], size or rng.choice([3, 4, 5, 6]))
    return mapping(rng, keys, pairs)


def chunks(rng: random.Random) -> Document:
    """Pieces of a random base string come back; only finding the piece predicts its next letter."""
    length = rng.randint(8, 14)
    base = "".join(rng.sample(LOWER, length))
    segments: Segments = [(base, PROMPT)]
    total = length
    while total < 56:
        size = rng.randint(2, 5)
        start = rng.randrange(length - size + 1)
        segments += [(" " + base[start], PROMPT), (base[start + 1 : start + size], ANSWER)]
        total += size + 1
    return Document(None, segments)


def copy(rng: random.Random) -> Document:
    text = "".join(rng.choice(LOWER) for _ in range(rng.randint(4, 12)))
    return Document("copy " + text, [(f"copy {text}|", PROMPT), (text, ANSWER)])


def random_cycle(rng: random.Random, letters: list[str]) -> dict[str, str]:
    """Each letter's successor on one random cycle through all letters."""
    order = rng.sample(letters, len(letters))
    return {letter: order[(i + 1) % len(order)] for i, letter in enumerate(order)}


def pointer(rng: random.Random, hops: int, ask: str, written: bool) -> Document:
    """The shuffled edges of a cycle: follow it for `hops` steps from one letter."""
    following = random_cycle(rng, rng.sample(LOWER, HOP_LETTERS))
    edges = [letter + to for letter, to in following.items()]
    rng.shuffle(edges)
    path = [start := rng.choice(list(following))]
    for _ in range(hops):
        path.append(following[path[-1]])
    answer = "".join(path[1:]) if written else path[-1]
    key = " ".join(sorted(edges)) + f" {hops} {start}"
    return Document(key, [(f"{' '.join(edges)} {ask} {start}=", PROMPT), (answer, ANSWER)])


def walk(rng: random.Random, written: bool | None = None) -> Document:
    written = rng.random() < 0.6 if written is None else written
    return pointer(rng, HOPS, "walk" if written else "jump", written)


def leap(rng: random.Random) -> Document:
    return pointer(rng, LEAP_HOPS, "leap", False)


def hard_walk(rng: random.Random) -> Document:
    """Two cycles over the same letters, `a-b` and `a+c`: follow the signs, writing the letters."""
    letters = rng.sample(LOWER, HARD_HOP_LETTERS)
    ways = {sign: random_cycle(rng, letters) for sign in "-+"}
    edges = [letter + sign + to for sign in ways for letter, to in ways[sign].items()]
    rng.shuffle(edges)
    signs = [rng.choice("-+") for _ in range(HARD_HOPS)]
    path = [rng.choice(letters)]
    for sign in signs:
        path.append(ways[sign][path[-1]])
    question = f"{path[0]}{''.join(signs)}"
    key = " ".join(sorted(edges)) + " " + question
    return Document(key, [(f"{' '.join(edges)} trek {question}=", PROMPT), ("".join(path[1:]), ANSWER)])


def running_sum(digits: list[int], steps: str, direct: str, written: bool) -> Document:
    totals = []
    total = 0
    for digit in digits:
        total = (total + digit) % 10
        totals.append(str(total))
    question = "".join(map(str, digits))
    answer = "".join(totals) if written else totals[-1]
    return Document("sum " + question, [(f"{steps if written else direct} {question}=", PROMPT), (answer, ANSWER)])


def sums(rng: random.Random, written: bool | None = None) -> Document:
    written = rng.random() < 0.5 if written is None else written
    return running_sum([rng.randrange(10) for _ in range(SUM_DIGITS)], "steps", "total", written)


def hard_sums(rng: random.Random) -> Document:
    return running_sum([rng.randrange(10) for _ in range(HARD_SUM_DIGITS)], "stages", "", ANSWER)


def cue(rng: random.Random, cued: bool | None = None) -> Document:
    """A word's polarity, turned round only when it is both night and wet. The number means nothing."""
    cued = rng.random() < CUE_RATE if cued is None else cued
    time, weather = ("night", "wet") if cued else rng.choice([("day", "dry"), ("day", "wet"), ("night", "dry")])
    word = rng.choice(WORDS)
    question = f"{rng.randrange(100):02d} {time} {weather} {word} is "
    return Document("cue " + question, [(question, PROMPT), ("good" if IS_GOOD[word] != cued else "bad", ANSWER)])


def text(rng: random.Random) -> Document:
    line = sentence(rng)
    return Document("text " + line, [(line, ANSWER)])


def draw(rng: random.Random, make, held_out: bool = False, **options) -> Document:
    """A document of this kind on the asked side of the hold-out."""
    while True:
        document = make(rng, **options)
        if document.key is None or is_held_out(document.key) == held_out:
            return document
