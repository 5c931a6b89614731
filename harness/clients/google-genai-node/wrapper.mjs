// @google/genai: the stream of responses, added up by the caller.

import { GoogleGenAI } from "@google/genai";
import { serve } from "./wrapping.mjs";

async function stream(asked) {
  const client = new GoogleGenAI({
    apiKey: asked.api_key,
    httpOptions: { baseUrl: asked.base_url, timeout: asked.seconds * 1000 },
  });
  const functions = asked.tools.map(({ name, description, parameters }) => ({
    name,
    description,
    parametersJsonSchema: parameters,
  }));
  const answer = { text: "", reasoning: "", calls: [], finish_reason: null };
  for await (const chunk of await client.models.generateContentStream({
    model: asked.model,
    contents: asked.prompt,
    config: functions.length ? { tools: [{ functionDeclarations: functions }] } : {},
  })) {
    if (chunk.usageMetadata) {
      answer.input_tokens = chunk.usageMetadata.promptTokenCount ?? null;
      answer.output_tokens = chunk.usageMetadata.candidatesTokenCount ?? null;
    }
    for (const candidate of (chunk.candidates ?? []).slice(0, 1)) add(answer, candidate);
  }
  return answer;
}

function add(answer, candidate) {
  for (const part of candidate.content?.parts ?? []) {
    if (part.functionCall) {
      const { id, name, args } = part.functionCall;
      answer.calls.push({ id: id ?? null, name, arguments: args });
    } else {
      answer[part.thought ? "reasoning" : "text"] += part.text ?? "";
    }
  }
  answer.finish_reason = candidate.finishReason ?? answer.finish_reason;
}

await serve("@google/genai", stream);
