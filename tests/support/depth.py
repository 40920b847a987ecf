"""How far property tests look: `pytest --hypothesis-profile=deep` looks twenty times as far as `make test` does.

Only the deep look makes what it finds small: that takes minutes where each step asks a database.
"""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, settings

DEEPER = 20


def depth(examples: int, *, steps: int = 50) -> settings:
    """Return settings for a property test of the database: so many examples, of so many steps where it has steps."""
    deep = settings.get_current_profile_name() == "deep"
    return settings(
        max_examples=examples * (DEEPER if deep else 1),
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=tuple(Phase) if deep else (Phase.explicit, Phase.generate),
    )
