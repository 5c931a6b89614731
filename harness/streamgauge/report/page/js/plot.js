// Pictures of measured things: shapes, scales and the words that say the same. Numbers come from a
// run file, so whatever is no number that could be drawn is left out, and MARKED bounds the marks.

const MARKED = 64;
const LARGEST = 1e12;
const SVG = "http://www.w3.org/2000/svg";

function shape(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined) node.setAttribute(name, typeof value === "number" ? String(Math.round(value * 100) / 100) : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

const known = (value) => typeof value === "number" && Math.abs(value) < LARGEST;
const rounded = (value, digits) => value.toLocaleString("en-US", { maximumFractionDigits: digits });

// 0.42 ms, 320 ms, 2.4 s: as many digits as anyone can use.
function duration(ms) {
  if (!known(ms)) return "unknown";
  if (Math.abs(ms) >= 10_000) return `${rounded(ms / 1000, 1)} s`;
  if (Math.abs(ms) >= 1000) return `${rounded(ms / 1000, 2)} s`;
  return `${rounded(ms, Math.abs(ms) >= 10 ? 0 : Math.abs(ms) >= 1 ? 1 : 2)} ms`;
}

const percent = (share) => `${rounded(100 * share, 0).replace("-", "−")} %`;

const scale = (low, high, from, to) => (value) => from + ((value - low) / (high - low || 1)) * (to - from);

// Round numbers from 0 up to the end of an axis, `most` steps of them or fewer.
function ticks(end, most) {
  const least = (end || 1) / most;
  const unit = 10 ** Math.floor(Math.log10(least));
  const apart = unit * ([1, 2, 5].find((factor) => factor * unit >= least) ?? 10);
  return Array.from({ length: Math.floor(end / apart) + 1 }, (_, at) => at * apart);
}

// Drawn as wide as it will be shown, so that words in it keep their size.
const plotWidth = () => Math.max(280, Math.min(1180, window.innerWidth - 96));

let pictures = 0;
function picture(title, says, width, height, ...children) {
  pictures += 1;
  const [named, described] = [`picture-${pictures}`, `picture-${pictures}-says`];
  return shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", class: "plot",
    "aria-labelledby": named, "aria-describedby": described },
  shape("title", { id: named }, title), shape("desc", { id: described }, spokenText(says)), children);
}

const words = (text, attributes) => shape("text", attributes, text);

function timeAxis(end, x, top, bottom, width) {
  return ticks(end, width < 600 ? 3 : 6).map((at) => [
    shape("line", { class: "grid", x1: x(at), x2: x(at), y1: top, y2: bottom }),
    words(duration(at), { class: "tick", x: x(at), y: bottom + 14, "text-anchor": at ? "middle" : "start" }),
  ]);
}

// One mark for a channel, told by its form as well as by its colour.
function dot(kind, x, y, size = 3) {
  const attributes = { class: `dot ${kind}` };
  if (kind === "reasoning") return shape("rect", { ...attributes, x: x - size, y: y - size, width: 2 * size, height: 2 * size });
  if (kind === "tool") return shape("path", { ...attributes, d: `M${rough(x)} ${rough(y - size - 1)}l${size + 1} ${2 * size}h${-2 * size - 2}z` });
  return shape("circle", { ...attributes, cx: x, cy: y, r: kind === "other" ? size - 1 : size });
}

const rough = (value) => Math.round(value * 100) / 100;

function plotKey(...entries) {
  return el("ul", { class: "legend plot-legend" }, entries.map(([kind, text]) => el("li", {},
    shape("svg", { width: 12, height: 12, viewBox: "0 0 12 12", "aria-hidden": "true", class: "plot" }, dot(kind, 6, 6)), text)));
}

const plotted = (drawing, caption, key) => el("figure", { class: "figure" }, drawing, key, el("figcaption", { class: "about" }, caption));
