"""The folders of an exchange, each open to whom it is for and to nobody else.

Usually that is the course's own system id alone. Where people's own servers hand in,
OPENPRACTICE_EXCHANGE_USERS says as whom: the name of a system group, each member of which has files
of their own, or a number, the one id that everybody's files have there.

Whoever runs the course need not be root: what somebody else may do is in access control lists.
Source: acl(5); their form on the disk is Linux's ``include/uapi/linux/posix_acl_xattr.h``.
"""

import errno
import grp
import os
import pwd
import stat
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from openpractice.gradebook.coursefolder import CourseFolder, GradingError
from openpractice.i18n import Said
from openpractice.ids import person_id

SETTING = "OPENPRACTICE_EXCHANGE_USERS"
#: Of files in the exchange; who beyond their owner reads them, the folder's list says.
FILE_MODE = 0o640

_USER, _GROUP = 0x02, 0x08
_OWNER, _OWN_GROUP, _MASK, _OTHERS = 0x01, 0x04, 0x10, 0x20
_ACCESS, _INHERITED = "system.posix_acl_access", "system.posix_acl_default"
_READ, _PASS, _ALL = 0o5, 0o1, 0o7


@dataclass(frozen=True)
class ExchangeUsers:
    """Whose files hand-ins are: nobody else's, one id's, or those of a group whose members each have an account."""

    group: int | None = None
    one: int | None = None
    accounts: Mapping[str, int] = field(default_factory=dict)

    @property
    def everybody(self) -> tuple[int, int] | None:
        """Group or user that stands for all of them in an access control list."""
        if self.group is not None:
            return _GROUP, self.group
        return None if self.one is None else (_USER, self.one)

    def uid_of(self, person: str) -> int | None:
        """The system id of a person's files; None where it is the course's own, or they have no account."""
        return self.accounts.get(person) if self.one is None else self.one

    def may_be_of(self, person: str, owner: int) -> bool:
        """Whether a hand-in with this owner can be this person's: theirs, or placed for them by the course."""
        return owner in (os.geteuid(), self.uid_of(person))


def exchange_users(environ: Mapping[str, str] = os.environ) -> ExchangeUsers:
    """What OPENPRACTICE_EXCHANGE_USERS says.

    Raises
    ------
    GradingError
        When it names no group of this system.
    """
    said = environ.get(SETTING, "").strip()
    if not said:
        return ExchangeUsers()
    if said.isdecimal():
        return ExchangeUsers(one=int(said))
    try:
        group = grp.getgrnam(said)
    except KeyError:
        raise GradingError("exchange-users-unknown", group=said, setting=SETTING) from None
    have = {one.pw_name: one.pw_uid for one in pwd.getpwall() if one.pw_gid == group.gr_gid}
    for name in group.gr_mem:
        with suppress(KeyError):
            have[name] = pwd.getpwnam(name).pw_uid
    return ExchangeUsers(group=group.gr_gid, accounts={person_id(name): uid for name, uid in have.items()})


def prepare(folder: CourseFolder, expected: Iterable[str] = ()) -> list[Said]:
    """Makes and closes the course's folders in the exchange, with one of their own for each who hands in there.

    Returns what whoever runs the course should know: who of the `expected` has no account, or that
    nothing here tells people's files apart.

    Raises
    ------
    GradingError
        When a folder is somebody else's, people could not get there, anybody could put another
        exchange in its place, or the file system keeps no access control lists.
    """
    users, course = exchange_users(), folder.exchange / folder.id
    folder.exchange.mkdir(parents=True, exist_ok=True, mode=0o700)
    if users.everybody:
        _reachable(folder.exchange)
    for place, bits in ((course, _PASS), (folder.outbound, _READ), (folder.inbound, _PASS), (folder.feedback, _PASS)):
        _own(place)
        _open_to(place, users.everybody, bits, inherited=place == folder.outbound)
    for path in _open_to_all(course):
        path.chmod(stat.S_IMODE(path.lstat().st_mode) & ~0o007)
    _open_inside(folder.outbound, users.everybody)
    people = set(expected) | set(users.accounts)
    for person in sorted(people):
        if (uid := users.uid_of(person)) is not None:
            for place, bits in ((folder.inbound / person, _ALL), (folder.feedback / person, _READ)):
                _own(place)
                _open_to(place, (_USER, uid), bits, inherited=True)
            _open_inside(folder.feedback / person, (_USER, uid))
    if users.one is not None:
        return [Said("exchange-one-id", uid=users.one)]
    without = sorted(people - set(users.accounts)) if users.everybody else []
    return [Said("exchange-no-account", names=", ".join(without), setting=SETTING)] if without else []


def open_file_to(path: Path, person: str) -> None:
    """Lets one person read a file that lies beside other people's."""
    if (uid := exchange_users().uid_of(person)) is not None:
        _open_to(path, (_USER, uid), 0o4, inherited=False)


def access_lists(place: Path | int) -> dict[str, str]:
    """The access control lists of a file or folder (or its descriptor), as text; {} where it has none."""
    found = {}
    for name in (_ACCESS, _INHERITED):
        with suppress(OSError, AttributeError):
            found[name] = os.getxattr(place, name).hex()
    return found


def give_lists(place: Path, lists: Mapping[str, str]) -> None:
    """Gives a file or folder the lists that it had.

    Raises
    ------
    GradingError
        When the file system keeps none.
    """
    for name in (_ACCESS, _INHERITED):
        if name in lists:
            _set_list(place, name, bytes.fromhex(lists[name]))


def _own(place):
    """The folder, made where it was not; refused when it is a link or somebody else's."""
    with suppress(FileExistsError):
        place.mkdir(mode=0o700)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise GradingError("exchange-of-another", place=place, owner=_called(found.st_uid))


def _reachable(exchange):
    """People pass through every folder above; none of them can put another exchange in this one's place."""
    found = exchange.stat()
    if found.st_uid == os.geteuid() and not found.st_mode & 0o001:
        exchange.chmod(stat.S_IMODE(found.st_mode) | 0o011)
    for place in (exchange, *exchange.absolute().parents):
        mode = place.stat().st_mode
        if not mode & 0o001:
            raise GradingError("exchange-out-of-reach", place=place)
        if mode & 0o002 and not mode & stat.S_ISVTX:
            if place != exchange or found.st_uid != os.geteuid():
                raise GradingError("exchange-replaceable", place=place)
            exchange.chmod(stat.S_IMODE(mode) | stat.S_ISVTX)


def _open_to_all(top) -> Iterator[Path]:
    """What of ours below `top` anybody on the machine may do something with."""
    for path in top.rglob("*"):
        found = path.lstat()
        if not stat.S_ISLNK(found.st_mode) and found.st_mode & 0o007 and found.st_uid == os.geteuid():
            yield path


def _open_inside(folder, who):
    """What lay in a folder before it was opened to `who`."""
    for path in folder.rglob("*") if who else ():
        found = path.lstat()
        if found.st_uid == os.geteuid() and not stat.S_ISLNK(found.st_mode):
            is_folder = stat.S_ISDIR(found.st_mode)
            _open_to(path, who, _READ if is_folder else 0o4, inherited=is_folder)


def _open_to(path, who, bits, inherited):
    """Open to its owner, and to `who` as far as the bits say; what is made in it inherits that if it should."""
    if who in (None, (_USER, os.geteuid())):
        for name in (_ACCESS, _INHERITED):
            with suppress(OSError, AttributeError):
                os.removexattr(path, name)
        path.chmod(0o700 if path.is_dir() else 0o600)
        return
    _set_list(path, _ACCESS, _list([(*who, bits)], bits))
    if inherited:
        # Whoever makes something in it is its owner; the course, which owns the folder, is named beside them.
        _set_list(path, _INHERITED, _list([(*who, bits), (_USER, os.geteuid(), _ALL)], _ALL))


def _set_list(path, name, content):
    try:
        os.setxattr(path, name, content)
    except (OSError, AttributeError) as error:
        if isinstance(error, OSError) and error.errno not in (errno.ENOTSUP, errno.ENOSYS):
            raise
        raise GradingError("exchange-without-lists", place=path, setting=SETTING) from None


def _list(named, mask):
    """An access control list: all to the owner, nothing to group and others, and these bits to those named."""
    nobody = 0xFFFFFFFF
    entries = [(_OWNER, _ALL, nobody), (_OWN_GROUP, 0, nobody), (_MASK, mask, nobody), (_OTHERS, 0, nobody)]
    entries += [(tag, bits, number) for tag, number, bits in named]
    entries.sort(key=lambda entry: (entry[0], entry[2]))
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def _called(uid):
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"#{uid}"
