"""A model file is the same for the same seed, and has the tokenizer of the other file."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.nonsense import Shape
from engines.tiny_gguf import read_vocabulary, write

gguf = pytest.importorskip("gguf")

TOKENS = ["\u0120river", "\u0120stone", "<", "think", ">", "<end>"]
SHAPE = Shape(width=16, layers=1, heads=2)


@pytest.fixture
def vocabulary_file(tmp_path: Path) -> Path:
    """A GGUF file that has a tokenizer and no weights."""
    path = tmp_path / "vocabulary.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(TOKENS)
    writer.add_token_types([1] * len(TOKENS))
    writer.add_eos_token_id(5)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    return path


def test_a_vocabulary_is_read(vocabulary_file: Path) -> None:
    read = read_vocabulary(vocabulary_file)
    assert read.tokens == TOKENS
    assert read.end == 5


def test_a_model_has_the_tokenizer_and_every_matrix(vocabulary_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    write(path, read_vocabulary(vocabulary_file), {"<think>": 0.1}, end=0.1, shape=SHAPE)
    assert read_vocabulary(path).tokens == TOKENS
    names = {tensor.name for tensor in gguf.GGUFReader(path).tensors}
    assert {"token_embd.weight", "output.weight", "blk.0.attn_q.weight"} <= names
    assert len(names) == 3 + 9


@pytest.mark.parametrize(("seed", "same"), [(1, True), (2, False)])
def test_the_seed_decides_the_bytes(
    seed: int, same: bool, vocabulary_file: Path, tmp_path: Path
) -> None:
    vocabulary = read_vocabulary(vocabulary_file)
    for name, each in (("a", 1), ("b", seed)):
        write(tmp_path / name, vocabulary, {}, end=0.1, seed=each, shape=SHAPE)
    assert ((tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()) is same
