// The rules of this run: the catalogue with what broke them, and one rule's page.

const levelWord = (rule) => el("span", { class: "level" }, shown(rule.level ?? "unknown"));

function hitWords(rule) {
  return Object.entries(rule.streams).filter(([, number]) => number)
    .map(([mark, number]) => `${markBy(mark).symbol} ${plural(number, "stream")} (${mark})`).join(", ") || "not broken here";
}

const markBy = (name) => Object.values(MARKS).find((mark) => mark.name === name) ?? MARKS.i;

function catalogue(family, place) {
  const rules = run.rules.filter((rule) => rule.family === place);
  if (!rules.length) return null;
  return panel(spokenText(family), { class: "catalogue" }, el("ul", { class: "rules" }, rules.map((rule) =>
    el("li", {}, levelWord(rule),
      el("div", {}, el("a", { href: `#/rule/${step(rule.slug)}` }, shown(rule.slug)), el("p", {}, shown(rule.says ?? ""))),
      el("span", { class: "hits" }, hitWords(rule))))));
}

function rulesView() {
  return { title: "Rules", heading: `${plural(run.rules.length, "rule")} in this run`,
    body: run.families.map(catalogue) };
}

function authority(rule) {
  const { name, url } = rule.authority ?? {};
  if (!name && !url) return null;
  const safe = typeof url === "string" && /^https?:\/\//.test(url);
  return safe ? el("a", { href: url, rel: "noopener noreferrer external", target: "_blank" }, shown(name ?? url)) : shown(name ?? url);
}

function ruleFacts(rule) {
  return facts([["title", rule.title], ["level", rule.level], ["authority", authority(rule)]]);
}

function brokenIn(rule) {
  const place = run.rules.indexOf(rule);
  const family = step(run.families[rule.family]);
  const streams = run.streams.filter((stream) => stream.broken.includes(place));
  if (!streams.length) return panel("Broken in", {}, el("p", {}, "No stream of this run breaks it."));
  const item = (stream) => el("li", {}, verdictBadge(stream.verdict), " ",
    el("a", { href: `#/stream/${stream.number}/family/${family}` }, sourceText(stream.source)));
  return panel(`Broken in ${plural(streams.length, "stream")}`, {}, growing(streams, item, PAGE, el("ul", { class: "plain" })));
}

function ruleView(slug) {
  const rule = ruleOf.get(slug);
  if (!rule) return missing(`There is no rule ${slug} in this run.`);
  return {
    title: slug,
    heading: shown(slug),
    trail: [el("a", { href: "#/rules" }, "Rules")],
    body: [el("p", { class: "lead" }, shown(rule.says ?? "")),
      ruleFacts(rule), brokenIn(rule)],
  };
}

const missing = (text) => ({ title: "Not found", heading: "Not found", body: [el("p", {}, shown(text)), el("p", {}, el("a", { href: "#/" }, "To the summary"))] });
