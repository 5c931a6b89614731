// A run of trials: scenarios down, targets across. Each cell leads to the worst stream of its
// trial; what was not tried says so, with the reason below, for a skip is not a pass.

function trialCell(entry, skip) {
  if (entry) {
    const [, , verdict, number] = entry;
    return el("td", {}, el("a", { href: `#/stream/${number}` }, verdictBadge(verdict)));
  }
  return el("td", {}, skip ? badge(MARKS.n, "not tried") : null);
}

function trialTable(trials, skips) {
  const targets = [...new Set([...trials.map(([target]) => target), ...skips.map(({ target }) => String(target))])];
  const scenarios = [...new Set([...trials.map(([, scenario]) => scenario), ...skips.map(({ scenario }) => String(scenario))])];
  const key = (target, scenario) => JSON.stringify([target, scenario]);
  const tried = new Map(trials.map((entry) => [key(entry[0], entry[1]), entry]));
  const left = new Map(skips.map((skip) => [key(String(skip.target), String(skip.scenario)), skip]));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Scenarios and targets" }, el("table", {},
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "scenario"),
      targets.map((target) => el("th", { scope: "col" }, shown(target))))),
    el("tbody", {}, scenarios.map((scenario) => el("tr", {}, el("th", { scope: "row" }, shown(scenario)),
      targets.map((target) => trialCell(tried.get(key(target, scenario)), left.get(key(target, scenario)))))))));
}

function skipNotes(skips) {
  const byReason = Map.groupBy ? Map.groupBy(skips, ({ reason }) => String(reason))
    : skips.reduce((map, skip) => map.set(String(skip.reason), [...(map.get(String(skip.reason)) ?? []), skip]), new Map());
  return el("ul", { class: "plain" }, Array.from(byReason, ([reason, some]) => el("li", {},
    badge(MARKS.n, "not tried"), " ", shown(reason), ": ",
    shown(some.map(({ target, scenario }) => `${target}/${scenario}`).join(", ")))));
}

function trialsView() {
  const { trials = [], skips = [] } = run;
  if (!trials.length && !skips.length) return null;
  return panel("Trials", { class: "trials" }, trialTable(trials, skips), skips.length ? skipNotes(skips) : null);
}

function retriesOf({ attempts, retries }) {
  if (!Array.isArray(retries) || !retries.length) return attempts;
  const before = retries.map(({ status, waited_s: waited }) => `HTTP ${status}, waited ${waited} s`);
  return `${attempts} (${before.join("; ")})`;
}

// What only a trial knows of a stream, for its list of facts.
function trialFacts(live) {
  if (!live || typeof live !== "object") return [];
  return [
    ["target", live.target], ["scenario", live.scenario], ["step", live.step], ["asked for", live.model],
    ["HTTP status", live.status], ["attempts", retriesOf(live)], ["HTTP framing", live.framing], ["read by", live.reader],
    ["request", live.request ? el("code", {}, shown(live.request)) : null],
    ["session", live.session_id], ["call", live.call_key], ["tool", live.tool_name], ["cache token", live.cache_token],
  ];
}
