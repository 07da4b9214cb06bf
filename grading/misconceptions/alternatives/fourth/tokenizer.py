"""A string as the only table: its places are the ids, and str.find looks them up."""

import numpy as np


class NotFitted(Exception):
    pass


class CharTokenizer:
    characters = None

    def fit(self, text):
        lowered = text.lower()
        in_order = "".join(dict.fromkeys(lowered))
        # list.sort is stable, also with reverse=True: ties stay in order of appearance.
        self.characters = "".join(sorted(in_order, key=lowered.count, reverse=True))
        return self

    @property
    def vocab_size(self):
        if self.characters is None:
            raise NotFitted
        return np.int64(len(self.characters))

    def encode(self, text):
        if self.characters is None:
            raise NotFitted
        lowered = text.lower()
        ids = [self.characters.find(c) for c in lowered]
        if -1 in ids:
            position = ids.index(-1)
            raise ValueError(f"no id for U+{ord(lowered[position]):04X} at {position}")
        return np.array(ids, dtype=np.uint16)

    def decode(self, ids):
        text = ""
        for i in ids:
            if int(i) not in range(self.vocab_size):
                raise ValueError(f"bad id: {int(i)}")
            text += self.characters[int(i)]
        return text
