"""Odd things to send: for hypothesis, made of what is right by changing some of it."""

import copy
import json

from hypothesis import strategies as st

#: What has broken programs of this sort: halves of characters, signs that are none, numbers out of range, wrong kinds.
LEAVES = [
    "\ud800", "\udfff x", "\ufffe", "\uffff", "\x00", "\x0b\x0c\x02", "\r\n", "\u202e", "", " ", "x" * 300, "x" * 70_000,
    "../x", "=1+1", "<b>", "ana", "ben", "1-purpose", "purpose-trace", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00",
    None, True, False, 0, -1, 1.5, 2**31, 2**53, 2**63, -(10**309), 1e308, float("inf"), float("nan"), 10**4000,
    [], {}, [[]], [None], {"": ""}, {"text": "x"}, ["\ud800"], {"\ud800": 1},
]  # fmt: skip
leaves = (
    st.sampled_from(LEAVES) | st.text(st.characters(exclude_categories=()), max_size=20) | st.integers() | st.floats()
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def places(value, way=()):
    """Every way to a part of the value, itself included."""
    yield way
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, (*way, key))


@st.composite
def changed(draw, right):
    """The value with one to three of its parts put in the place of something odd, doubled or left out."""
    value = copy.deepcopy(right)
    for _ in range(draw(st.integers(0, 3))):
        ways = list(places(value))
        way = draw(st.sampled_from(ways))
        odd = copy.deepcopy(draw(values))
        if not way:
            value = odd if draw(st.booleans()) else value
            continue
        home = value
        for key in way[:-1]:
            home = home[key]
        if isinstance(home, dict) and draw(st.integers(0, 4)) == 0:
            del home[way[-1]]
        else:
            home[way[-1]] = odd
    return value


@st.composite
def sent(draw, right):
    """Bytes of such a value; sometimes with a key twice, nested deep, cut off or with a byte changed."""
    raw = _json(draw(changed(right)))
    how = draw(st.integers(0, 11))
    if how == 0:
        return raw[: draw(st.integers(0, len(raw)))]
    if how == 1 and raw:
        at = draw(st.integers(0, len(raw) - 1))
        return raw[:at] + bytes([draw(st.integers(0, 255))]) + raw[at + 1 :]
    if how == 2 and raw[:1] == b"{" and len(raw) > 2:
        return raw[:1] + raw[1:-1] + b"," + raw[1:]
    if how == 3:
        depth = draw(st.sampled_from([30, 60, 975, 20_000]))
        return raw.replace(b'"text": "', b'"deep": ' + b"[" * depth + b"]" * depth + b', "text": "', 1)
    if how == 4:
        return draw(st.binary(max_size=60))
    return raw


def _json(value):
    return json.dumps(value).encode()
