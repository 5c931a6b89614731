"""The ways in which the official clients read a stream, by name, and what each of them shows."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version

from streamgauge.pipeline import aggregate
from tests.agreement.chat_client import ChatClient
from tests.agreement.gemini_client import GeminiClient
from tests.agreement.messages_client import MessagesClient
from tests.agreement.responses_client import ResponsesClient
from tests.agreement.said import Difference, Said, Shown, differences, of_message
from tests.agreement.streams import Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One official way to read one dialect. `package` is the distribution that it is from."""

    name: str
    dialect: str
    package: str
    shown: Shown
    hear: Callable[[bytes], Said]

    @property
    def version(self) -> str:
        """The installed version of the client."""
        return version(self.package)

    def ours(self, body: bytes) -> Said:
        """What our aggregator hears, in as much as this client shows."""
        return of_message(aggregate(body, dialect=self.dialect), self.shown)

    def differences(self, stream: Stream) -> Iterator[Difference]:
        """Everything that our message and this client do not say alike."""
        ours = self.ours(stream.body)
        try:
            with warnings.catch_warnings():
                # Clients warn of words and shapes that their types do not foresee.
                warnings.simplefilter("ignore")
                theirs = self.hear(stream.as_sse())
        except Exception as error:
            yield Difference(where="raises", choice=None, ours=None, theirs=error)
        else:
            yield from differences(ours, theirs)


def readers() -> tuple[Reader, ...]:
    """Every reader, each client made once."""
    chat, responses, messages, gemini = (
        ChatClient(),
        ResponsesClient(),
        MessagesClient(),
        GeminiClient(),
    )
    text, value, both = Shown(), Shown(text=False, value=True), Shown(value=True)
    made = (
        ("openai chat, chunks", "openai-chat", "openai", text, chat.iterate),
        ("openai chat, helper", "openai-chat", "openai", text, chat.helper),
        ("openai responses, events", "openai-responses", "openai", text, responses.iterate),
        ("openai responses, helper", "openai-responses", "openai", text, responses.helper),
        ("anthropic, helper", "anthropic-messages", "anthropic", both, messages.helper),
        ("google-genai, chunks", "gemini", "google-genai", value, gemini.iterate),
    )
    return tuple(
        Reader(name=name, dialect=dialect, package=package, shown=shown, hear=hear)
        for name, dialect, package, shown, hear in made
    )
