"""The Jupyter Server extension: doors for answers, and pages."""


def _jupyter_server_extension_points() -> list[dict]:
    """Tells Jupyter Server which module to load."""
    return [{"module": "openpractice.service"}]


def _load_jupyter_server_extension(serverapp) -> None:
    from openpractice.service.extension import load  # it imports this package, which is to cost nothing before

    load(serverapp)
