"""instructor: a model of the answer, filled from a tool call piece by piece."""

import instructor
import openai
from pydantic import BaseModel, create_model
from wrapping import serve


def stream(asked):
    client = instructor.from_openai(
        openai.OpenAI(
            base_url=asked["base_url"],
            api_key=asked["api_key"],
            max_retries=0,
            timeout=asked["seconds"],
        ),
        mode=instructor.Mode.TOOLS,
    )
    last = None
    for partial in client.chat.completions.create_partial(
        model=asked["model"],
        response_model=model_of(asked["tools"][0]["name"]),
        messages=[{"role": "user", "content": asked["prompt"]}],
        max_retries=0,
    ):
        last = partial
    if last is None:
        return {}
    return {"calls": [{"name": asked["tools"][0]["name"], "arguments": last.model_dump()}]}


def model_of(name):
    """A model of that name which takes whatever members come."""

    class Open(BaseModel):
        model_config = {"extra": "allow"}

    return create_model(name, __base__=Open)


if __name__ == "__main__":
    serve("instructor", stream)
