"""How many inputs hypothesis tries, on a machine that may be busy."""

from hypothesis import HealthCheck, settings

#: In the slow runs.
LONG = 20_000
_BUSY = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large)


def tried(count: int = 100) -> settings:
    """Settings for so many inputs, without limits of time."""
    return settings(max_examples=count, deadline=None, suppress_health_check=_BUSY, print_blob=True)
