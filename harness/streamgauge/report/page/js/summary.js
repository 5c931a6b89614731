// The first view: verdicts, what to look at first, and the matrix.

const verdictCounts = () => Object.keys(VERDICTS).map((verdict) =>
  [verdict, run.streams.filter((stream) => stream.verdict === verdict).length]);

function tiles(counts) {
  return el("ul", { class: "tiles" }, counts.map(([verdict, number]) => {
    const { symbol, tone, says } = VERDICTS[verdict];
    return el("li", {}, el("a", { class: `tile ${number ? tone : "none"}`, href: `#/?verdict=${verdict}` },
      el("span", { class: "number" }, count(number)),
      el("span", { class: "name" }, el("span", { class: "sign", "aria-hidden": "true" }, symbol), verdict),
      el("span", { class: "says" }, says)));
  }));
}

function band(counts) {
  const holder = el("div", { class: "band", "aria-hidden": "true" });
  for (const [verdict, number] of counts.filter(([, times]) => times)) {
    const piece = el("span", { class: VERDICTS[verdict].tone });
    piece.style.flexGrow = String(number);
    holder.append(piece);
  }
  return holder;
}

// Rules by how much they hurt: musts before shoulds, then by the number of streams.
function worstRules() {
  return run.rules.filter(({ streams }) => streams.must || streams.should)
    .sort(({ streams: a }, { streams: b }) => b.must - a.must || b.should - a.should);
}

function ruleItem(rule) {
  const [mark, number] = rule.streams.must ? [MARKS.m, rule.streams.must] : [MARKS.s, rule.streams.should];
  return el("li", {}, badge(mark, mark.name),
    el("div", {}, el("a", { href: `#/rule/${step(rule.slug)}` }, shown(rule.slug)),
      el("p", {}, shown(rule.says ?? ""))),
    el("span", { class: "hits" }, plural(number, "stream")));
}

function unreadNote() {
  const unread = run.streams.filter((stream) => stream.verdict === "unreadable").length;
  if (!unread) return null;
  return el("p", {}, badge(VERDICTS.unreadable, "unreadable"), " ",
    el("a", { href: "#/?verdict=unreadable" }, `${plural(unread, "input")} could not be read`));
}

function lookFirst() {
  const worst = worstRules();
  const list = worst.length ? el("ol", { class: "worst" }, worst.slice(0, 6).map(ruleItem))
    : el("p", {}, run.streams.length ? "No must and no should is broken without an excuse." : "Nothing was judged.");
  const rest = worst.length > 6 ? el("p", {}, el("a", { href: "#/rules" }, `All ${plural(worst.length, "broken rule")}`)) : null;
  return panel("Look at first", { class: "first" }, list, rest, unreadNote(), deviationNotes());
}

function deviationNotes() {
  const { stale = [], unexercised = [] } = run.deviations;
  const note = (title, entries, mark) => (entries.length ? el("details", {},
    el("summary", {}, badge(mark, `${plural(entries.length, title)}`)),
    el("ul", {}, entries.map((entry) => el("li", {}, jsonBlock(toTree(entry), title))))) : null);
  return [note("stale deviation", stale, MARKS.m), note("unexercised deviation", unexercised, MARKS.n)];
}

const EXITS = { 0: "0, conforms", 1: "1, findings that fail the run", 2: "2, could not judge everything" };

// An option in a few words: the table of trials below names scenarios and targets anyway.
function optionWords(name, value) {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return toTree(value).text ?? JSON.stringify(value);
  if (name === "targets") return value.map((target) => `${target?.name} (${target?.model})`).join(", ");
  return value.length > 4 ? count(value.length) : value.join(", ");
}

function about() {
  const options = Object.entries(run.options ?? {}).map(([name, value]) => [spokenText(name), optionWords(name, value)]);
  return panel("This run", { class: "about-run" },
    facts([["tool", `${run.tool} ${run.version}`], ["made", run.created],
      ["exit", run.truncated ? "unknown, cut short" : EXITS[run.exit] ?? run.exit],
      ["rules", plural(run.rules.length, "rule")], ["digest of the rules", run.rules_digest ? el("code", {}, shown(run.rules_digest)) : null], ...options]));
}

function headline(counts) {
  const of = Object.fromEntries(counts);
  const broken = of.fail + of.unreadable;
  if (!run.streams.length) return "No stream was judged";
  if (broken) return `${count(of.fail)} of ${plural(run.streams.length, "stream")} ${of.fail === 1 ? "breaks" : "break"} a must`;
  if (of.warn) return `No must is broken in ${plural(run.streams.length, "stream")}`;
  return `${plural(run.streams.length, "stream")}, nothing broken`;
}

function summaryView(remember) {
  const counts = verdictCounts();
  const matrix = matrixView(remember);
  return {
    title: "Summary",
    heading: headline(counts),
    focus: matrix.focus,
    body: [tiles(counts), band(counts), el("div", { class: "two" }, lookFirst(), about()), trialsView(), matrix.view],
  };
}
