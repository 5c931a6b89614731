"""Writes a tiny model as `transformers` keeps one, with a small tokenizer of its own.

Runs in the engine's environment (`python -m engines.tiny_hf FOLDER JSON`), which has torch; ours
need not. The same seed gives the same weights. What the model says is decided in `nonsense`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engines.nonsense import TEXT, Phrase, Shape, plain_words, weights

END = "<|im_end|>"
START = "<|im_start|>"
PROMPT_END = "\u010a"
"""The line feed after `assistant`: the last token that the model sees before it speaks."""

TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

PLACES = {
    "query": "self_attn.q_proj",
    "key": "self_attn.k_proj",
    "value": "self_attn.v_proj",
    "attention": "self_attn.o_proj",
    "gate": "mlp.gate_proj",
    "up": "mlp.up_proj",
    "down": "mlp.down_proj",
}
"""Our names of a layer's matrices, and those of a Qwen2 model in `transformers`."""


def main(arguments: Sequence[str]) -> None:
    """FOLDER and a JSON object: `says` (list of [pieces, share]), `end`, `seed`."""
    folder, given = Path(arguments[0]), json.loads(arguments[1])
    write(folder, given["says"], end=given["end"], seed=given["seed"])


def write(
    folder: Path, says: Sequence[tuple[Sequence[str], float]], *, end: float, seed: int
) -> None:
    """Write the model; each piece of a phrase becomes a token of its own."""
    import torch  # type: ignore[import-not-found,unused-ignore]

    pieces = [piece for phrase, _ in says for piece in phrase if piece != PROMPT_END]
    tokenizer = _tokenizer(pieces)
    vocabulary: Mapping[str, int] = tokenizer.get_vocab()
    tokens = sorted(vocabulary, key=vocabulary.__getitem__)
    phrases = [
        Phrase(tokens=[vocabulary[piece] for piece in phrase], share=share)
        for phrase, share in says
    ]
    phrases.append(Phrase(tokens=[vocabulary[END]], share=end))
    shape = Shape()
    made = weights(shape, len(tokens), plain_words(tokens), phrases, seed)
    model = _model(shape, len(tokens), vocabulary)
    model.load_state_dict(
        {name: torch.from_numpy(matrix) for name, matrix in _places(made, shape).items()},
        strict=False,
    )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _tokenizer(pieces: Sequence[str]) -> Any:
    from tokenizers import (  # type: ignore[import-not-found,unused-ignore]
        AddedToken,
        Tokenizer,
        decoders,
        models,
        pre_tokenizers,
        trainers,
    )
    from transformers import PreTrainedTokenizerFast  # type: ignore[import-not-found,unused-ignore]

    bare = Tokenizer(models.BPE())
    bare.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bare.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=900,
        special_tokens=[END, START],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bare.train_from_iterator(TEXT.splitlines(), trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bare, bos_token=START, eos_token=END, pad_token=END
    )
    tokenizer.add_tokens([AddedToken(piece, normalized=False) for piece in dict.fromkeys(pieces)])
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def _model(shape: Shape, size: int, vocabulary: Mapping[str, int]) -> Any:
    """A Qwen2 model: the server knows how that family writes its thoughts and its calls."""
    from transformers import GenerationConfig, Qwen2Config, Qwen2ForCausalLM

    ids = {"bos_token_id": vocabulary[START], "eos_token_id": vocabulary[END]}
    config = Qwen2Config(
        vocab_size=size,
        hidden_size=shape.width,
        intermediate_size=shape.feed_forward,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.heads,
        max_position_embeddings=shape.context,
        tie_word_embeddings=False,
        **ids,
    )
    model = Qwen2ForCausalLM(config)
    for name, value in model.named_parameters():
        if name.endswith(".bias"):
            value.data.zero_()
    model.generation_config = GenerationConfig(
        do_sample=True, top_k=0, top_p=1.0, temperature=1.0, pad_token_id=vocabulary[END], **ids
    )
    return model


def _places(made: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    named = {"model.embed_tokens.weight": made["embedding"], "lm_head.weight": made["output"]}
    for layer in range(shape.layers):
        for ours, theirs in PLACES.items():
            named[f"model.layers.{layer}.{theirs}.weight"] = made[f"{layer}.{ours}"]
    return named


if __name__ == "__main__":
    main(sys.argv[1:])
