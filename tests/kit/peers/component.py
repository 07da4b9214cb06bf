"""What an adapter says of a component that both kits have."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Component:
    """A component of another kit.

    Attributes:
        name: as in the table.
        exercise: ours, whose mistakes are tried.
        tests: the other kit's, as its adapter's ``run`` wants them.
        samples: functions of a module of ours that call it as the other kit would; each gives an
            array, or what else can be compared.
    """

    name: str
    exercise: str
    tests: tuple
    samples: tuple
