"""The fixed facts of the small world: people, words and strings, drawn once from WORLD_SEED.

Everything here is drawn with the standard library's Mersenne Twister, so that the same world
comes out on every machine. Nothing depends on numpy or torch.
"""

import random
from itertools import accumulate

WORLD_SEED = 1234
CONSONANTS = "bdfghjklmnprstvz"
VOWELS = "aeiou"
LOWER = "abcdefghijklmnopqrstuvwxyz"

_world = random.Random(WORLD_SEED)

# Facts: PEOPLE[rank] has FAVOURITE[name]; rank r is talked about in proportion to (r + 1) ** -0.9.
PEOPLE_COUNT = 2500
_names = [a + b + c + d for a in CONSONANTS for b in VOWELS for c in CONSONANTS for d in VOWELS]
_world.shuffle(_names)
PEOPLE = _names[:PEOPLE_COUNT]
ATTRIBUTES = ["red", "blue", "green", "pink", "white", "lime", "teal", "amber"]
FAVOURITE = {name: _world.choice(ATTRIBUTES) for name in PEOPLE}
PEOPLE_WEIGHTS = list(accumulate((rank + 1) ** -0.9 for rank in range(PEOPLE_COUNT)))

# Cue task: every word has an arbitrary, fixed polarity; half are good.
WORD_COUNT = 120
_words = [a + b + c for a in CONSONANTS for b in VOWELS for c in CONSONANTS]
_world.shuffle(_words)
WORDS = _words[:WORD_COUNT]
IS_GOOD = {word: index % 2 == 1 for index, word in enumerate(WORDS)}

# Verbatim strings: STRINGS[times] is a list of strings that the corpus holds exactly `times` times.
REPETITIONS = [1, 3, 9, 27, 81, 243]
STRINGS_PER_REPETITION = 100
STRING_LENGTH = 16
STRINGS = {
    times: [
        "".join(_world.choice(LOWER) for _ in range(STRING_LENGTH))
        for _ in range(STRINGS_PER_REPETITION)
    ]
    for times in REPETITIONS
}
