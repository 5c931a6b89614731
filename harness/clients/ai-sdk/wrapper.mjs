// ai, the AI SDK: streamText over five of its providers, its full stream added up.

import { createAnthropic } from "@ai-sdk/anthropic";
import { createDeepSeek } from "@ai-sdk/deepseek";
import { createMoonshotAI } from "@ai-sdk/moonshotai";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { jsonSchema, streamText, tool } from "ai";
import { serve } from "./wrapping.mjs";

globalThis.AI_SDK_LOG_WARNINGS = false;

const at = (asked) => ({ baseURL: asked.base_url, apiKey: asked.api_key });
const MODELS = {
  "openai-compatible": (asked) =>
    createOpenAICompatible({ name: "any", includeUsage: true, ...at(asked) })(asked.model),
  "openai-chat": (asked) => createOpenAI(at(asked)).chat(asked.model),
  deepseek: (asked) => createDeepSeek(at(asked))(asked.model),
  moonshotai: (asked) => createMoonshotAI(at(asked))(asked.model),
  anthropic: (asked) => createAnthropic(at(asked))(asked.model),
};

const answering = (model) => async (asked) => {
  const tools = Object.fromEntries(
    asked.tools.map(({ name, description, parameters }) => [
      name,
      tool({ description, inputSchema: jsonSchema(parameters) }),
    ]),
  );
  const stream = streamText({
    model: model(asked),
    prompt: asked.prompt,
    maxRetries: 0,
    onError: () => {}, // it comes as a part of the stream as well
    ...(asked.tools.length ? { tools } : {}),
  });
  const answer = { text: "", reasoning: "", calls: [] };
  for await (const part of stream.fullStream) add(answer, part);
  return answer;
};

function add(answer, part) {
  switch (part.type) {
    case "text-delta":
      answer.text += part.text;
      break;
    case "reasoning-delta":
      answer.reasoning += part.text;
      break;
    case "tool-call":
      answer.calls.push(call(part));
      break;
    case "error":
      // The stream goes on after it, and a caller who does not look sees no error at all.
      throw part.error instanceof Error ? part.error : Object.assign(new Error(), part.error);
    case "finish":
      answer.finish_reason = part.finishReason;
      answer.input_tokens = part.totalUsage?.inputTokens ?? null;
      answer.output_tokens = part.totalUsage?.outputTokens ?? null;
  }
}

// A call that it found wrong says so; then its input is the text as it came.
function call({ toolCallId, toolName, input, invalid }) {
  const given = invalid && typeof input === "string" ? { text: input } : { arguments: input };
  return { id: toolCallId, name: toolName, ...given };
}

await serve("ai", answering(MODELS[process.argv[2]]));
