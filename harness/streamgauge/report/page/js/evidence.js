// The evidence: one finding, or one event, with its very bytes, its chunk and the message.

function steps(label, base, at, last) {
  const link = (to, text, rel) => (to < 0 || to > last ? el("span", { class: "off" }, text)
    : el("a", { href: `${base}/${to}`, rel }, text));
  return el("nav", { class: "steps", "aria-label": `${label}s` }, link(at - 1, `← Previous ${label}`, "prev"),
    el("span", { class: "at" }, `${count(at + 1)} of ${count(last + 1)}`), link(at + 1, `Next ${label} →`, "next"));
}

function findingCard(finding, rule) {
  return el("section", { class: `panel card ${markOf(finding).tone}`, "aria-label": "The finding" },
    el("p", { class: "lead" }, badge(markOf(finding), markOf(finding).name), shown(finding.says)),
    el("dl", { class: "versus" },
      el("div", {}, el("dt", {}, "expected"), el("dd", {}, longText(String(finding.expected ?? "–"), "Expected"))),
      el("div", {}, el("dt", {}, "got"), el("dd", {}, longText(String(finding.got ?? "–"), "Got")))),
    facts([
      ["rule", el("a", { href: `#/rule/${step(finding.rule)}` }, shown(finding.rule))],
      ["authority", rule ? authority(rule) : null], ["choice", finding.choice], ["event", finding.event],
      ["bytes", finding.span ? `${count(finding.span[0])} to ${count(finding.span[1])}` : null],
      ["pointer", finding.pointer ? el("code", {}, shown(finding.pointer)) : null],
      ["excused", finding.excused === null || finding.excused === undefined ? null
        : typeof finding.excused === "object" ? JSON.stringify(finding.excused) : finding.excused],
    ]),
    rule?.says ? el("p", { class: "hint" }, "The rule: ", shown(rule.says)) : null);
}

// Where a finding points: its span, else its whole event, else nowhere; never outside the body.
function aim(finding, kept) {
  const events = kept.bounds.length - 1;
  const event = Number.isInteger(finding.event) && finding.event >= 0 && finding.event < events ? finding.event : null;
  if (Array.isArray(finding.span)) {
    const [from, to] = finding.span.map((offset) => Math.min(Math.max(0, offset), kept.bytes.length));
    return { span: [from, Math.max(from, to)], event: event ?? eventAt(kept.bounds, from) };
  }
  return event === null ? null : { span: [kept.bounds[event], kept.bounds[event + 1]], event };
}

function exhibit(number, result, kept, target, pointer) {
  if (!target) {
    return el("div", { class: "exhibit" },
      panel("The bytes", { class: "bytes" }, el("p", { class: "hint" }, "This is about the stream as a whole: it points at no byte."),
        kept.bounds.length > 1 ? el("p", {}, el("a", { href: `#/stream/${number}/event/${kept.bounds.length - 2}` }, "See its last event")) : null),
      el("div", { class: "beside" }, messageView(result)));
  }
  const inBody = kept.bytes.length > 0;
  return el("div", { class: "exhibit" },
    byteView(kept, target.span, target.event, number),
    el("div", { class: "beside" }, inBody ? chunkView(kept, target.event, pointer, result.metadata?.end_marker) : null, messageView(result)));
}

async function findingView(number, at) {
  const [result, { kept, wrong }] = await Promise.all([record(number), keptBody(number)]);
  const findings = result.findings ?? [];
  const finding = findings[at];
  if (!finding) return missing("There is no such finding in this run.");
  const rule = ruleOf.get(finding.rule);
  const family = rule ? run.families[rule.family] : String(finding.rule).split("/")[0];
  return {
    title: finding.says,
    heading: shown(finding.rule),
    trail: [home(), crumb(number), el("a", { href: `#/stream/${number}/family/${step(family)}` }, spokenText(family))],
    body: [steps("finding", `#/stream/${number}/finding`, at, findings.length - 1), findingCard(finding, rule),
      kept ? exhibit(number, result, kept, aim(finding, kept), finding.pointer)
        : el("div", { class: "exhibit" }, wrong ?? notKept(), el("div", { class: "beside" }, messageView(result)))],
    shown: bringForth,
  };
}

// What is pointed at is scrolled into its own box, never the page away from its heading.
function bringForth(view) {
  for (const mark of view.querySelectorAll("pre mark")) {
    const box = mark.closest("pre");
    const [inner, outer] = [mark.getBoundingClientRect(), box.getBoundingClientRect()];
    if (inner.top < outer.top || inner.bottom > outer.bottom) box.scrollTop += inner.top - outer.top - 40;
  }
}

function findingsHere(number, result, event) {
  const here = numbered(result).filter((finding) => finding.event === event);
  if (!here.length) return null;
  return el("ul", { class: "plain here" }, here.map((finding) => findingItem(number, finding)));
}

function eventJump(number, last) {
  const field = el("input", { type: "number", name: "event", min: "0", max: last, required: true });
  return el("form", { class: "jump", onsubmit: (event) => {
    event.preventDefault();
    location.hash = `#/stream/${number}/event/${field.value}`;
  } }, el("label", {}, "Go to event ", field), el("button", { type: "submit" }, "Go"));
}

async function eventView(number, event) {
  const [result, { kept, wrong }] = await Promise.all([record(number), keptBody(number)]);
  const start = { title: `Event ${event} of ${result.source}`, heading: `Event ${count(event)}`, trail: [home(), crumb(number)] };
  if (!kept) return { ...start, body: [wrong ?? notKept()] };
  const last = kept.bounds.length - 2;
  if (event > last) return missing("There is no such event in this stream.");
  const target = { span: [kept.bounds[event], kept.bounds[event + 1]], event };
  return {
    ...start,
    body: [steps("event", `#/stream/${number}/event`, event, last), eventJump(number, last),
      findingsHere(number, result, event), exhibit(number, result, kept, target, null)],
    shown: bringForth,
  };
}
