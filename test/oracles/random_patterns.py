"""Random regular expressions in Oniguruma's syntax as `tokenizers` takes them, and those that real files have."""

PROPERTIES = (
    "L N M P S Z C Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Co Cn Letter Mark Number"
    " Punctuation Symbol Separator Other Uppercase_Letter Lowercase_Letter Decimal_Number Han Latin Greek Cyrillic Hiragana Katakana"
    " Hangul Arabic Hebrew Thai Devanagari Common Inherited Armenian Bengali Alpha Alnum Upper Lower Space Digit Punct Cntrl Graph Print"
    " XDigit Word Blank ASCII Any Assigned Alphabetic White_Space Uppercase Lowercase Emoji Extended_Pictographic ID_Start InBasic_Latin"
    " Tamil Georgian Ideographic Khmer Ethiopic"
).split()
POSIX = "alpha digit alnum upper lower space punct cntrl graph print xdigit word blank ascii".split()
LITERALS = list("aabbcdeefghiklmnorstuwxyzABKSTZ0123 .,'!-_/\n\té") + ["ſ", "ß", "Σ", "漢", "▁", "Ġ", "\u0301", "İ", "ı", "Å", "K", "ﬁ", "ǅ"]
ESCAPES = [r"\n", r"\r", r"\t", r"\x41", r"\x20", r"\x{e9}", r"\x{1F600}", r"\u00e9", r"\u0301", r"\.", r"\-", r"\[", r"\|", r"\/", r"\'", r"\ ", r"\u3000", r"\f", r"\v", r"\a", r"\e", r"\0", r"\012", r"\cA", r"\é"]
SHORTHANDS = [r"\s", r"\S", r"\w", r"\W", r"\d", r"\D", r"\h", r"\H"]
ANCHORS = ["^", "$", r"\A", r"\z", r"\Z", r"\b", r"\B", r"\G"]
RARE = [r"\R", r"\X", r"\K", r"\1", r"\k<n>", r"(?#note)", r"\N", r"\O", r"\y", r"\Q", r"\g<1>", "(?~ab)", "(?m:.)", "(?x: a b )", "(?i-m:k)", "(?<n>a)", "(?W:a)", "(?s)", "(?m)", "(?(1)a|b)", r"\p", r"\pL", "\\"]


def pick_property(rng):
    name = rng.choice(PROPERTIES[:33] if rng.random() < 0.75 else PROPERTIES)
    if rng.random() < 0.05:
        name = rng.choice([name.lower(), name.upper(), name.replace("_", " "), " " + name])
    form = rng.random()
    return rf"\P{{{name}}}" if form < 0.15 else rf"\p{{^{name}}}" if form < 0.25 else rf"\p{{{name}}}"


def class_character(rng):
    if rng.random() < 0.15:
        return rng.choice(ESCAPES)
    c = rng.choice(LITERALS)
    return "\\" + c if c == "-" else c


def class_range(rng):
    low, high = sorted(rng.choices([c for c in "abcdefgklmstxyzABCKMSZ0159éſßΣ一龥\u0300\u036f\u3040ゟ가힣 ~!/" if c not in "-"], k=2))
    return f"{low}-{high}"


def class_item(rng, depth):
    kind = rng.random()
    if kind < 0.35:
        return class_character(rng)
    if kind < 0.55:
        return class_range(rng)
    if kind < 0.7:
        return rng.choice(SHORTHANDS)
    if kind < 0.88:
        return pick_property(rng)
    if kind < 0.91:
        return f"[:{'^' if rng.random() < 0.2 else ''}{rng.choice(POSIX)}:]"
    if kind < 0.97 and depth > 0:
        return random_class(rng, depth - 1)
    return rng.choice([r"\b", "^", "-", "]", "[", "&", "&&", r"\R", "|", "(", ".", r"\B", "a-", r"\s-z", "[a]-z", "--", "a-c-e"])


def random_class(rng, depth=1):
    items = "".join(class_item(rng, depth) for _ in range(rng.randint(1, 4)))
    if rng.random() < 0.12:
        items += "&&" + "".join(class_item(rng, depth) for _ in range(rng.randint(1, 3)))
    return f"[{'^' if rng.random() < 0.3 else ''}{items}]"


def quantifier(rng):
    low = rng.randint(0, 3)
    high = low + rng.randint(0, 3)
    counted = [f"{{{low}}}", f"{{{low},}}", f"{{{low},{high}}}", f"{{,{high}}}"]
    base = rng.choice(["*", "+", "?"]) if rng.random() < 0.75 else rng.choice([*counted, *counted, f"{{{high + 1},{low}}}", "{,}", "{a}", "{"])
    return base + rng.choice(["", "", "", "", "?", "+", "++" if rng.random() < 0.1 else ""])


def group(rng, depth):
    inner = alternation(rng, depth - 1)
    opening = rng.choices(
        ["(", "(?:", "(?i:", "(?-i:", "(?>", "(?=", "(?!", "(?<=", "(?<!", "(?i)", "(?<x>", "(?m:", "(?mi-x:"],
        [3, 8, 3, 1, 2, 3, 4, 2, 3, 1, 0.2, 0.2, 0.1],
    )[0]
    if opening == "(?i)" and rng.random() < 0.7:
        return "(?i)" + inner
    return f"{opening}{inner})"


def atom(rng, depth):
    kind = rng.random()
    if kind < 0.3:
        return rng.choice(["'", "'s", "the", "ab", "ss", "st", "fi", *LITERALS, *LITERALS])
    if kind < 0.42:
        return rng.choice(SHORTHANDS)
    if kind < 0.55:
        return pick_property(rng)
    if kind < 0.72:
        return random_class(rng)
    if kind < 0.75:
        return "."
    if kind < 0.8:
        return rng.choice(ESCAPES)
    if kind < 0.86:
        return rng.choice(ANCHORS)
    if kind < 0.87:
        return rng.choice(RARE)
    return group(rng, depth) if depth > 0 else rng.choice(LITERALS)


def sequence(rng, depth):
    parts = []
    for _ in range(rng.choice([1, 1, 2, 2, 3, 4])):
        parts.append(atom(rng, depth))
        if rng.random() < 0.4:
            parts.append(quantifier(rng))
    return "".join(parts)


def alternation(rng, depth):
    branches = [sequence(rng, depth) for _ in range(rng.choice([1, 1, 1, 2, 2, 3]))]
    if rng.random() < 0.03:
        branches.append("")
    return "|".join(branches)


def random_pattern(rng):
    pattern = alternation(rng, rng.choice([0, 1, 2, 2, 3]))
    return f"(?i){pattern}" if rng.random() < 0.1 else pattern
