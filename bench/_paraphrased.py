"""Questions said again in other words, by a fixed seed: what somebody would ask who did not find the first.

Of the sentences some are left out and the others come in another order; of the words that carry meaning a third is left
out and a sixth replaced by other words of the community, as many as it uses them; a greeting comes before.
"""

import random
import re
from collections.abc import Sequence

from app.search.analysis import words
from app.search.stop_words import STOP_WORDS

SENTENCE = re.compile(r"[^.!?\n]{12,400}[.!?]?")
KEPT_SENTENCES, LEFT_OUT, REPLACED = 0.6, 1 / 3, 1 / 6
GREETINGS = ("Hello,", "Hi all.", "Can somebody help me?", "I have a problem.", "Good morning, a question.", "")


class Paraphraser:
    """Says texts again. The texts of the community give the words that replace others."""

    def __init__(self, texts: Sequence[str], *, seed: int) -> None:
        self._chance = random.Random(seed)
        self._words = [word for text in texts for word in words(text) if word.isalpha() and len(word) > 3]

    def again(self, title: str, body: str) -> str:
        """Return a title and a text that ask the same, on two lines."""
        sentences = SENTENCE.findall(body)
        kept = self._chance.sample(sentences, max(1, round(len(sentences) * KEPT_SENTENCES))) if sentences else []
        said = " ".join(self._in_other_words(each) for each in kept)
        return f"{self._in_other_words(title)}\n{self._chance.choice(GREETINGS)} {said}"

    def _in_other_words(self, text: str) -> str:
        said = []
        for word in text.split():
            if word.lower() in STOP_WORDS["en"] or self._chance.random() > LEFT_OUT + REPLACED:
                said.append(word)
            elif self._chance.random() < REPLACED / (LEFT_OUT + REPLACED):
                said.append(self._chance.choice(self._words))
        return " ".join(said)
