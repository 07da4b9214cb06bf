"""In what order tests are tried ahead of pytest, and in what order pytest runs them."""

from collections import deque


class Stage:
    """Tests that are tried, and what came of them, told in the order in which they were added."""

    def __init__(self):
        self.passed, self.records = {}, {}  # by test
        self.to_run = deque()  # did not pass; pytest is to run them
        self._items, self._n_told = [], 0
        self._waiting = []  # not taken yet

    @property
    def is_over(self):
        return self._n_told == len(self._items)

    @property
    def failed(self):
        """The tests that did not pass, in order, as far as all before them are known."""
        return [item for item in self._items[: self._n_told] if not self.passed[item]]

    def add(self, items):
        self._items.extend(items)
        self._waiting.extend(items)

    def is_waiting(self, item):
        """Whether nothing is known of a test yet."""
        return item in self._items and item not in self.passed

    def files(self):
        """The files of tests that nobody has taken yet."""
        return {item.path for item in self._waiting}

    def take(self, cost=lambda item: 0):
        """The next test to try, or None; ``cost(test)`` is less of those that are best taken."""
        item = min(self._waiting, key=cost, default=None)
        if item is not None:
            self._waiting.remove(item)
        return item

    def note(self, item, passed, records):
        """Note what came of a test; gives the tests for which now all before are known."""
        self.passed[item], self.records[item] = passed, records
        while not self.is_over and (told := self._items[self._n_told]) in self.passed:
            self._n_told += 1
            if not self.passed[told]:
                self.to_run.append(told)
            yield told


class InTurn(list):
    """The tests that pytest iterates over: each is chosen when its turn has come."""

    def __init__(self, choose, items):
        super().__init__(items)
        self._choose = choose

    def __iter__(self):
        for turn in range(len(self)):
            chosen = self._choose(self[turn:])
            self.insert(turn, self.pop(self.index(chosen, turn)))
            yield chosen
