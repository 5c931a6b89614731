// Whether the vendor's cache works: the verdict in words, and the pairs that it rests on.

const CACHE_VERDICTS = {
  hit: { symbol: "✓", tone: "good", says: "hit" },
  "no-hit": { symbol: "–", tone: "quiet", says: "no hit" },
  inconclusive: { symbol: "?", tone: "warn", says: "inconclusive" },
};

const pairsOf = (cache) => (Array.isArray(cache.pairs) ? cache.pairs.slice(0, MARKED) : [])
  .filter((pair) => known(pair?.cold_ms) && known(pair?.warm_ms))
  .map(({ cold_ms: cold, warm_ms: warm, cold_read: coldRead, warm_read: read }) => ({ cold, warm, hit: known(read) ? read > (coldRead ?? 0) : null }));

function intervalWords({ effect, intervals }) {
  if (!known(effect?.sooner)) return null;
  const within = intervals?.sooner;
  const sure = Array.isArray(within) && within.every(known) ? ` (${percent(within[0])} to ${percent(within[1])}, at ${rounded(100 * intervals.level, 1)} %)` : ", too few pairs for an interval";
  return `${percent(effect.sooner)} sooner${sure}`;
}

function cacheFacts(cache) {
  const { counters, effect } = cache;
  const verdict = CACHE_VERDICTS[cache.verdict] ?? MARKS.n;
  return facts([
    ["verdict", badge(verdict, verdict.says ?? spokenText(cache.verdict))],
    ["reason", cache.reason === null || cache.reason === undefined ? null : String(cache.reason).replaceAll("-", " ")],
    ["decided by", Array.isArray(cache.by) ? cache.by.join(" and ") : null],
    ["pairs", known(cache.n) ? count(cache.n) : null],
    ["prefix", known(cache.prefix_tokens) ? plural(cache.prefix_tokens, "token") : null],
    ["counters", counters ? `${count(counters.hits)} of ${count(counters.pairs)} warm requests hit` : "none sent"],
    ["tokens read", known(counters?.read_tokens) ? count(counters.read_tokens) : null],
    ["first token, cold", known(effect?.cold_ms) ? duration(effect.cold_ms) : null],
    ["first token, warm", known(effect?.warm_ms) ? duration(effect.warm_ms) : null],
    ["warm ones come", intervalWords(cache)],
    ["own error", known(cache.own_error_ms) ? duration(cache.own_error_ms) : "not measured"],
    ["cache token", cache.token],
  ]);
}

// One row of dots; a pair keeps its height in both rows, so that its line can be followed.
function dotRow(name, values, kinds, middle, x, y) {
  return [
    words(name, { class: "label", x: 0, y: y + 4 }),
    known(middle) ? [
      shape("line", { class: "median", x1: x(middle), x2: x(middle), y1: y - 24, y2: y + 24 }),
      words(`median ${duration(middle)}`, { class: "label", x: x(middle) + 5, y: y - 26 }),
    ] : null,
    values.map((value, at) => dot(kinds[at], x(value), y - 14 + 7 * (at % 5), 3.5)),
  ];
}

function intervalBar({ effect, intervals }, width, y) {
  const within = intervals?.sooner;
  if (!known(effect?.sooner) || !Array.isArray(within) || !within.every(known)) return null;
  const low = Math.max(-1, Math.min(-0.1, within[0]));
  const x = scale(low, Math.max(0.5, within[1]), 52, width - 14);
  const from = x(Math.max(low, within[0]));
  return [
    words("gain", { class: "label", x: 0, y: y + 4 }),
    shape("line", { class: "axis", x1: 52, x2: width - 14, y1: y, y2: y }),
    shape("line", { class: "zero", x1: x(0), x2: x(0), y1: y - 16, y2: y + 12 }),
    words("as soon", { class: "tick", x: x(0), y: y + 24, "text-anchor": "middle" }),
    shape("line", { class: "interval", x1: from, x2: x(within[1]), y1: y, y2: y }),
    dot("warm", x(effect.sooner), y, 4),
    words(intervalWords({ effect, intervals }), { class: "label", x: Math.min(from, width - 270), y: y - 20 }),
  ];
}

function cachePlot(cache) {
  const pairs = pairsOf(cache);
  if (!pairs.length) return null;
  const width = plotWidth();
  const latest = Math.max(...pairs.flatMap(({ cold, warm }) => [cold, warm]));
  const x = scale(0, latest, 52, width - 14);
  const [cold, warm, low, bar] = [54, 138, 172, 226];
  const kinds = pairs.map(({ hit }) => (hit === false ? "missed" : "warm"));
  const bound = intervalBar(cache, width, bar);
  return plotted(
    picture("First tokens of cold and warm requests", String(cache.says ?? ""), width, bound ? bar + 30 : low + 22,
      timeAxis(latest, x, 24, low, width),
      pairs.map((pair, at) => shape("line", { class: "twin", x1: x(pair.cold), y1: cold - 14 + 7 * (at % 5), x2: x(pair.warm), y2: warm - 14 + 7 * (at % 5) })),
      dotRow("cold", pairs.map((pair) => pair.cold), pairs.map(() => "cold"), cache.effect?.cold_ms, x, cold),
      dotRow("warm", pairs.map((pair) => pair.warm), kinds, cache.effect?.warm_ms, x, warm),
      bound),
    "One dot for each request, a line for each pair; bars are medians.",
    plotKey(["cold", "cold"], ["warm", pairs.some(({ hit }) => hit) ? "warm, counted as a hit" : "warm"],
      ...(pairs.some(({ hit }) => hit === false) ? [["missed", "warm, counted as a miss"]] : [])));
}

function cacheView(cache) {
  if (!cache || typeof cache !== "object") return null;
  return panel("Cache", { class: "cache" },
    cache.says ? el("p", { class: "lead" }, shown(cache.says)) : null, cacheFacts(cache), cachePlot(cache), asWritten(cache, "pairs"));
}
