// @anthropic-ai/sdk: its streaming helper and the final message.

import Anthropic from "@anthropic-ai/sdk";
import { serve } from "./wrapping.mjs";

async function stream(asked) {
  const client = new Anthropic({
    baseURL: asked.base_url,
    apiKey: asked.api_key,
    maxRetries: 0,
    timeout: asked.seconds * 1000,
  });
  const tools = asked.tools.map(({ name, description, parameters }) => ({
    name,
    description,
    input_schema: parameters,
  }));
  const final = await client.messages
    .stream({
      model: asked.model,
      max_tokens: 1024,
      messages: [{ role: "user", content: asked.prompt }],
      ...(tools.length ? { tools } : {}),
    })
    .finalMessage();
  const of = (kind) => final.content.filter((block) => block.type === kind);
  return {
    text: of("text").map((block) => block.text).join(""),
    reasoning: of("thinking").map((block) => block.thinking).join(""),
    calls: of("tool_use").map(({ id, name, input }) => ({ id, name, arguments: input })),
    finish_reason: final.stop_reason,
    input_tokens: final.usage.input_tokens,
    output_tokens: final.usage.output_tokens,
  };
}

await serve("@anthropic-ai/sdk", stream);
