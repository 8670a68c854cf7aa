"""The prompt module as one text, for hosts that load a single file.

The modules in ``static`` are written to be read; a browser can load them as they are.
anywidget takes one text, so their order is worked out from their imports, the imports
go, and each name stands once in the whole. Run this file to write ``catalog.js`` anew
from ``catalog/*.json``.
"""

import json
import re
from pathlib import Path

STATIC = Path(__file__).parent / "static"

_IMPORT = re.compile(r'^(?:import|export) [^;]*? from "\./([\w-]+\.js)";\n', re.M)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let))", re.M)
_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*\*[\s\S]*?\*/)\n", re.M)
_INDENT = re.compile(r"^[ \t]+|^\n", re.M)


def module_order(entry: str) -> list[str]:
    """File names, each after those that it imports."""
    done: list[str] = []

    def visit(name, above=()):
        if name in above:
            raise ValueError(f"{name} imports itself by way of {', '.join(above)}")
        if name not in done:
            for needed in _IMPORT.findall((STATIC / name).read_text(encoding="utf-8")):
                visit(needed, (*above, name))
            done.append(name)

    visit(entry)
    return done


def bundle(entry: str = "widget.js") -> str:
    """One ES module, without comments and indents, that exports what `entry` exports by default."""
    parts = []
    for name in module_order(entry):
        text = _IMPORT.sub("", (STATIC / name).read_text(encoding="utf-8"))
        parts.append(_INDENT.sub("", _EXPORT.sub("", _COMMENT.sub("", text))))
    return "".join(parts)


def stylesheet() -> str:
    """The style of every prompt, without comments and indents."""
    text = (STATIC / "prompt.css").read_text(encoding="utf-8")
    return _INDENT.sub("", re.sub(r"/\*[\s\S]*?\*/", "", text))


def catalog_module() -> str:
    """The text of ``catalog.js``: every language's sentences, from the JSON files."""
    lines = ["// Made from catalog/*.json by bundle.py: change the sentences there.", "", "export const CATALOGS = {"]
    for path in sorted((STATIC / "catalog").glob("*.json")):
        sentences = json.loads(path.read_text(encoding="utf-8"))
        lines.append(f"  {path.stem}: {json.dumps(sentences, ensure_ascii=False, separators=(',', ':'))},")
    return "\n".join([*lines, "};", ""])


if __name__ == "__main__":
    (STATIC / "catalog.js").write_text(catalog_module(), encoding="utf-8")
