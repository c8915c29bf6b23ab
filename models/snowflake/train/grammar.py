"""A small phrase grammar with agreement, selection and Zipf-like word choice."""

import random

ANIMALS = ["cat", "dog", "fox", "owl", "bear", "crow", "mole", "seal"]
PEOPLE = ["king", "maid", "monk", "chef", "thief", "nurse"]
OBJECTS = ["cup", "box", "lamp", "ring", "rope", "bell", "coin", "leaf"]
ADJECTIVES = ["old", "small", "wet", "kind", "slow", "quick", "brown", "calm"]
PLACES = ["hill", "lake", "barn", "road", "tower", "cave"]
IRREGULAR = {"fox": "foxes", "box": "boxes", "leaf": "leaves", "thief": "thieves"}


def pick(rng: random.Random, words: list[str]) -> str:
    """Early words are likelier (exponential, rate 0.35)."""
    return words[min(len(words) - 1, int(rng.expovariate(0.35)))]


def noun_phrase(rng: random.Random, nouns: list[str], plural: bool) -> str:
    noun = pick(rng, nouns)
    adjective = pick(rng, ADJECTIVES) + " " if rng.random() < 0.4 else ""
    if plural:
        noun = IRREGULAR.get(noun, noun + "s")
    phrase = adjective + noun
    if plural or rng.random() < 0.7:
        return "the " + phrase
    return ("an " if phrase[0] in "aeiou" else "a ") + phrase


def verb_phrase(rng: random.Random, animal: bool, plural: bool) -> str:
    """A verb that agrees with the subject, and an object that the verb can take."""
    ending = "" if plural else "s"
    draw = rng.random()
    if animal:
        if draw < 0.5:
            return f" chase{ending} " + noun_phrase(rng, ANIMALS, rng.random() < 0.3)
        if draw < 0.8:
            return f" sleep{ending} in the " + pick(rng, PLACES)
        return f" fear{ending} " + noun_phrase(rng, PEOPLE, rng.random() < 0.3)
    if draw < 0.5:
        return f" want{ending} " + noun_phrase(rng, OBJECTS, rng.random() < 0.3)
    if draw < 0.8:
        return f" feed{ending} " + noun_phrase(rng, ANIMALS, rng.random() < 0.3)
    return f" walk{ending} to the " + pick(rng, PLACES)


def sentence(rng: random.Random) -> str:
    plural = rng.random() < 0.3
    animal = rng.random() < 0.5
    text = noun_phrase(rng, ANIMALS if animal else PEOPLE, plural)
    if rng.random() < 0.3:
        text += (" near " if rng.random() < 0.5 else " from ") + "the " + pick(rng, PLACES)
    return text + verb_phrase(rng, animal, plural) + "."
