"""In what order tests are tried ahead of pytest, and in what order pytest runs them."""

from collections import deque


class Stage:
    """Tests that are tried, and what came of them, told in the order in which they were added."""

    def __init__(self):
        self.passed, self.records = {}, {}  # by test
        self.to_run = deque()  # did not pass; pytest is to run them
        self._items, self._taken, self._n_told = [], set(), 0

    @property
    def is_over(self):
        return self._n_told == len(self._items)

    def add(self, items):
        self._items.extend(items)

    def is_waiting(self, item):
        """Whether nothing is known of a test yet."""
        return item in self._items and item not in self.passed

    def take(self, first=()):
        """The next test to try, of these first, or None."""
        left = (item for item in (*first, *self._items) if item not in self._taken)
        if (item := next(left, None)) is not None:
            self._taken.add(item)
        return item

    def note(self, item, passed, records):
        """Note what came of a test; gives the tests that passed for which all before are known."""
        self.passed[item], self.records[item] = passed, records
        while not self.is_over and (told := self._items[self._n_told]) in self.passed:
            self._n_told += 1
            if self.passed[told]:
                yield told
            else:
                self.to_run.append(told)


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
