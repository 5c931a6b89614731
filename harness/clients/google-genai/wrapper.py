"""google-genai, the Python SDK: the stream of responses, added up by the caller."""

from google import genai
from google.genai import types
from wrapping import serve


def stream(asked):
    client = genai.Client(
        api_key=asked["api_key"],
        http_options=types.HttpOptions(
            base_url=asked["base_url"],
            timeout=int(asked["seconds"] * 1000),
            retry_options=types.HttpRetryOptions(attempts=1),
        ),
    )
    answer = {"text": "", "reasoning": "", "calls": []}
    chunks = client.models.generate_content_stream(
        model=asked["model"], contents=asked["prompt"], config=config(asked)
    )
    for chunk in chunks:
        usage = chunk.usage_metadata
        if usage is not None:
            answer["input_tokens"] = usage.prompt_token_count
            answer["output_tokens"] = usage.candidates_token_count
        for candidate in (chunk.candidates or ())[:1]:
            add(answer, candidate)
    return answer


def add(answer, candidate):
    for part in (candidate.content and candidate.content.parts) or ():
        if part.function_call is not None:
            call = part.function_call
            answer["calls"].append({"id": call.id, "name": call.name, "arguments": call.args})
        elif part.text is not None:
            answer["reasoning" if part.thought else "text"] += part.text
    if candidate.finish_reason is not None:
        answer["finish_reason"] = candidate.finish_reason.value


def config(asked):
    functions = [
        types.FunctionDeclaration(
            name=tool["name"],
            description=tool["description"],
            parameters_json_schema=tool["parameters"],
        )
        for tool in asked["tools"]
    ]
    return types.GenerateContentConfig(
        tools=[types.Tool(function_declarations=functions)] if functions else None,
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
    )


if __name__ == "__main__":
    serve("google-genai", stream)
