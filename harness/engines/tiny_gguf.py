"""Writes a tiny model as a GGUF file, with the tokenizer of another GGUF file.

The same seed gives the same bytes. What the model says is decided in `nonsense`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engines.nonsense import Phrase, Shape, plain_words, spell, weights
from engines.place import EngineError

if TYPE_CHECKING:
    from gguf import GGUFWriter

PLACES = {
    "query": "attn_q",
    "key": "attn_k",
    "value": "attn_v",
    "attention": "attn_output",
    "gate": "ffn_gate",
    "up": "ffn_up",
    "down": "ffn_down",
}
"""Our names of a layer's matrices, and those of the `llama` architecture in GGUF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """A tokenizer as GGUF keeps it: every field with its type, and the tokens' own list."""

    fields: Mapping[str, tuple[Any, Any]]
    tokens: Sequence[str]
    end: int


def read_vocabulary(path: Path) -> Vocabulary:
    """The tokenizer of a GGUF file; takes seconds, for the file is read value by value."""
    reader_of = _library().GGUFReader
    fields = {
        field.name: (field.contents(), field.types)
        for field in reader_of(path).fields.values()
        if field.name.startswith("tokenizer.ggml.")
    }
    tokens = fields["tokenizer.ggml.tokens"][0]
    return Vocabulary(fields=fields, tokens=tokens, end=fields["tokenizer.ggml.eos_token_id"][0])


def write(
    path: Path,
    vocabulary: Vocabulary,
    says: Mapping[str, float],
    *,
    end: float,
    seed: int = 0,
    shape: Shape | None = None,
) -> None:
    """Write the model; `says` has phrases and how often each is begun, `end` how often it stops."""
    size = shape or Shape()
    phrases = [
        Phrase(tokens=spell(text, vocabulary.tokens), share=share) for text, share in says.items()
    ]
    phrases.append(Phrase(tokens=[vocabulary.end], share=end))
    words = plain_words(vocabulary.tokens)
    part = path.with_suffix(".part")
    writer = _library().GGUFWriter(part, "llama")
    _describe(writer, vocabulary, size)
    _add_weights(writer, weights(size, len(vocabulary.tokens), words, phrases, seed), size)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    part.replace(path)


def _library() -> Any:
    try:
        import gguf
        import numpy as np  # noqa: F401
    except ModuleNotFoundError as error:
        wanted = "pip install -e '.[engines]'"
        raise EngineError(f"{error.name} is not installed ({wanted})") from None
    return gguf


def _describe(writer: GGUFWriter, vocabulary: Vocabulary, shape: Shape) -> None:
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_vocab_size(len(vocabulary.tokens))
    writer.add_file_type(1)
    for name, (value, types) in vocabulary.fields.items():
        if isinstance(value, list):
            writer.add_array(name, value)
        else:
            writer.add_key_value(name, value, types[0])


def _add_weights(writer: GGUFWriter, made: Mapping[str, Any], shape: Shape) -> None:
    import numpy as np

    ones = np.ones(shape.width, dtype=np.float32)
    writer.add_tensor("token_embd.weight", made["embedding"].astype(np.float16))
    writer.add_tensor("output_norm.weight", ones)
    writer.add_tensor("output.weight", made["output"].astype(np.float16))
    for layer in range(shape.layers):
        for norm in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{norm}.weight", ones)
        for ours, theirs in PLACES.items():
            matrix = made[f"{layer}.{ours}"].astype(np.float16)
            writer.add_tensor(f"blk.{layer}.{theirs}.weight", matrix)
