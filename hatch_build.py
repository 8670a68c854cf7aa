"""Builds the lesson page and the prompts' files into the wheel, also for an editable install."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class LessonPageHook(BuildHookInterface):
    """Runs ``labextension/build.py`` before files are gathered."""

    def initialize(self, version: str, build_data: dict) -> None:
        root = Path(self.root)
        page = _load(root / "labextension/build.py")
        page.build(root, root / page.OUT)
        page.build_widget(root, root / page.WIDGET_OUT)


def _load(path: Path):
    spec = importlib.util.spec_from_file_location("openpractice_page_build", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
