"""Who looks at whose work: pure, without a database.

A reviewer who sits down gets the work that has been looked at least, among those that leave a way
for everybody else; at the deadline the rest is paired by augmenting paths, so that nobody is left
whom somebody may still look at. Sets of people are whole numbers, a bit a person: five hundred
people are eight machine words.
"""

import functools
import operator
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Colleague:
    """One person as allocation sees them."""

    id: str
    school: str = ""
    appraiser: str = ""
    leads: bool = False


@dataclass(frozen=True)
class Lack:
    """An author who lacks `number` critiques, and why.

    `readers` are all who could still be had for the `authors`, who need them as well: too few for
    all of them.
    """

    author: str
    number: int
    authors: tuple[str, ...]
    readers: tuple[str, ...]


def may_review(reviewer: Colleague, author: Colleague, schools: str = "any") -> bool:
    """Whether the one may look at the other's work: never their own, nor where one appraises the other.

    Those who lead, and those whose school nobody knows, stand outside the rule on schools.
    """
    if reviewer.id == author.id or reviewer.appraiser == author.id or author.appraiser == reviewer.id:
        return False
    if schools == "any" or reviewer.leads or author.leads or not (reviewer.school and author.school):
        return True
    return (reviewer.school == author.school) == (schools == "within")


class Pairing:
    """Pairs of reviewer and author, as many as can be had.

    Parameters
    ----------
    authors, reviewers
        Who shows work, and who may be asked.
    needs, takes
        How many more critiques each author is due, and how many more each reviewer would give.
    made
        Pairs ``(reviewer, author)`` that there were already; they are not made again.
    """

    def __init__(
        self,
        authors: Iterable[Colleague],
        reviewers: Iterable[Colleague],
        needs: Mapping[str, int],
        takes: Mapping[str, int],
        schools: str = "any",
        made: Iterable[tuple[str, str]] = (),
    ):
        people, reviewers = list(authors), list(reviewers)
        self.reviewers = [each.id for each in reviewers]
        self.needs, self.takes = dict(needs), dict(takes)
        self._bit = {each: 1 << place for place, each in enumerate(self.reviewers)}
        self.allowed = _allowed(people, reviewers, self._bit, schools, made)
        self.readers = dict.fromkeys(self.allowed, 0)  # author: the bits of those who look at their work
        self.reads: dict[str, set[str]] = {each: set() for each in self.reviewers}
        self._left: dict[int, int] = {}  # how many more: the bits of those who would take so many
        for each in self.reviewers:
            self._sort_in(each)

    def fill(self, upto: int | None = None) -> None:
        """Pairs every author as far as can be, one after the other; with `upto` only so many each.

        Nobody who was paired loses a reviewer by it.
        """
        for level in range(1, (max([0, *self.needs.values()]) if upto is None else upto) + 1):
            short = [each for each in self.allowed if self._count(each) < min(level, self.needs[each])]
            # Most find somebody free at once; only the others need anybody moved.
            short = [each for each in short if not self._pair([each], move=False)]
            while short and self._pair(short):
                short = [each for each in short if self._count(each) < min(level, self.needs[each])]

    def short(self, upto: int | None = None) -> dict[str, int]:
        """How many each author lacks, of `upto` or of all; those who lack none are left out."""
        wanted = {each: need if upto is None else min(need, upto) for each, need in self.needs.items()}
        return {each: number - self._count(each) for each, number in wanted.items() if number > self._count(each)}

    def pairs(self) -> list[tuple[str, str]]:
        """``(reviewer, author)``, in the order of the reviewers."""
        return [(reviewer, author) for reviewer in self.reviewers for author in sorted(self.reads[reviewer])]

    def raise_takes(self, who: Iterable[str]) -> None:
        """Each of these would take one more."""
        for reviewer in who:
            self._sort_out(reviewer)
            self.takes[reviewer] += 1
            self._sort_in(reviewer)

    def could_take(self, reviewer: str, author: str) -> bool:
        """Whether this pair leaves a way for as many pairs as there are now; `fill` comes first."""
        if author in self.reads[reviewer]:
            return True
        if not self.allowed[author] & self._bit[reviewer] or not self.needs[author] or not self.takes[reviewer]:
            return False
        trial = self._copy()
        if len(trial.reads[reviewer]) >= trial.takes[reviewer]:
            trial._part(reviewer, min(trial.reads[reviewer]))
        if trial._count(author) >= trial.needs[author]:
            trial._part(next(trial._people(trial.readers[author])), author)
        # The pair itself is set aside, so that no other pair can push it away again.
        trial._sort_out(reviewer)
        trial.takes[reviewer] -= 1
        trial._sort_in(reviewer)
        trial.needs[author] -= 1
        trial.allowed[author] &= ~trial._bit[reviewer]
        trial.fill()
        return trial._total() + 1 >= self._total()

    def lacks(self) -> list[Lack]:
        """Everybody who lacks somebody, each with those who share the too few reviewers."""
        found = []
        for author, number in self.short().items():
            authors, reached, todo = {author}, 0, [author]
            while todo:
                short = todo.pop()
                # Who looks at this work already is no way to more of it, nor is what else they look at.
                new = self.allowed[short] & ~self.readers[short] & ~reached
                reached |= new
                for reviewer in self._people(new):
                    more = self.reads[reviewer] - authors
                    authors |= more
                    todo += more
            readers = functools.reduce(operator.or_, (self.allowed[each] for each in authors))
            found.append(Lack(author, number, tuple(sorted(authors)), tuple(self._people(readers))))
        return found

    def _pair(self, short, move=True) -> bool:
        """One more pair for one of these authors, by a shortest augmenting path that may move others."""
        came_from: dict[str, tuple[str, str]] = {}
        seen, todo = 0, [(author, "") for author in short]
        for author, through in todo:
            open_to = self.allowed[author] & ~self.readers[author] & ~seen
            for level in sorted(self._left, reverse=True):
                if level > 0 and (free := open_to & self._left[level]):
                    self._walk(next(self._people(free)), author, through, came_from)
                    return True
            if not move:
                return False
            seen |= open_to
            for reviewer in self._people(open_to):
                came_from[reviewer] = (author, through)
                todo += [(other, reviewer) for other in sorted(self.reads[reviewer])]
        return False

    def _walk(self, reviewer, author, through, came_from):
        self._join(reviewer, author)
        while through:
            self._part(through, author)
            author, before = came_from[through]
            self._join(through, author)
            through = before

    def _join(self, reviewer, author):
        self._sort_out(reviewer)
        self.reads[reviewer].add(author)
        self.readers[author] |= self._bit[reviewer]
        self._sort_in(reviewer)

    def _part(self, reviewer, author):
        self._sort_out(reviewer)
        self.reads[reviewer].discard(author)
        self.readers[author] &= ~self._bit[reviewer]
        self._sort_in(reviewer)

    def _sort_in(self, reviewer):
        left = self.takes[reviewer] - len(self.reads[reviewer])
        self._left[left] = self._left.get(left, 0) | self._bit[reviewer]

    def _sort_out(self, reviewer):
        self._left[self.takes[reviewer] - len(self.reads[reviewer])] &= ~self._bit[reviewer]

    def _count(self, author):
        return self.readers[author].bit_count()

    def _total(self):
        return sum(map(len, self.reads.values()))

    def _people(self, bits):
        while bits:
            lowest = bits & -bits
            yield self.reviewers[lowest.bit_length() - 1]
            bits ^= lowest

    def _copy(self):
        copy = object.__new__(Pairing)
        copy.__dict__ |= self.__dict__
        for name in ("needs", "takes", "allowed", "readers", "_left"):
            setattr(copy, name, dict(getattr(self, name)))
        copy.reads = {reviewer: set(authors) for reviewer, authors in self.reads.items()}
        return copy


def next_for(reviewer: str, pairing: Pairing, looked_at: Mapping[str, int], rng: random.Random) -> str | None:
    """Whose work the reviewer gets now; None where there is none that they may look at.

    The least looked at comes first and chance decides among equals, so that nobody can foresee
    their reader. Work is passed over only where taking it would leave somebody without.
    """
    pairing.fill()
    may = [
        author for author, bits in pairing.allowed.items() if bits & pairing._bit[reviewer] and pairing.needs[author]
    ]
    rng.shuffle(may)
    may.sort(key=lambda author: looked_at.get(author, 0))
    return next((author for author in may if pairing.could_take(reviewer, author)), None)


def sweep(pairing: Pairing, volunteers: Iterable[str] = (), leaders: Iterable[str] = ()) -> None:
    """Pairs what is left at the deadline: first a first critique for everybody, then the next.

    Those who still owe one come first, then volunteers with one more each, then those who lead, as
    evenly as can be.
    """
    volunteers, leaders = list(volunteers), list(leaders)
    for level in range(1, max([0, *pairing.needs.values()]) + 1):
        pairing.fill(level)
        if pairing.short(level) and volunteers:
            pairing.raise_takes(volunteers)
            volunteers = []
            pairing.fill(level)
        while leaders and (before := pairing.short(level)):
            pairing.raise_takes(leaders)
            pairing.fill(level)
            if pairing.short(level) == before:
                break


def _allowed(authors, reviewers, bit, schools, made) -> dict[str, int]:
    """For each author the bits of those who may look at their work."""
    everybody = sum(bit.values())
    free = sum(bit[each.id] for each in reviewers if each.leads or not each.school)
    of_school: dict[str, int] = {}
    appraised_by: dict[str, int] = {}
    for each in reviewers:
        of_school[each.school] = of_school.get(each.school, 0) | bit[each.id]
        appraised_by[each.appraiser] = appraised_by.get(each.appraiser, 0) | bit[each.id]
    allowed = {}
    for author in authors:
        may = everybody
        if schools != "any" and author.school and not author.leads:
            same = of_school.get(author.school, 0)
            may = same | free if schools == "within" else everybody & ~(same & ~free)
        may &= ~(bit.get(author.id, 0) | appraised_by.get(author.id, 0))
        if author.appraiser:
            may &= ~bit.get(author.appraiser, 0)
        allowed[author.id] = may
    for reviewer, author in made:
        if author in allowed:
            allowed[author] &= ~bit.get(reviewer, 0)
    return allowed
