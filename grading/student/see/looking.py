"""Look at a module: its panels beside the reference's, and the first cell that differs."""

from dataclasses import dataclass

from grading.beside.show import show
from grading.running.differences import differences
from grading.student.see.parts import Trouble
from grading.student.see.path import PATH, Parts
from grading.student.see.worker import Module

MOST_KEPT = 200  # pictures of the reference
VISIBLE = 0.005  # two digits are shown of most numbers


@dataclass
class Difference:
    """The first place where a student's part is not the reference's.

    Attributes:
        row, column: the place in ``values()``.
        place: the same in words.
        found, expected: the two values, as a student would write them.
    """

    row: int
    column: int
    place: str
    found: str
    expected: str

    def sentence(self):
        return f"first difference at {self.place}: found {self.found}, expected {self.expected}"


@dataclass
class Seen:
    """One panel, drawn twice.

    Attributes:
        panel: the panel.
        yours, reference: parts or troubles; ``reference`` is None where it is switched off.
        difference: a :class:`Difference`, or None.
    """

    panel: object
    yours: object
    reference: object = None
    difference: Difference | None = None


class Looking:
    """The modules of a folder, looked at one after the other.

    Args:
        servers: a :class:`grading.processes.forkserver.ForkServers`.
        folder: where the student's modules are.
        alone: whether the reference's results stay away.
    """

    def __init__(self, servers, folder, alone=False):
        self.servers, self.folder, self.alone = servers, folder, alone
        self._modules, self._references, self._kept = {}, {}, {}

    def look(self, view, inputs):
        """What is seen with these inputs: a list of :class:`Seen`.

        Raises:
            Unfit: the inputs cannot be shown; the message is for the student.
        """
        view.check(inputs)
        module, seen = Parts(self) if view is PATH else self.module(view.name), []
        for number, panel in enumerate(view.panels):
            if any(getattr(one.yours, "kind", None) == "hung" for one in seen):
                yours = Trouble("not run", ["The call above did not return."])
            else:
                yours = module.draw(panel, inputs)
            seen.append(self._beside(view, number, yours, inputs))
        return seen

    def saved(self, names):
        """Forget what is known of modules that were saved, and end what they still do."""
        for name in names:
            module = self._modules.pop(name, None)
            if module is not None:
                module.close()

    def abandon(self, names=None):
        """End, from another thread, what modules do; all of them if there are no names."""
        for name, module in list(self._modules.items()):
            if names is None or name in names:
                module.abandon()

    def close(self):
        """End all processes of modules; the servers are the caller's."""
        for module in [*self._modules.values(), *self._references.values()]:
            module.close()
        self._modules, self._references = {}, {}

    def module(self, name):
        """The student's module of an exercise."""
        if name not in self._modules:
            self._modules[name] = Module(self.servers, name, self.folder / f"{name}.py")
        return self._modules[name]

    def reference(self, name):
        """The reference of an exercise."""
        if name not in self._references:
            self._references[name] = Module(self.servers, name)
        return self._references[name]

    def _beside(self, view, number, yours, inputs):
        if self.alone or view is PATH:
            return Seen(view.panels[number], yours)
        reference = self._reference(view, number, inputs)
        difference = first_difference(yours, reference)
        return Seen(view.panels[number], yours, reference, difference)

    def _reference(self, view, number, inputs):
        key = (view.name, number, repr(sorted(vars(inputs).items())))
        if key not in self._kept:
            while len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            part = self.reference(view.name).draw(view.panels[number], inputs)
            if getattr(part, "kind", None) == "no answer":  # on a busy machine: ask again
                return part
            self._kept[key] = part
        return self._kept[key]


def first_difference(yours, reference):
    """Where a part first differs from the reference's; None where they agree.

    A number whose shown digits differ comes before one that differs in later digits only.
    """
    if isinstance(yours, Trouble) or isinstance(reference, Trouble):
        return None
    rtol, atol = reference.tolerance
    seen = _first(yours, reference, rtol, max(atol, VISIBLE)) if atol else None
    return seen or _first(yours, reference, rtol, atol)


def _first(yours, reference, rtol, atol):
    found, expected = yours.values(), reference.values()
    for row in range(max(len(found), len(expected))):
        ours = found[row] if row < len(found) else []
        theirs = expected[row] if row < len(expected) else []
        for column in range(max(len(ours), len(theirs))):
            one = ours[column] if column < len(ours) else None
            other = theirs[column] if column < len(theirs) else None
            if differences([one], [other], rtol, atol):
                holder = yours if column < len(ours) else reference
                place = holder.place(row, column)
                return Difference(row, column, place, _shown(one), _shown(other))
    return None


def _shown(value):
    if isinstance(value, float):
        return f"{value:.4g}"
    return "nothing" if value is None else show(value, 60)
