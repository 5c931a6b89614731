// A JSON reader that keeps what the browser's hides: the text of numbers, repeated keys, the
// place of an error. It exists to show a chunk and to mark the value that a pointer means.

const DEEPEST = 400;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SPACE = /[ \t\n\r]*/y;
const WORD = /true|false|null/y;

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  take(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found?.[0];
  }

  wrong(wanted) {
    const here = this.at < this.text.length ? JSON.stringify(this.text[this.at]) : "the end";
    throw new SyntaxError(`character ${this.at}: ${wanted} expected, found ${here}`);
  }

  value(depth) {
    if (depth > DEEPEST) throw new SyntaxError(`nested deeper than ${DEEPEST}`);
    this.take(SPACE);
    const next = this.text[this.at];
    if (next === "{") return this.members("{", "}", depth, () => this.key());
    if (next === "[") return this.members("[", "]", depth, (place) => String(place));
    const text = this.take(STRING) ?? this.take(NUMBER) ?? this.take(WORD);
    if (text === undefined) this.wrong("a value");
    return { kind: text[0] === '"' ? "string" : "plain", text };
  }

  key() {
    this.take(SPACE);
    const text = this.take(STRING);
    if (text === undefined) this.wrong("a key");
    this.take(SPACE);
    if (this.text[this.at] !== ":") this.wrong("a colon");
    this.at += 1;
    return JSON.parse(text);
  }

  members(open, close, depth, name) {
    const items = [];
    this.at += 1;
    this.take(SPACE);
    while (this.text[this.at] !== close) {
      if (items.length) {
        if (this.text[this.at] !== ",") this.wrong(`a comma or ${close}`);
        this.at += 1;
      }
      const key = name(items.length);
      items.push([key, this.value(depth + 1)]);
      this.take(SPACE);
    }
    this.at += 1;
    return { kind: open, items };
  }
}

function readJson(text) {
  const reader = new Reader(text);
  const tree = reader.value(0);
  reader.take(SPACE);
  if (reader.at < text.length) reader.wrong("nothing more");
  return tree;
}

const toTree = (value) => readJson(JSON.stringify(value, (_key, inner) =>
  (typeof inner === "bigint" ? JSON.rawJSON?.(String(inner)) ?? String(inner) : inner)) ?? "null");

const pointerSteps = (pointer) =>
  (pointer ? pointer.split("/").slice(1).map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~")) : []);

// The value a pointer means, or the nearest one around it (`whole` tells which).
function follow(tree, pointer) {
  let node = tree;
  for (const step of pointerSteps(pointer)) {
    const inner = node.items?.findLast(([key]) => key === step);
    if (!inner) return { node, whole: false };
    node = inner[1];
  }
  return { node, whole: true };
}

// Strings are shown decoded where that is safe to read, and never shortened silently.
const LONGEST = 4000;
function stringNode(text) {
  const inside = JSON.stringify(JSON.parse(text));
  const short = inside.length > LONGEST ? inside.slice(0, LONGEST) : inside;
  const node = appendVisible(el("bdi", { class: "string" }), short);
  if (short !== inside) node.append(el("span", { class: "chip" }, `… ${count(inside.length - LONGEST)} characters more`));
  return node;
}

const MOST = 3000;
function drawTree(tree, target) {
  let left = MOST;
  const draw = (node, depth) => {
    left -= 1;
    const holder = node === target ? el("mark", { id: "pointed" }) : document.createDocumentFragment();
    if (node.kind === "string") holder.append(stringNode(node.text));
    else if (node.kind === "plain") holder.append(el("span", { class: "literal" }, node.text));
    else drawItems(node, depth, holder);
    return holder;
  };
  const drawItems = (node, depth, holder) => {
    const close = node.kind === "{" ? "}" : "]";
    holder.append(node.kind);
    for (const [place, [key, inner]] of node.items.entries()) {
      if (left < 0) {
        holder.append(`\n${"  ".repeat(depth + 1)}`, el("span", { class: "chip" }, `${count(node.items.length - place)} more`));
        break;
      }
      holder.append(`${place ? "," : ""}\n${"  ".repeat(depth + 1)}`);
      if (node.kind === "{") holder.append(appendVisible(el("bdi", { class: "key" }), JSON.stringify(key)), ": ");
      holder.append(draw(inner, depth + 1));
    }
    if (node.items.length) holder.append(`\n${"  ".repeat(depth)}`);
    holder.append(close);
  };
  return draw(tree, 0);
}

function jsonBlock(tree, label, target) {
  return el("pre", { class: "json", tabindex: "0", role: "region", "aria-label": label }, drawTree(tree, target));
}
