// Building the page from text. Nothing here, or anywhere else in this report, parses markup:
// untrusted text becomes text nodes, and what would act on a reader (bidi controls, zero-width
// characters, escapes) becomes a visible chip.

const HIDDEN = /(?![\n\t\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{DI}]/u;
// Names, not the pictures of Unicode's own block, which few fonts draw.
const CONTROLS = ("NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB "
  + "CAN EM SUB ESC FS GS RS US").split(" ");
const SAFE_LINK = /^(#\/|https?:\/\/)/;

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "href" && !SAFE_LINK.test(value)) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

function chipText(character) {
  const code = character.codePointAt(0);
  if (code < CONTROLS.length) return `⟨${CONTROLS[code]}⟩`;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

const chip = (text, title) => el("span", { class: "chip", title }, text);

function codeName(character) {
  return `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function appendVisible(target, text) {
  if (!HIDDEN.test(text)) {
    target.append(text);
    return target;
  }
  let plain = "";
  for (const character of text) {
    if (!HIDDEN.test(character)) {
      plain += character;
      continue;
    }
    target.append(plain, chip(chipText(character), codeName(character)));
    plain = "";
  }
  target.append(plain);
  return target;
}

// Untrusted text, isolated from the writing direction around it.
const shown = (text, kind = "") => appendVisible(el("bdi", { class: `data ${kind}` }), String(text));

// Text for attributes and for the spoken line, where no chip can stand.
const spokenText = (text) => Array.from(String(text), (c) => (HIDDEN.test(c) ? chipText(c) : c)).join("");

// One step of an address. Half a surrogate pair cannot stand in one.
const step = (text) => encodeURIComponent(Array.from(String(text), (c) => (/\p{Cs}/u.test(c) ? "\ufffd" : c)).join(""));

const MARKS = {
  m: { symbol: "✗", name: "must", tone: "bad" },
  s: { symbol: "!", name: "should", tone: "warn" },
  i: { symbol: "i", name: "may", tone: "note" },
  x: { symbol: "~", name: "excused", tone: "quiet" },
  p: { symbol: "✓", name: "passed", tone: "good" },
  n: { symbol: "–", name: "not asked", tone: "quiet" },
};
const VERDICTS = {
  fail: { symbol: "✗", tone: "bad", says: "a must is broken" },
  warn: { symbol: "!", tone: "warn", says: "only a should is broken" },
  pass: { symbol: "✓", tone: "good", says: "conforms" },
  unsupported: { symbol: "–", tone: "quiet", says: "not an LLM stream we know" },
  unreadable: { symbol: "?", tone: "bad", says: "could not be read" },
};

const markOf = (finding) => {
  if (finding.excused !== null && finding.excused !== undefined) return MARKS.x;
  return { must: MARKS.m, should: MARKS.s }[finding.level] ?? MARKS.i;
};

function badge({ symbol, tone }, text) {
  return el("span", { class: `badge ${tone}` }, el("span", { class: "sign", "aria-hidden": "true" }, symbol), text);
}

const verdictBadge = (verdict) => badge(VERDICTS[verdict] ?? MARKS.n, String(verdict ?? "unknown"));

const grouped = new Intl.NumberFormat("en-US");
const count = (number) => grouped.format(number ?? 0);
const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

function facts(pairs) {
  const known = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return el("dl", { class: "facts" }, known.map(([name, value]) =>
    el("div", {}, el("dt", {}, name), el("dd", {}, value instanceof Node ? value : shown(value)))));
}

let headings = 0;
function panel(title, attributes, ...children) {
  headings += 1;
  const id = `panel-${headings}`;
  return el("section", { ...attributes, class: `panel ${attributes.class ?? ""}`, "aria-labelledby": id },
    el("h2", { id }, title), children);
}

const trail = (...steps) => el("nav", { class: "trail", "aria-label": "Where you are" },
  el("ol", {}, steps.map((step) => el("li", {}, step))));

// A list that grows on demand, so that ten thousand findings do not stand in the page at once.
function growing(items, draw, size, holder) {
  let drawn = 0;
  const more = el("button", { type: "button", class: "more", onclick: () => add() });
  function add() {
    const first = drawn;
    for (; drawn < Math.min(items.length, first + size); drawn += 1) holder.append(draw(items[drawn]));
    const left = items.length - drawn;
    more.textContent = `Show ${count(Math.min(size, left))} more of ${count(left)}`;
    more.hidden = left === 0;
    if (first) holder.children[first]?.querySelector("a")?.focus();
  }
  add();
  return el("div", {}, holder, more);
}
