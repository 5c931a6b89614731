// What is embedded in the page, and how to get at it: the summary at once, records and bodies
// when they are asked for. Everything unpacked here is untrusted and only ever shown as text.

const run = JSON.parse(document.getElementById("summary").textContent);
const word = (place) => (place < 0 ? null : run.words[place]);

const CELL = /([msixpn])(\d*)/g;

function cell(text) {
  const marks = Array.from(text.matchAll(CELL), ([, mark, count]) => ({ mark, count: Number(count) }));
  return { worst: marks[0].mark, marks };
}

run.streams = run.streams.map((row, number) => ({
  number,
  source: String(row[0]),
  dialect: word(row[1]),
  vendor: word(row[2]),
  model: word(row[3]),
  ending: word(row[4]),
  verdict: word(row[5]),
  bytes: row[6],
  events: row[7],
  cells: row[8].split(" ").map(cell),
  broken: row[9],
}));

const ruleOf = new Map(run.rules.map((rule) => [rule.slug, rule]));

// The bulk of the file stands behind this script; a linked finding waits until it has arrived.
const arrived = new Promise((resolve) => {
  if (document.readyState !== "loading") resolve();
  else document.addEventListener("DOMContentLoaded", () => resolve(), { once: true });
});

function fromBase64(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at);
  return bytes;
}

// `most` bounds what a lying body may unpack to.
async function inflate(packed, most = Infinity) {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const pieces = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw new Error("the kept bytes are more than the run says");
    }
    pieces.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

// Integers that a double would round are kept as they were written.
function exact(_key, value, context) {
  if (typeof value !== "number" || Number.isSafeInteger(value) || !context) return value;
  return /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
}

// Remembers the last few answers of a slow question.
function remembering(ask, most) {
  const kept = new Map();
  return (key) => {
    if (!kept.has(key)) kept.set(key, ask(key));
    const answer = kept.get(key);
    kept.delete(key);
    kept.set(key, answer);
    if (kept.size > most) kept.delete(kept.keys().next().value);
    return answer;
  };
}

const block = remembering(async (place) => {
  await arrived;
  const packed = fromBase64(document.getElementById(`block-${place}`).textContent);
  return JSON.parse(new TextDecoder().decode(await inflate(packed)), exact);
}, 8);

async function record(number) {
  return (await block(Math.floor(number / run.block)))[number % run.block];
}

// The body of a stream: its bytes and where its events begin, or null when they were not kept.
const body = remembering(async (number) => {
  await arrived;
  const holder = document.getElementById(`body-${number}`);
  if (!holder) return null;
  const bytes = await inflate(fromBase64(holder.textContent), Number(holder.dataset.bytes));
  const packed = await inflate(fromBase64(holder.dataset.bounds), 4 * (bytes.length + 2));
  const view = new DataView(packed.buffer);
  const bounds = Array.from({ length: packed.length >> 2 }, (_, at) => view.getUint32(at * 4, true));
  return { bytes, bounds: bounds.length ? bounds : [0, bytes.length] };
}, 4);

// The event that holds a byte; the end of the body belongs to the last one.
function eventAt(bounds, offset) {
  let low = 0;
  let high = bounds.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (bounds[middle] <= offset) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}
