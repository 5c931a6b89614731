// How a body arrived: bytes over time with the first token of each channel, and a strip of the gaps.

const CHANNEL_NAMES = { reasoning: "reasoning", content: "content", tool: "tool call" };
const kindOf = (channel) => (Object.hasOwn(CHANNEL_NAMES, channel ?? "") ? channel : "other");

function stretchesOf(timings) {
  if (!Array.isArray(timings?.timeline)) return [];
  return timings.timeline.slice(0, MARKED)
    .filter((row) => Array.isArray(row) && row.slice(0, 4).every((value) => known(value) && value >= 0))
    .map(([first, last, end, segments, channel]) => ({ first, last, end, segments, kind: kindOf(channel) }));
}

// What lies between two stretches, and inside one of several segments, where only the mean is known.
function gapsOf(stretches) {
  let before = 0;
  return stretches.flatMap(({ first, last, segments }) => {
    const here = [{ from: before, to: first, lasts: first - before }];
    if (segments > 1) here.push({ from: first, to: last, lasts: (last - first) / (segments - 1), mean: true });
    before = last;
    return here;
  }).filter(({ lasts }) => lasts >= 0);
}

const firstTokens = (timings) => Object.entries(CHANNEL_NAMES)
  .map(([channel, name]) => ({ channel, name, at: timings.first_ms?.[channel] }))
  .filter(({ at }) => known(at)).sort((a, b) => a.at - b.at);

function arrivalWords(timings, stretches) {
  const segments = stretches.reduce((sum, one) => sum + one.segments, 0);
  const firsts = firstTokens(timings).map(({ name, at }) => `${name} after ${duration(at)}`);
  return [
    `${plural(stretches.at(-1).end, "byte")} in ${plural(segments, "segment")} within ${duration(timings.total_ms ?? stretches.at(-1).last)}.`,
    `First token: ${firsts.join(", ") || "none"}.`,
    known(timings.max_gap_ms) ? `Longest gap between segments: ${duration(timings.max_gap_ms)}; the strip shows gaps by their logarithm.` : null,
    known(timings.own_error_ms) ? `Times are off by up to ${duration(timings.own_error_ms)}, the tool's own error.`
      : "The tool's own error was not measured.",
  ].filter(Boolean).join(" ");
}

function curve(stretches, x, y) {
  let path = `M${rough(x(0))} ${rough(y(0))}`;
  let before = 0;
  for (const { first, last, end } of stretches) {
    path += `L${rough(x(first))} ${rough(y(before))}L${rough(x(last))} ${rough(y(end))}`;
    before = end;
  }
  return shape("path", { class: "curve", d: path });
}

function firstMarks(timings, x, top, bottom, right) {
  return firstTokens(timings).map(({ channel, name, at }, row) => {
    const flips = x(at) > right - 160;
    return [
      shape("line", { class: `first ${channel}`, x1: x(at), x2: x(at), y1: 8 + 14 * row, y2: bottom }),
      words(`first ${name} ${duration(at)}`, { class: "label", x: x(at) + (flips ? -5 : 5), y: 16 + 14 * row, "text-anchor": flips ? "end" : "start" }),
    ];
  });
}

function gapStrip(gaps, x, top, bottom) {
  const longest = Math.max(...gaps.map(({ lasts }) => lasts), 1);
  const height = (lasts) => Math.max(1, (Math.log1p(lasts) / Math.log1p(longest)) * (bottom - top));
  return [
    words("gaps", { class: "label", x: 0, y: bottom }),
    words(duration(longest), { class: "tick", x: 0, y: top + 10 }),
    shape("line", { class: "axis", x1: x(0), x2: x.end, y1: bottom, y2: bottom }),
    gaps.map(({ from, to, lasts, mean }) => shape("rect", { class: mean ? "gap mean" : "gap", x: x(from), y: bottom - height(lasts),
      width: Math.max(1, x(to) - x(from) - 0.5), height: height(lasts) })),
  ];
}

function arrivals(timings) {
  const stretches = stretchesOf(timings);
  if (!stretches.length) return null;
  const width = plotWidth();
  const [left, right, low, stripTop, stripLow] = [52, width - 14, 196, 222, 268];
  const [total, size] = ["last", "end"].map((name) => Math.max(...stretches.map((one) => one[name])));
  const top = 16 + 14 * Math.max(1, firstTokens(timings).length);
  const x = Object.assign(scale(0, total, left, right), { end: right });
  const y = scale(0, size, low, top);
  const says = arrivalWords(timings, stretches);
  let before = 0;
  const marks = stretches.map(({ first, last, end, kind }) => {
    const from = before;
    before = end;
    return [first === last ? null : shape("line", { class: `sweep ${kind}`, x1: x(first), y1: y(from), x2: x(last), y2: y(end) }),
      dot(kind, x(last), y(end))];
  });
  return plotted(
    picture("How the body arrived", says, width, stripLow + 4,
      timeAxis(total, x, top, low, width),
      words(count(size), { class: "tick", x: left - 6, y: top + 4, "text-anchor": "end" }),
      words("bytes", { class: "tick", x: left - 6, y: low, "text-anchor": "end" }),
      firstMarks(timings, x, top, low, right), curve(stretches, x, y), marks, gapStrip(gapsOf(stretches), x, stripTop, stripLow)),
    says,
    plotKey(["content", "content"], ["reasoning", "reasoning"], ["tool", "tool call"], ["other", "nothing of the answer"]));
}
