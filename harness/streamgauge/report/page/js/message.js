// The message: what the stream says once every delta is folded. Content is shown as text.

const KINDS = {
  text: "Text", reasoning: "Reasoning", refusal: "Refusal", tool_call: "Tool call",
  server_tool_call: "Server tool call", server_tool_call_response: "Server tool response",
  blob: "Blob", generic: "Other",
};
const LONG_TEXT = 6000;

function longText(text, label) {
  const short = text.slice(0, LONG_TEXT);
  const holder = el("pre", { class: "words", tabindex: "0", role: "region", "aria-label": label }, shown(short));
  if (short.length === text.length) return holder;
  const more = el("button", { type: "button", class: "more", onclick: () => {
    holder.replaceChildren(shown(text));
    more.remove();
    holder.focus();
  } }, `Show ${count(text.length - short.length)} more characters`);
  return [holder, more];
}

const STATES = { complete: "✓", empty: "–", partial: "✗", invalid: "✗" };

function partBody(part) {
  const name = KINDS[part.type] ?? "Part";
  if (typeof part.content === "string") return longText(part.content, `${name} content`);
  if (part.type === "tool_call") {
    const sent = part.arguments_json;
    return typeof sent === "string" && sent !== "" ? longText(sent, "Arguments as sent") : null;
  }
  return null;
}

const PART_SHOWN = new Set(["type", "content", "name", "id", "field", "redacted", "index", "arguments",
  "arguments_json", "arguments_state", "mime_type", "bytes", "sha256"]);

function partFacts(part) {
  const state = part.arguments_state;
  return facts([
    ["name", part.name], ["id", part.id], ["field", part.field], ["index", part.index],
    ["redacted", part.redacted ? "yes" : null],
    ["arguments", state ? `${STATES[state] ?? ""} ${state}` : null],
    ["MIME type", part.mime_type], ["bytes", part.bytes], ["SHA-256", part.sha256],
  ].map(([name, value]) => [name, typeof value === "object" && value !== null ? JSON.stringify(value) : value]));
}

function partRest(part) {
  const entries = Object.entries(part).filter(([key, value]) => !PART_SHOWN.has(key)
    && value !== null && !(Array.isArray(value) && !value.length)
    && !(typeof value === "object" && !Object.keys(value).length));
  if (part.type === "server_tool_call" && part.arguments) entries.push(["arguments", part.arguments]);
  if (!entries.length) return null;
  return el("details", {}, el("summary", {}, "More of this part"),
    jsonBlock(toTree(Object.fromEntries(entries)), "More of this part"));
}

function partView(part) {
  return el("li", { class: `part ${KINDS[part.type] ? part.type : "generic"}` },
    el("p", { class: "part-kind" }, KINDS[part.type] ?? shown(part.type ?? "part")),
    partFacts(part), partBody(part), partRest(part));
}

function choiceView(choice, several) {
  const raw = choice.raw_finish_reason;
  const stop = choice.finish_reason === null || choice.finish_reason === undefined
    ? badge(MARKS.s, "none came") : el("span", {}, shown(choice.finish_reason));
  return el("div", { class: "choice" },
    several ? el("h3", {}, `Choice ${choice.index}`) : null,
    facts([["finish reason", stop], ["as sent", raw !== null && raw !== undefined ? JSON.stringify(raw) : null],
      ["role", choice.role]]),
    el("ol", { class: "parts" }, (choice.parts ?? []).map(partView)),
    (choice.parts ?? []).length ? null : el("p", { class: "hint" }, "No parts."));
}

function usageView(usage) {
  if (!usage) return el("p", { class: "hint" }, "No usage was sent.");
  const rows = ["input", "output", "reasoning", "cache_read", "cache_write"]
    .map((name) => [name.replace("_", " "), usage[`${name}_tokens`]]);
  return [
    el("table", { class: "usage" }, el("caption", {}, "Tokens"),
      el("tbody", {}, rows.map(([name, tokens]) => el("tr", {}, el("th", { scope: "row" }, name),
        el("td", {}, tokens === null || tokens === undefined ? "not sent" : count(tokens)))))),
    Object.keys(usage.raw ?? {}).length
      ? el("details", {}, el("summary", {}, "Usage as sent"), jsonBlock(toTree(usage.raw), "Usage as sent")) : null,
  ];
}

function messageView(result) {
  const message = result.message;
  if (!message) return panel("Message", { class: "message" }, el("p", { class: "hint" }, "There is no message."));
  const choices = message.choices ?? [];
  return panel("Message", { class: "message" },
    facts([["ending", result.ending], ["model", message.model], ["id", message.id]]),
    message.error ? [el("p", {}, badge(MARKS.m, "The provider sent an error")),
      jsonBlock(toTree(message.error), "Error as sent")] : null,
    choices.length ? choices.map((choice) => choiceView(choice, choices.length > 1))
      : el("p", { class: "hint" }, "No answer was begun."),
    usageView(message.usage));
}
