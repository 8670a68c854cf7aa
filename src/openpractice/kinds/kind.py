"""What a kind of prompt is: how its value behaves, and what the rest of the kit asks of it."""

from dataclasses import dataclass

from openpractice.kinds.plainwords import word
from openpractice.kinds.valuechecks import line, read_text

COMMENT_WORDS = 10  # words written beside a choice, where a line is offered for them


class Values:
    """How the values of one kind behave.

    ``keys`` is what a value may hold; `clean` takes what was sent (with `strict` off, ids that the
    specification does not know pass, so that an old answer stays readable); `content` gives the parts
    that count as an answer; `is_whole` whether something stands in as many parts as is asked at least
    (a number of words is only aimed at); `written` what is in the person's own words; `lines` the plain text; and
    `words_asked` how many words the prompt's options ask for.
    """

    keys: frozenset[str]
    length_is_said = False  # whether people are told how long an answer should be

    def content(self, value) -> list:
        raise NotImplementedError

    def is_whole(self, value, spec) -> bool:
        return True

    def written(self, value):
        return self.content(value)

    def words_asked(self, options) -> int:
        return 0


class WithComment(Values):
    """A choice of some sort, where only the comment is in the person's own words."""

    def written(self, value):
        return [value.get("comment", "")]

    def words_asked(self, options):
        return COMMENT_WORDS if options.get("comment") else 0

    def add_comment(self, cleaned, value):
        if "comment" in value:
            cleaned["comment"] = read_text(value["comment"], "comment")
        return cleaned

    def comment_lines(self, value, spec) -> list:
        """The comment, under the label that the prompt gives it."""
        comment = value.get("comment", "")
        return [line(spec.get("comment") or word(spec, "comment"), comment)] if comment.strip() else []


@dataclass(frozen=True)
class Kind:
    """One kind of prompt.

    Parameters
    ----------
    name, meaning
        As authors write it after ``:kind:``, and its line in the reference page.
    values
        How its values behave.
    place
        Where it stands among the kinds, in lists and in the reference page.
    takes, needs
        Its own options in a lesson, by the field of the specification; those it cannot do without.
    decides
        Options whose entries are each decided on one by one (what that costs is minutes).
    counted
        Whether it can be counted without names: the part of its value that is.
    family
        The word of calibration answers for it; "" where reviewers never read it for levels.
    """

    name: str
    meaning: str
    values: Values
    place: int
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    decides: tuple[str, ...] = ()
    counted: str = ""
    family: str = ""
