"""What tells versions of one answer apart, for whoever has to choose between them."""

from itertools import takewhile

MOST_WORDS = 8
MOST_SIGNS = 80


def own_ways(texts: list[str]) -> list[str | None]:
    """Where each text goes its own way: its first words after those that all of them begin with.

    "" for one that ends there; None for all where they say the same. The prompts on a page say the same
    (`ownWays` in past.js).
    """
    words = [text.split() for text in texts]
    same = len(list(takewhile(lambda column: len(set(column)) == 1, zip(*words, strict=False))))
    if all(len(each) == same for each in words):
        return [None] * len(texts)
    return [_cut(each[same:]) for each in words]


def _cut(words):
    way = " ".join(words[:MOST_WORDS])
    return way[:MOST_SIGNS] + "…" * (len(way) > MOST_SIGNS or len(words) > MOST_WORDS)
