"""Open Practice: a professional-development course kit for school leaders.

Importing the package stays free of cost: the two names that a lesson uses are
fetched on first use.
"""

__version__ = "0.1.0"
__all__ = ["handin", "prompt"]


def __getattr__(name: str):
    if name in __all__:
        from openpractice.jupyter import widget

        return getattr(widget, name)
    raise AttributeError(f"module 'openpractice' has no attribute {name!r}")
