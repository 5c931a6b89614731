// The very bytes: a window on a body, event by event, as text and as hex, with a span marked.
// Bytes that are not UTF-8 are shown as hex; every byte shown is a byte of the body.

const WINDOW = 6144;
const AROUND = 1024;

// Characters of UTF-8, one at a time: [offset, length, code point], -1 for a byte that is none.
function* characters(bytes, from, to) {
  for (let at = from; at < to;) {
    const [length, code] = character(bytes, at);
    yield [at, length, code];
    at += length;
  }
}

function character(bytes, at) {
  const first = bytes[at];
  if (first < 0x80) return [1, first];
  const length = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (!length || at + length > bytes.length) return [1, -1];
  let code = first & (0x7f >> length);
  for (let next = at + 1; next < at + length; next += 1) {
    if ((bytes[next] & 0xc0) !== 0x80) return [1, -1];
    code = (code << 6) | (bytes[next] & 0x3f);
  }
  const smallest = [0, 0, 0x80, 0x800, 0x10000][length];
  const wrong = code < smallest || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff);
  return wrong ? [1, -1] : [length, code];
}

// A window never begins inside a character.
function wholeCharacter(bytes, at) {
  for (let back = 0; back < 4 && at - back >= 0; back += 1) {
    if ((bytes[at - back] & 0xc0) !== 0x80) {
      const [length, code] = character(bytes, at - back);
      return code >= 0 && back < length ? at - back : at;
    }
  }
  return at;
}

const hex = (byte) => byte.toString(16).padStart(2, "0");

// Collects text and marked text, so that neighbours share one node.
class Pen {
  constructor(target) {
    this.target = target;
    this.inside = target;
    this.plain = "";
    this.marked = false;
  }

  flush() {
    if (this.plain) this.inside.append(this.plain);
    this.plain = "";
  }

  mark(wanted) {
    if (wanted === this.marked) return;
    this.flush();
    this.marked = wanted;
    this.inside = wanted ? this.target.appendChild(el("mark", {})) : this.target;
  }

  write(text) {
    this.plain += text;
  }

  put(node) {
    this.flush();
    this.inside.append(node);
  }
}

const lineEnd = () => el("span", { class: "lf", "aria-hidden": "true" });

function textPane(bytes, from, to, span) {
  const pane = el("code", { class: "text" });
  const pen = new Pen(pane);
  for (const [at, length, code] of characters(bytes, from, to)) {
    if (isCaret(span, at)) pen.put(caret(at));
    pen.mark(Boolean(span) && at < span[1] && at + length > span[0]);
    const text = code < 0 ? "" : String.fromCodePoint(code);
    if (code < 0) pen.put(el("span", { class: "chip raw", title: "not UTF-8" }, `⟨${hex(bytes[at])}⟩`));
    else if (text === "\n") {
      pen.put(lineEnd());
      pen.write(text);
    } else if (HIDDEN.test(text)) pen.put(chip(chipText(text), codeName(text)));
    else pen.write(text);
  }
  if (to === bytes.length && isCaret(span, to)) pen.put(caret(to));
  pen.flush();
  return pane;
}

const isCaret = (span, at) => Boolean(span) && span[0] === span[1] && span[0] === at;
const caret = (at) => el("mark", { class: "caret", title: `offset ${at}` }, el("span", { class: "spoken" }, "here"));

function hexPane(bytes, from, to, span, width) {
  const pane = el("code", { class: "hex" });
  for (let start = from - (from % width); start < to; start += width) {
    pane.append(hexRow(bytes, Math.max(start, from), Math.min(start + width, to), start, span, width));
  }
  return pane;
}

function hexRow(bytes, from, to, start, span, width) {
  const codes = el("span", { class: "codes" });
  const letters = el("span", { class: "letters", "aria-hidden": "true" });
  const code = new Pen(codes);
  const letter = new Pen(letters);
  code.write("   ".repeat(from - start));
  letter.write(" ".repeat(from - start));
  const inSpan = (at) => Boolean(span) && at >= span[0] && at < span[1];
  for (let at = from; at < to; at += 1) {
    if (at > from) {
      code.mark(inSpan(at - 1) && inSpan(at));
      code.write(" ");
    }
    for (const pen of [code, letter]) pen.mark(inSpan(at));
    if (isCaret(span, at)) code.put(caret(at));
    code.write(hex(bytes[at]));
    letter.write(bytes[at] >= 0x20 && bytes[at] < 0x7f ? String.fromCharCode(bytes[at]) : "·");
  }
  if (to === bytes.length && isCaret(span, to)) code.put(caret(to));
  code.mark(false);
  code.write("   ".repeat(start + width - to));
  for (const pen of [code, letter]) pen.flush();
  return el("span", { class: "row" }, el("span", { class: "offset" }, start.toString(16).padStart(8, "0")), codes, letters, "\n");
}

const MODES = [["text", "Text"], ["hex", "Hex"], ["both", "Both"]];
let mode = matchMedia("(min-width: 1500px)").matches ? "both" : "text";

function modeChoice(change) {
  return el("fieldset", { class: "modes" }, el("legend", { class: "spoken" }, "Show bytes as"),
    MODES.map(([value, label]) => el("label", {},
      el("input", { type: "radio", name: "bytes-as", value, checked: value === mode, onchange: () => change(value) }),
      el("span", {}, label))));
}

// A window on the body around `span` (or a whole event), with one event of context on each side.
function windowAround(kept, span, event) {
  const { bytes, bounds } = kept;
  const last = eventAt(bounds, Math.max(span[0], span[1] - 1));
  const before = bounds[Math.max(0, event - 1)];
  const after = bounds[Math.min(bounds.length - 1, last + 2)];
  return {
    from: wholeCharacter(bytes, Math.max(before, span[0] - AROUND)),
    to: Math.min(after, span[1] + AROUND, Math.max(span[0], 0) + WINDOW),
  };
}

function byteView(kept, span, event, number) {
  const view = windowAround(kept, span, event);
  const list = el("ol", { class: "events" });
  const earlier = el("button", { type: "button", class: "more", onclick: () => widen(-WINDOW) }, "Show earlier bytes");
  const later = el("button", { type: "button", class: "more", onclick: () => widen(WINDOW) }, "Show later bytes");
  const draw = () => {
    list.className = `events as-${mode}`;
    list.replaceChildren(...eventsIn(kept, view, span, number));
    earlier.hidden = view.from === 0;
    later.hidden = view.to >= kept.bytes.length;
  };
  const widen = (by) => {
    if (by < 0) view.from = wholeCharacter(kept.bytes, Math.max(0, view.from + by));
    else view.to = Math.min(kept.bytes.length, view.to + by);
    draw();
  };
  const change = (value) => {
    mode = value;
    draw();
  };
  draw();
  const legend = span[1] > span[0]
    ? `Marked: bytes ${count(span[0])} to ${count(span[1])}, ${plural(span[1] - span[0], "byte")}, of ${count(kept.bytes.length)}.`
    : `Marked: the place at byte ${count(span[0])} of ${count(kept.bytes.length)}, where something is missing.`;
  return panel("The bytes", { class: "bytes" },
    el("div", { class: "tools" }, el("p", { class: "hint" }, legend), modeChoice(change)), earlier, list, later);
}

function* eventsIn(kept, view, span, number) {
  const width = matchMedia("(max-width: 700px)").matches ? 8 : 16;
  const first = eventAt(kept.bounds, view.from);
  const last = Math.max(first, eventAt(kept.bounds, Math.max(view.from, view.to - 1)));
  for (let event = first; event <= last; event += 1) {
    const from = Math.max(view.from, kept.bounds[event]);
    const to = Math.min(view.to, kept.bounds[event + 1]);
    yield eventItem(kept, event, from, to, span, number, width);
  }
}

function eventItem(kept, event, from, to, span, number, width) {
  const [start, end] = [kept.bounds[event], kept.bounds[event + 1]];
  const hit = span[0] < end && span[1] > start;
  const part = to - from < end - start ? `, ${count(to - from)} shown` : "";
  const panes = [];
  if (mode !== "hex") panes.push(pane(`Event ${event} as text`, textPane(kept.bytes, from, to, span)));
  if (mode !== "text") panes.push(pane(`Event ${event} as hex`, hexPane(kept.bytes, from, to, span, width)));
  return el("li", { class: hit ? "event hit" : "event" },
    el("p", { class: "event-head" }, el("a", { href: `#/stream/${number}/event/${event}` }, `Event ${count(event)}`),
      el("span", { class: "range" }, `${count(start)}–${count(end)} · ${plural(end - start, "byte")}${part}`)),
    el("div", { class: "panes" }, panes));
}

const pane = (label, code) => el("pre", { tabindex: "0", role: "region", "aria-label": label }, code);
