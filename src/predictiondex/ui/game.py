"""A game of the quiz: its questions, made one ahead, and the score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final

from predictiondex.ui import jobs
from predictiondex.ui.questions import Level, Maker, Question

#: The key that asks the next question; a digit answers.
NEXT: Final = "n"
KEYS: Final = f"123456{NEXT}"


@dataclass(slots=True)
class Game:
    """A series of questions in progress. ``given`` is the place of the answer to the present question.

    ``ahead`` is the next question, made while the visitor looks at this one.
    """

    series: tuple[Level, int]
    number: int = 1
    question: Question | None = None
    given: int | None = None
    asked: int = 0
    right: int = 0
    streak: int = 0
    best: int = 0
    ahead: jobs.Job[Question, None] | None = None

    def answer(self, place: int, number: int | None = None) -> None:
        """Take an answer; a second one to the same question does not count.

        ``number`` is that of the question which it was seen with, if it may be another one by now.
        """
        if self.question is None or self.given is not None or number not in (None, self.number):
            return
        self.given = place
        self.asked += 1
        if place == self.question.right:
            self.right += 1
            self.streak += 1
            self.best = max(self.best, self.streak)
        else:
            self.streak = 0

    def go_on(self) -> None:
        """To the next question, once this one is answered."""
        if self.given is not None:
            self.number += 1
            self.question = self.given = None

    def press(self, keys: Iterable[str], maker: Maker) -> None:
        """Do what keys say, one after the other. Raises as the maker does."""
        for key in keys:
            if key == NEXT:
                self.go_on()
            elif key in KEYS and int(key) <= len(self.present(maker).options):
                self.answer(int(key) - 1)

    def present(self, maker: Maker) -> Question:
        """The question that is asked now. Raises as the maker does."""
        if self.question is None:
            ahead, self.ahead = self.ahead, None
            if ahead is None or ahead.future.cancel():  # not begun: nobody has time for it
                self.question = maker.question(*self.series, self.number)
            else:
                self.question = ahead.future.result()
        return self.question

    def look_ahead(self, maker: Maker) -> None:
        """Begin to make the next question."""
        if self.ahead is None:
            question = partial(maker.question, *self.series, self.number + 1)
            self.ahead = jobs.start(lambda _told: question())

    def end(self) -> None:
        """Nobody wants the next question any more."""
        if self.ahead:
            self.ahead.cancel()
            self.ahead = None
