// From an event's bytes to its chunk, in the page: the framing is undone again, because the run
// keeps spans and not payloads. It is for showing only; findings were made by the harness.

const LINE_END = /\r\n|\n|\r/;

function eventText(bytes, from, to) {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(from, to));
  return from === 0 ? text.replace(/^\ufeff/, "") : text;
}

// Fields of a server-sent event: the name of the last `event`, and the data lines joined.
function sseFields(text) {
  const fields = { name: null, data: [] };
  for (const line of text.split(LINE_END)) {
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") fields.name = value;
    if (field === "data") fields.data.push(value);
  }
  return fields;
}

// What an event carries: `name`, and `data` as text or null where it carries none.
function payload(bytes, from, to) {
  const text = eventText(bytes, from, to);
  const { name, data } = sseFields(text);
  if (data.length) return { name, data: data.join("\n") };
  const bare = text.trim();
  if (name !== null || bare === "" || bare.startsWith(":")) return { name, data: null };
  const unit = bare.replace(/^[[,\]]\s*(?=\{)/, "").replace(/(?<=\})\s*[,\]]+\s*$/, "");
  return { name, data: unit };
}

function chunkView(kept, event, pointer, endMarker) {
  const { name, data } = payload(kept.bytes, kept.bounds[event], kept.bounds[event + 1]);
  const title = `Decoded chunk · event ${count(event)}`;
  const head = name === null ? null : facts([["event name", shown(name)]]);
  if (data === null) {
    return panel(title, { class: "chunk" }, head, el("p", { class: "hint" }, "This event carries no data."));
  }
  if (endMarker && data === endMarker) {
    return panel(title, { class: "chunk" }, head, el("p", {}, "The end marker, ", el("code", {}, shown(data)), "."));
  }
  return panel(title, { class: "chunk" }, head, decoded(data, pointer));
}

function decoded(data, pointer) {
  let tree;
  try {
    tree = readJson(data);
  } catch (error) {
    const why = appendVisible(el("p", { class: "hint" }), `Not JSON: ${error.message}`);
    return [why, el("pre", { class: "json", tabindex: "0", role: "region", "aria-label": "Payload as sent" },
      shown(data.slice(0, LONGEST)), data.length > LONGEST ? chip(`… ${count(data.length - LONGEST)} characters more`) : null)];
  }
  if (pointer === null || pointer === undefined) return jsonBlock(tree, "Decoded chunk");
  const { node, whole } = follow(tree, pointer);
  const hint = whole ? "Marked: " : "Marked: the nearest value around what is missing, ";
  return [el("p", { class: "hint" }, hint, el("code", {}, shown(pointer === "" ? "(the whole chunk)" : pointer))),
    jsonBlock(tree, "Decoded chunk", node)];
}
