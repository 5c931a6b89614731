// openai, the SDK for Node: chat by raw chunks and by its streaming helper.

import OpenAI from "openai";
import { serve } from "./wrapping.mjs";

function client(asked) {
  return new OpenAI({
    baseURL: asked.base_url,
    apiKey: asked.api_key,
    maxRetries: 0,
    timeout: asked.seconds * 1000,
  });
}

function options(asked) {
  const tools = asked.tools.map((tool) => ({ type: "function", function: tool }));
  return {
    model: asked.model,
    messages: [{ role: "user", content: asked.prompt }],
    stream: true,
    stream_options: { include_usage: true },
    ...(tools.length ? { tools } : {}),
  };
}

// The loop of the README: chunks are added up by the caller.
async function create(asked) {
  const answer = { text: "", reasoning: "", refusal: "", calls: [] };
  const calls = new Map();
  for await (const chunk of await client(asked).chat.completions.create(options(asked))) {
    counted(answer, chunk.usage);
    for (const choice of chunk.choices.filter((one) => one.index === 0)) {
      const delta = choice.delta;
      answer.text += delta.content ?? "";
      answer.refusal += delta.refusal ?? "";
      answer.reasoning += delta.reasoning_content ?? "";
      answer.finish_reason = choice.finish_reason ?? answer.finish_reason;
      for (const call of delta.tool_calls ?? []) {
        const known = calls.get(call.index) ?? { id: null, name: null, text: "" };
        calls.set(call.index, known);
        known.id = call.id ?? known.id;
        known.name = call.function?.name ?? known.name;
        known.text += call.function?.arguments ?? "";
      }
    }
  }
  return { ...answer, calls: [...calls.values()] };
}

// The helper that adds chunks up itself.
async function stream(asked) {
  const final = await client(asked).chat.completions.stream(options(asked)).finalChatCompletion();
  const { message, finish_reason } = final.choices[0];
  const answer = {
    text: message.content,
    reasoning: message.reasoning_content ?? null,
    refusal: message.refusal ?? null,
    calls: (message.tool_calls ?? []).map((call) => ({
      id: call.id,
      name: call.function.name,
      text: call.function.arguments,
    })),
    finish_reason,
  };
  counted(answer, final.usage);
  return answer;
}

function counted(answer, usage) {
  if (!usage) return;
  answer.input_tokens = usage.prompt_tokens;
  answer.output_tokens = usage.completion_tokens;
}

await serve("openai", { "chat-create": create, "chat-stream": stream }[process.argv[2]]);
