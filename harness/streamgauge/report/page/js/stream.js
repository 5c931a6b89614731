// One stream: what it is, its findings, its message, its events; and one family of its rules.

const crumb = (number) => el("a", { href: `#/stream/${number}` }, sourceText(run.streams[number].source));
const home = () => el("a", { href: "#/" }, "Summary");

function streamFacts(result) {
  const meta = result.metadata ?? {};
  const from = result.vendor_from ? ` (${result.vendor_from})` : "";
  return facts([
    ["verdict", verdictBadge(result.verdict)], ["ending", result.ending], ["error", result.error],
    ["dialect", result.dialect], ["vendor", result.vendor === null || result.vendor === undefined ? null : `${result.vendor}${from}`],
    ["model", result.message?.model],
    ["bytes", meta.bytes === undefined ? null : count(meta.bytes)], ["events", meta.events === undefined ? null : count(meta.events)],
    ["chunks", meta.chunks === undefined ? null : count(meta.chunks)], ["end marker", meta.end_marker],
    ["close", meta.close], ["streamed", meta.streamed === false ? "no, judged as a document" : null],
    ...trialFacts(meta.live),
  ]);
}

function rulesLine(result) {
  const { passed = 0, broken = 0, skipped = [] } = result.rules ?? {};
  return el("p", { class: "hint" }, `${plural(passed, "rule")} passed, ${count(broken)} broken, ${count(skipped.length)} not asked.`);
}

function placeOf({ event, span }) {
  if (Number.isInteger(event)) return `event ${count(event)}`;
  return Array.isArray(span) ? `byte ${count(span[0])}` : "whole stream";
}

function findingItem(number, finding) {
  return el("li", { class: "finding-item" }, badge(markOf(finding), markOf(finding).name),
    el("div", {},
      el("a", { href: `#/stream/${number}/finding/${finding.at}` }, shown(finding.says)),
      el("p", { class: "about" }, shown(finding.rule), ` · ${placeOf(finding)}`, finding.choice ? ` · choice ${finding.choice}` : null),
      finding.got ? el("p", { class: "got" }, "got ", shown(String(finding.got).slice(0, 200))) : null));
}

const numbered = (result) => (result.findings ?? []).map((finding, at) => ({ ...finding, at }));

function findingsView(number, findings) {
  if (!findings.length) return panel("Findings", {}, el("p", {}, "None: nothing that was asked is broken."));
  const order = [MARKS.m, MARKS.s, MARKS.i, MARKS.x];
  const sorted = findings.toSorted((a, b) => order.indexOf(markOf(a)) - order.indexOf(markOf(b)) || a.at - b.at);
  return panel(plural(findings.length, "finding"), { class: "findings" },
    growing(sorted, (finding) => findingItem(number, finding), 50, el("ol", { class: "plain" })));
}

function familyStrip(number, active) {
  return el("nav", { class: "strip", "aria-label": "Rule families of this stream" }, el("ul", {},
    run.streams[number].cells.map((entry, at) => {
      const { symbol, tone } = MARKS[entry.worst];
      return el("li", {}, el("a", { href: `#/stream/${number}/family/${step(run.families[at])}`,
        "aria-current": run.families[at] === active ? "page" : null },
      el("span", { class: `mark ${tone}`, "aria-hidden": "true" }, symbol), spokenText(run.families[at]),
      el("span", { class: "spoken" }, `: ${cellWords(entry)}`)));
    })));
}

// What is new in an event: chunks of a stream begin alike, so the listing skips what repeats.
const ALIKE = 24;
function preview({ bytes, bounds }, event) {
  const [from, to] = [bounds[event], bounds[event + 1]];
  const before = event ? bounds[event - 1] : from;
  let same = 0;
  while (event && from + same < to && before + same < from && bytes[from + same] === bytes[before + same]) same += 1;
  const skipped = same > ALIKE ? same - ALIKE / 3 : 0;
  const start = wholeCharacter(bytes, from + skipped);
  const text = new TextDecoder().decode(bytes.subarray(start, Math.min(to, start + 200))).trim().replace(/\s+/g, " ");
  return skipped ? `… ${text}` : text;
}

function eventsIndex(number, kept, findings) {
  const hit = new Map();
  for (const finding of findings) if (Number.isInteger(finding.event)) hit.set(finding.event, markOf(finding));
  const events = Array.from({ length: kept.bounds.length - 1 }, (_, at) => at);
  const row = (event) => {
    const [from, to] = [kept.bounds[event], kept.bounds[event + 1]];
    return el("li", {}, el("a", { href: `#/stream/${number}/event/${event}`, "aria-label": `Event ${event}` }, count(event)),
      el("span", { class: "flag" }, hit.has(event) ? badge(hit.get(event), hit.get(event).name) : null),
      el("code", {}, shown(preview(kept, event))), el("span", { class: "size" }, plural(to - from, "byte")));
  };
  return panel(`${plural(events.length, "event")}`, { class: "event-index" },
    growing(events, row, PAGE, el("ol", { class: "plain" })));
}

// Times and the cache verdict, where they were measured: a picture, words, and the figures as written.
function measured(metadata) {
  const { timings, cache } = metadata ?? {};
  return [
    timings ? panel("Arrivals", { class: "arrivals" }, arrivals(timings), asWritten(timings, "timeline")) : null,
    cacheView(cache),
  ];
}

function asWritten(figures, drawn) {
  const { [drawn]: _, ...rest } = figures;
  return el("details", {}, el("summary", {}, "As written in the run"), jsonBlock(toTree(rest), "As written in the run"));
}

const notKept = () => panel("The bytes", { class: "bytes" },
  el("p", { class: "hint" }, "The bytes were not kept in this run."));

async function keptBody(number) {
  try {
    return { kept: await body(number) };
  } catch (error) {
    return { wrong: panel("The bytes", { class: "bytes" }, el("p", {}, badge(MARKS.m, "The kept bytes cannot be unpacked: "), shown(error.message))) };
  }
}

async function streamView(number) {
  const [result, { kept, wrong }] = await Promise.all([record(number), keptBody(number)]);
  const findings = numbered(result);
  const pictures = measured(result.metadata).filter(Boolean);
  // What is broken comes before how it looks.
  const above = findings.length && pictures.length;
  return {
    title: result.source,
    heading: sourceText(String(result.source)),
    trail: [home()],
    body: [streamFacts(result), familyStrip(number), rulesLine(result), above ? findingsView(number, findings) : null, pictures,
      el("div", { class: "two" },
        el("div", { class: "stack" }, above ? null : findingsView(number, findings), kept ? eventsIndex(number, kept, findings) : wrong ?? notKept()),
        el("div", { class: "stack" }, messageView(result)))],
  };
}

function familyRule(number, rule, findings, skipped) {
  const mine = findings.filter((finding) => finding.rule === rule.slug);
  const mark = mine.length ? markOf(mine.toSorted((a, b) => "mustshouldmay".indexOf(a.level) - "mustshouldmay".indexOf(b.level))[0])
    : skipped.has(rule.slug) ? MARKS.n : MARKS.p;
  return el("li", { class: "rule-block" }, badge(mark, mine.length ? "broken" : mark.name),
    el("div", {},
      el("h2", {}, el("a", { href: `#/rule/${step(rule.slug)}` }, shown(rule.slug))),
      el("p", {}, shown(rule.says ?? "")),
      mine.length ? ruleFacts(rule) : null,
      skipped.has(rule.slug) ? el("p", { class: "hint" }, "Not asked: ", shown(skipped.get(rule.slug))) : null,
      mine.length ? growing(mine, (finding) => findingItem(number, finding), 50, el("ol", { class: "plain" })) : null));
}

async function familyView(number, family) {
  const result = await record(number);
  const place = run.families.indexOf(family);
  if (place < 0) return missing(`There is no family ${family} in this run.`);
  const findings = numbered(result);
  const skipped = new Map((result.rules?.skipped ?? []).map(({ rule, reason }) => [rule, reason]));
  const state = (rule) => (findings.some((finding) => finding.rule === rule.slug) ? 0 : skipped.has(rule.slug) ? 2 : 1);
  const rules = run.rules.filter((rule) => rule.family === place).sort((a, b) => state(a) - state(b));
  const { passed = 0, broken = 0, skipped: list = [] } = result.rules ?? {};
  const asked = passed + broken + list.length ? rules : [];
  return {
    title: `${family} in ${result.source}`,
    heading: `${spokenText(family)[0].toUpperCase()}${spokenText(family).slice(1)}`,
    trail: [home(), crumb(number)],
    body: [familyStrip(number, family),
      asked.length ? el("ul", { class: "rule-blocks" }, asked.map((rule) => familyRule(number, rule, findings, skipped)))
        : el("p", {}, "No rule of this family was asked of this stream.")],
  };
}
