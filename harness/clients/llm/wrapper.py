"""llm: its model of OpenAI's chat, asked as its Python documentation does."""

import llm
from llm.default_plugins.openai_models import Chat
from wrapping import serve


def stream(asked):
    model = Chat(
        model_id=asked["model"],
        model_name=asked["model"],
        api_base=asked["base_url"],
        can_stream=True,
        supports_tools=True,
    )
    tools = [
        llm.Tool(
            name=tool["name"], description=tool["description"], input_schema=tool["parameters"]
        )
        for tool in asked["tools"]
    ]
    response = model.prompt(asked["prompt"], key=asked["api_key"], tools=tools or None)
    text = "".join(piece for piece in response if isinstance(piece, str))
    calls = response.tool_calls()
    return {
        "text": text,
        "calls": [{"name": call.name, "arguments": call.arguments} for call in calls],
        "input_tokens": response.input_tokens,
        "output_tokens": response.output_tokens,
    }


if __name__ == "__main__":
    serve("llm", stream)
