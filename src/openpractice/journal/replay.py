"""What a journal's lines say together: each answer with its versions, and what has been done with it."""

from collections import namedtuple

from openpractice.journal.records import Damaged
from openpractice.kinds.holding import holds

State = namedtuple("State", "rev value at sha256 heads handed shared lesson language", defaults=("",))
State.__doc__ = """The latest version of one answer; `rev` is 0 when there is none.

``heads`` lists every `Head` when there are two or more to choose from, ``handed`` is
``{"rev", "at", "sha256", "handin"}`` or None, ``shared`` ``{"rev", "at"}`` or None."""

Head = namedtuple("Head", "rev value at device sha256 language", defaults=("",))
Ack = namedtuple("Ack", "rev at sha256 conflict")
Ack.__doc__ = """What a writer hears; ``conflict`` lists the `Head`\\ s when there are several."""

NOTHING = State(0, {}, None, None, [], None, None, None)

#: So many versions of one answer are left to choose from: whoever writes on never has more, but a program might.
MOST_HEADS = 100


class Answer:
    """What has been replayed of one prompt: its versions, without the words of old ones."""

    def __init__(self):
        self.lesson = None
        self.top = 0
        self.heads = {}
        self.acks = {}
        self.revs = {}
        self.damaged = {}  # rev of a version that is not as it was saved: the versions it took the place of
        self.shared = None

    def ack(self, rev) -> Ack:
        """The acknowledgement of a version, with the heads as they stand."""
        at, sha = self.revs[rev]
        return Ack(rev, at, sha, self.conflict())

    def conflict(self) -> list:
        """The heads, when there is more than one."""
        return sorted(self.heads.values()) if len(self.heads) > 1 else []

    def rev_saying(self, sha) -> int | None:
        """The head that holds just these words."""
        return next((rev for rev, head in self.heads.items() if head.sha256 == sha), None)

    def replaced(self, base, keys, value, device) -> set:
        """The heads whose place a new version takes: what it went on from, and what it holds whole of the same device's words.

        It went on from `base`, and from each of those saved under `keys`: a later try may have come in before an earlier.
        """
        held = {rev for rev, head in self.heads.items() if head.device == device != "" and holds(value, head.value)}
        return held | ({base, *(self.acks.get(key) for key in keys)} & self.heads.keys())

    def behind(self, rev) -> set:
        """The versions whose place is taken with that of `rev`: itself, or what a damaged one had gone on from."""
        found, todo, seen = set(), [rev], set()
        while todo:
            one = todo.pop()
            if one in seen:
                continue
            seen.add(one)
            if one in self.revs:
                found.add(one)
            elif one in self.damaged:
                todo.extend(self.damaged[one])
            else:  # a line of which nothing can be read: it went on from the one before it
                found.add(max((rev for rev in self.revs if rev < one), default=one))
        return found


class Replay:
    """The journal's lines, applied one by one."""

    def __init__(self):
        self.answers = {}
        self.handed = {}
        self.receipts = []
        self.codes = {}
        self.keys = set()
        self.damaged = []

    def apply(self, record) -> None:
        """Take in one valid record; a damaged one is laid aside, and the version before it stands."""
        if isinstance(record, Damaged):
            self._lay_aside(record)
            return
        self.keys.add(record["key"])
        getattr(self, "_" + record["op"])(record)

    def answer(self, prompt_id) -> Answer:
        """The prompt's answer, made when it is new."""
        return self.answers.setdefault(prompt_id, Answer())

    def state(self, prompt_id) -> State:
        """The latest version with what has been done with it."""
        answer = self.answers.get(prompt_id)
        if answer is None or not answer.heads:
            return NOTHING
        latest = answer.heads[max(answer.heads)]
        handed = self.handed.get(answer.lesson)
        return State(
            latest.rev,
            latest.value,
            latest.at,
            latest.sha256,
            answer.conflict(),
            _handed_part(handed, prompt_id),
            answer.shared,
            answer.lesson,
            latest.language,
        )

    def _journal(self, record):
        pass

    def _lay_aside(self, damaged):
        self.damaged.append(damaged)
        record = damaged.record
        if record and record["op"] == "put":
            answer = self.answer(record["prompt"])
            answer.lesson = answer.lesson or record["lesson"]
            if record["rev"] not in answer.revs:
                answer.top = max(answer.top, record["rev"])
                answer.damaged[record["rev"]] = record["over"]

    def _put(self, record):
        answer, rev = self.answer(record["prompt"]), record["rev"]
        answer.lesson, answer.top = record["lesson"], max(answer.top, rev)
        for old in record["over"]:
            for head in answer.behind(old):
                answer.heads.pop(head, None)
        said = record["value"], record["at"], record["device"], record["sha256"], record.get("language", "")
        answer.heads[rev] = Head(rev, *said)
        if len(answer.heads) > MOST_HEADS:
            del answer.heads[min(answer.heads)]  # its words stay in the journal
        answer.acks[record["key"]] = rev
        answer.revs[rev] = (record["at"], record["sha256"])

    def _same(self, record):
        answer = self.answer(record["prompt"])
        if record["rev"] in answer.revs:
            answer.acks[record["key"]] = record["rev"]

    def _dropped(self, record):
        answer = self.answer(record["prompt"])
        for key, rev, at, sha in record["old"]:
            self.keys.add(key)
            answer.acks[key] = rev
            answer.revs[rev] = (at, sha)
            answer.top = max(answer.top, rev)

    def _share(self, record):
        self.answer(record["prompt"]).shared = {"rev": record["rev"], "at": record["at"]}

    def _unshare(self, record):
        self.answer(record["prompt"]).shared = None

    def _code(self, record):
        self.codes.setdefault(record["prompt"], record["code"])

    def _handed(self, record):
        if not record.get("past"):
            self.handed[record["lesson"]] = record["receipt"]
        self.receipts.append(record["receipt"])

    def _withdrawn(self, record):
        self.handed.pop(record["lesson"], None)


def _handed_part(receipt, prompt_id):
    for each in (receipt or {}).get("responses", ()):
        if each["id"] == prompt_id:
            return {
                "rev": each["rev"],
                "at": receipt["at"],
                "sha256": each["sha256"],
                "handin": receipt["handin"],
            }
    return None
