"""The prompts and the lesson page as few small files: modules joined, then shortened.

The modules are written to be read, and a browser could load them as they are. What is
sent is joined, without the comments that stand on lines of their own: ``prompt.js`` holds what every lesson needs; each further kind of prompt,
each host and each language is a file of its own, loaded only where a lesson asks for it.
Every joined file is one function, so that the shortening may rename what is inside.
"""

from __future__ import annotations

import json
import re

try:
    import minify
except ImportError:  # there is no ready-made package for some machines: then files are only joined
    minify = None

CORE = "prompts/prompt.js"
HOSTS = {"prompts/widget.js", "prompts/loader.js", "page/index.js"}

_IMPORT = re.compile(r'^(import|export) \{([^}]*)\} from "([^"]+)";\n', re.M)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.M)
_DEFAULT = re.compile(r"^export default ", re.M)
_AROUND = re.compile(r"\s*([{};,])\s*")
_COMMENTS = re.compile(r"^[ \t]*(?://[^\n]*|/\*\*.*?\*/[ \t]*)\n", re.M | re.S)
_LEFT = re.compile(r"^(?:import|export)\b.*", re.M)


class NotJoined(Exception):
    """A module says something that the joining does not know."""


def built_files(sources: dict[str, bytes]) -> dict[str, bytes]:
    """What is sent to browsers, by address: the joined and shortened form of ``sources``.

    ``sources`` are the readable files below ``prompts/`` and ``page/``, and ``remoteEntry.js``.
    """
    modules = {name: data.decode("utf-8") for name, data in sources.items() if name.endswith(".js")}
    core = module_order(CORE, modules)
    others = [name for name in modules if name in HOSTS or re.fullmatch(r"prompts/kind-[\w-]+\.js", name)]
    others = [name for name in others if name not in core]
    shared = sorted({name for entry in others for name in names_from(entry, modules, set(core))})
    joined = {CORE: join(core, modules, shared)}
    for entry in others:
        joined[entry] = join(module_order(entry, modules, set(core)), modules, held=set(core))
    for name, data in sources.items():
        if found := re.fullmatch(r"prompts/catalog/(\w+)\.json", name):
            said = json.dumps(json.loads(data), ensure_ascii=False, separators=(",", ":"))
            joined[f"prompts/sentences-{found[1]}.js"] = f"export default {said};\n"
    out = {name: shorten(text, "application/javascript") for name, text in joined.items()}
    for name, data in sources.items():
        if name.endswith(".css"):
            out[name] = shorten(data.decode("utf-8"), "text/css")
        elif name == "remoteEntry.js":
            out[name] = data.decode("utf-8")
    return {name: text.encode() for name, text in sorted(out.items())}


def module_order(entry: str, modules: dict[str, str], held: set[str] = frozenset()) -> list[str]:
    """The modules that ``entry`` needs, each after those that it imports, without those ``held`` elsewhere."""
    done: list[str] = []

    def visit(name: str, above: tuple[str, ...] = ()) -> None:
        if name in above:
            raise NotJoined(f"{name} imports itself by way of {', '.join(above)}")
        if name in done or name in held:
            return
        if name not in modules:
            raise NotJoined(f"{above[-1] if above else 'the page'} asks for {name}, which is not there")
        for _, _, asked in _IMPORT.findall(modules[name]):
            visit(address(name, asked), (*above, name))
        done.append(name)

    visit(entry)
    return done


def names_from(entry: str, modules: dict[str, str], held: set[str]) -> set[str]:
    """The names that ``entry`` and what is joined to it import from ``held`` modules."""
    found = set()
    for name in module_order(entry, modules, held):
        for _, names, asked in _IMPORT.findall(modules[name]):
            if address(name, asked) in held:
                found |= {exported(one, name) for one in split_names(names)}
    return found


def join(order: list[str], modules: dict[str, str], shared: list[str] = (), held: set[str] = frozenset()) -> str:
    """One module out of those in ``order``, exporting what its last one exports, and ``shared``."""
    entry = order[-1]
    parts, gives, default = [], {name: name for name in shared}, False
    for name in order:
        text = modules[name]
        if name == entry:
            for kind, names, _ in _IMPORT.findall(text):
                if kind == "export":
                    gives |= {given(one): one.split(" as ")[0].strip() for one in split_names(names)}
            default = bool(_DEFAULT.search(text))
            if default:
                gives = {"joinedDefault": "joinedDefault"}
                text = _DEFAULT.sub("const joinedDefault = ", text)
            else:
                gives |= {
                    found: found
                    for found in re.findall(r"^export (?:async )?(?:function|class|const|let) (\w+)", text, re.M)
                }
        text = _COMMENTS.sub("", _EXPORT.sub("", _IMPORT.sub("", text)))
        if left := _LEFT.search(text):
            raise NotJoined(f"{name}: {left[0]}")
        parts.append(text)
    inner = ",".join(key if key == value else f"{key}:{value}" for key, value in gives.items())
    outside = sorted(names_from(entry, modules, held))
    back = "./prompt.js" if entry.startswith("prompts/") else "../prompts/prompt.js"
    head = f'import {{{",".join(outside)}}} from "{back}";\n' if outside else ""
    tail = "export default joinedDefault;\n" if default else ""
    opening = "const" if default else "export const"
    return f"{head}{opening} {{{','.join(gives)}}} = (() => {{\n{''.join(parts)}return {{{inner}}};\n}})();\n{tail}"


def split_names(names: str) -> list[str]:
    return [one.strip() for one in names.split(",") if one.strip()]


def exported(name: str, where: str) -> str:
    if " as " in name:
        raise NotJoined(f"{where} imports {name}: a name is the same everywhere")
    return name


def given(name: str) -> str:
    return name.split(" as ")[-1].strip()


def address(name: str, asked: str) -> str:
    """The address that ``asked`` means in the module ``name``."""
    parts = name.split("/")[:-1]
    for part in asked.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def shorten(text: str, kind: str) -> str:
    """The same script or style in fewer bytes, where the shortening is installed."""
    if not minify:
        return text
    short = minify.string(kind, text)
    # It leaves what stands inside @container as it is written.
    return _AROUND.sub(r"\1", short) if kind == "text/css" else short
