// @langchain/openai: chunks of a chat model, added up by their own concat.

import { ChatOpenAI } from "@langchain/openai";
import { serve } from "./wrapping.mjs";

async function stream(asked) {
  let model = new ChatOpenAI({
    model: asked.model,
    apiKey: asked.api_key,
    maxRetries: 0,
    timeout: asked.seconds * 1000,
    configuration: { baseURL: asked.base_url },
  });
  const tools = asked.tools.map((tool) => ({ type: "function", function: tool }));
  if (tools.length) model = model.bindTools(tools);
  let whole;
  for await (const chunk of await model.stream(asked.prompt)) {
    whole = whole ? whole.concat(chunk) : chunk;
  }
  return whole ? told(whole) : {};
}

function told(whole) {
  const right = whole.tool_calls ?? [];
  const wrong = whole.invalid_tool_calls ?? [];
  return {
    text: typeof whole.content === "string" ? whole.content : JSON.stringify(whole.content),
    reasoning: whole.additional_kwargs?.reasoning_content ?? null,
    calls: [
      ...right.map(({ id, name, args }) => ({ id: id ?? null, name, arguments: args })),
      ...wrong.map(({ id, name, args }) => ({ id: id ?? null, name: name ?? null, text: args })),
    ],
    finish_reason: whole.response_metadata?.finish_reason ?? null,
    input_tokens: whole.usage_metadata?.input_tokens ?? null,
    output_tokens: whole.usage_metadata?.output_tokens ?? null,
  };
}

await serve("@langchain/openai", stream);
