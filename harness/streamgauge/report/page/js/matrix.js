// The matrix: streams × rule families. Filtered, sorted and grouped over the summary alone, and
// drawn a page at a time; one cell is in the tab order, the arrow keys move among the others.

const PAGE = 100;
const RANK = { fail: 0, unreadable: 1, warn: 2, unsupported: 3, pass: 4 };
const GROUPS = {
  none: null,
  verdict: (stream) => stream.verdict,
  vendor: (stream) => stream.vendor,
  dialect: (stream) => stream.dialect,
  model: (stream) => stream.model,
  ending: (stream) => stream.ending,
  folder: (stream) => stream.source.slice(0, stream.source.lastIndexOf("/") + 1) || "./",
};
const DEFAULTS = { q: "", vendor: "", dialect: "", verdict: "", group: "none", sort: "worst", page: "0" };
const wanted = { ...DEFAULTS };
let current = { row: 0, column: 0 };

const weight = (stream) => stream.cells.flatMap((entry) => entry.marks)
  .reduce((sum, { mark, count: times }) => sum + (mark === "m" ? 1e6 * times : mark === "s" ? times : 0), 0);

const SORTS = {
  worst: (a, b) => (RANK[a.verdict] ?? 5) - (RANK[b.verdict] ?? 5) || weight(b) - weight(a) || a.number - b.number,
  run: (a, b) => a.number - b.number,
  source: (a, b) => (a.source < b.source ? -1 : a.source > b.source ? 1 : a.number - b.number),
};

function chosen() {
  const words = wanted.q.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (stream) => ["vendor", "dialect", "verdict"].every((key) => !wanted[key] || stream[key] === wanted[key])
    && words.every((part) => textOf(stream).includes(part));
  const streams = run.streams.filter(fits).sort(SORTS[wanted.sort] ?? SORTS.worst);
  const group = Object.hasOwn(GROUPS, wanted.group) ? GROUPS[wanted.group] : null;
  if (!group) return streams;
  const name = (stream) => group(stream) ?? "none";
  // The sort is stable, so that the order within a group is the order asked for.
  return streams.sort((a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0));
}

const textOf = (stream) =>
  [stream.source, stream.model, stream.vendor, stream.dialect, stream.ending,
    ...stream.broken.map((place) => run.rules[place].slug)].join(" ").toLowerCase();

function select(name, label, values) {
  return el("label", { class: "field" }, el("span", {}, label),
    el("select", { name }, values.map(([value, text]) =>
      el("option", { value, selected: wanted[name] === value }, text))));
}

function values(key, any) {
  const found = [...new Set(run.streams.map((stream) => stream[key]).filter((value) => value !== null))].sort();
  return [["", any], ...found.map((value) => [value, spokenText(value)])];
}

function filters(changed) {
  const form = el("form", { class: "filters", role: "search", "aria-label": "Streams", oninput: take, onsubmit: (event) => event.preventDefault() },
    el("label", { class: "field grow" }, el("span", {}, "Search"),
      el("input", { type: "search", name: "q", value: wanted.q, placeholder: "source, model, rule…", autocomplete: "off" })),
    select("verdict", "Verdict", values("verdict", "any")),
    select("vendor", "Vendor", values("vendor", "any")),
    select("dialect", "Dialect", values("dialect", "any")),
    select("group", "Group by", Object.keys(GROUPS).map((name) => [name, name])),
    select("sort", "Order", [["worst", "worst first"], ["run", "as run"], ["source", "source"]]));
  function take() {
    for (const [name, value] of new FormData(form)) wanted[name] = value;
    wanted.page = "0";
    current = { row: 0, column: 0 };
    changed();
  }
  return form;
}

function cellWords(entry) {
  return entry.marks.map(({ mark, count: times }) => (times ? `${times} ${MARKS[mark].name}` : MARKS[mark].name)).join(", ");
}

function familyCell(stream, entry, column) {
  const { symbol, tone } = MARKS[entry.worst];
  const name = run.families[column];
  const times = entry.marks[0].count;
  return el("td", { role: "gridcell", class: "family", "data-family": name, "aria-colindex": column + 4 },
    el("a", { class: `mark ${tone}`, tabindex: "-1", href: `#/stream/${stream.number}/family/${step(name)}`,
      title: `${name}: ${cellWords(entry)}`, "aria-label": `${name}: ${cellWords(entry)}` },
    el("span", { class: "sign", "aria-hidden": "true" }, symbol), times > 1 ? el("span", { class: "times" }, count(times)) : null));
}

function sourceText(source) {
  const cut = source.lastIndexOf("/") + 1;
  return el("span", { class: "source" }, cut ? el("span", { class: "folder" }, shown(source.slice(0, cut))) : null,
    el("span", { class: "file" }, shown(source.slice(cut))));
}

function streamRow(stream, place) {
  const about = [stream.vendor, stream.dialect, stream.model].filter((text) => text !== null);
  return el("tr", { role: "row", "aria-rowindex": place + 2, "data-stream": stream.number },
    el("th", { role: "rowheader", scope: "row", "aria-colindex": 1 },
      el("a", { tabindex: "-1", href: `#/stream/${stream.number}` }, sourceText(stream.source)),
      el("span", { class: "about" }, about.map((text, at) => [at ? " · " : null, shown(text)]))),
    el("td", { role: "gridcell", class: "ending", "aria-colindex": 2 }, shown(stream.ending ?? "–")),
    el("td", { role: "gridcell", class: "verdict", "aria-colindex": 3 }, verdictBadge(stream.verdict)),
    stream.cells.map((entry, column) => familyCell(stream, entry, column)));
}

function groupRow(name, streams) {
  const counts = Object.keys(VERDICTS).map((verdict) => [verdict, streams.filter((stream) => stream.verdict === verdict).length]);
  return el("tr", { role: "row", class: "group" },
    el("th", { role: "rowheader", scope: "colgroup", colspan: 3 + run.families.length },
      shown(name), el("span", { class: "about" }, plural(streams.length, "stream"),
        counts.filter(([, number]) => number).map(([verdict, number]) => ` · ${VERDICTS[verdict].symbol} ${count(number)} ${verdict}`))));
}

function matrixRows(streams, first) {
  const group = Object.hasOwn(GROUPS, wanted.group) ? GROUPS[wanted.group] : null;
  const rows = [];
  let last;
  for (const [at, stream] of streams.slice(first, first + PAGE).entries()) {
    const name = group ? group(stream) ?? "none" : undefined;
    if (group && (at === 0 || name !== last)) rows.push(groupRow(name, streams.filter((other) => (group(other) ?? "none") === name)));
    last = name;
    rows.push(streamRow(stream, first + at));
  }
  return rows;
}

function matrixTable(streams, first) {
  const head = (text, column, kind) => el("th", { role: "columnheader", scope: "col", class: kind, "aria-colindex": column },
    el("span", {}, text));
  return el("table", { role: "grid", class: "matrix", "aria-label": "Streams and rule families",
    "aria-rowcount": streams.length + 1, "aria-colcount": run.families.length + 3 },
  el("thead", { role: "rowgroup" }, el("tr", { role: "row", "aria-rowindex": 1 },
    head("Stream", 1, "wide"), head("Ending", 2, ""), head("Verdict", 3, ""),
    run.families.map((name, at) => head(spokenText(name), at + 4, "family")))),
  el("tbody", { role: "rowgroup" }, matrixRows(streams, first)));
}

const gridLinks = (row) => [...row.querySelectorAll("a")];
const gridRows = (table) => [...table.querySelectorAll("tbody tr[data-stream]")];

function settle(table, focus) {
  const rows = gridRows(table);
  if (!rows.length) return;
  current.row = Math.min(Math.max(0, current.row), rows.length - 1);
  const links = gridLinks(rows[current.row]);
  current.column = Math.min(Math.max(0, current.column), links.length - 1);
  for (const link of table.querySelectorAll('a[tabindex="0"]')) link.tabIndex = -1;
  links[current.column].tabIndex = 0;
  if (focus) links[current.column].focus();
}

const MOVES = {
  ArrowRight: (at) => ({ ...at, column: at.column + 1 }),
  ArrowLeft: (at) => ({ ...at, column: at.column - 1 }),
  ArrowDown: (at) => ({ ...at, row: at.row + 1 }),
  ArrowUp: (at) => ({ ...at, row: at.row - 1 }),
  Home: (at, event) => ({ row: event.ctrlKey ? 0 : at.row, column: 0 }),
  End: (at, event) => ({ row: event.ctrlKey ? Infinity : at.row, column: Infinity }),
  PageDown: (at) => ({ ...at, row: at.row + 10 }),
  PageUp: (at) => ({ ...at, row: at.row - 10 }),
};

function listen(table, turn) {
  table.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (!move || event.altKey || event.metaKey) return;
    event.preventDefault();
    const rows = gridRows(table).length;
    const next = move(current, event);
    if (next.row >= rows && Number.isFinite(next.row) && turn(1)) return;
    if (next.row < 0 && turn(-1)) return;
    current = next;
    settle(table, true);
  });
  table.addEventListener("focusin", (event) => {
    const row = event.target.closest("tr[data-stream]");
    if (!row) return;
    current = { row: gridRows(table).indexOf(row), column: gridLinks(row).indexOf(event.target.closest("a")) };
    settle(table, false);
  });
}

function pager(streams, first, turn) {
  const last = Math.min(streams.length, first + PAGE);
  const button = (by, text, stop) => el("button", { type: "button", disabled: stop, onclick: () => turn(by, false) }, text);
  return el("div", { class: "pager" },
    el("p", { class: "counted", role: "status" }, streams.length
      ? `Streams ${count(first + 1)} to ${count(last)} of ${count(streams.length)}`
      : "No stream fits these filters."),
    streams.length > PAGE ? [button(-1, "Previous page", first === 0), button(1, "Next page", last >= streams.length)] : null);
}

const legend = () => el("p", { class: "legend" }, Object.values(MARKS).map(({ symbol, name, tone }) =>
  el("span", {}, el("span", { class: `mark ${tone}`, "aria-hidden": "true" }, symbol), ` ${name} `)));

// `remember` writes the filters into the address, so that back and links find the same rows.
function matrixView(remember) {
  const place = el("div", {});
  function draw(focus) {
    const streams = chosen();
    const pages = Math.max(1, Math.ceil(streams.length / PAGE));
    wanted.page = String(Math.min(pages - 1, Math.max(0, Math.trunc(Number(wanted.page)) || 0)));
    const first = Number(wanted.page) * PAGE;
    const turn = (by, keep = true) => {
      const page = Number(wanted.page) + by;
      if (page < 0 || page >= pages) return false;
      wanted.page = String(page);
      current = { row: by > 0 || !keep ? 0 : PAGE - 1, column: keep ? current.column : 0 };
      draw(true);
      remember();
      return true;
    };
    const table = matrixTable(streams, first);
    place.replaceChildren(pager(streams, first, turn),
      ...(streams.length ? [el("div", { class: "matrix-scroll" }, table), legend()] : []));
    settle(table, focus);
    listen(table, turn);
  }
  const view = panel("Streams and rule families", { class: "streams", id: "matrix" }, filters(() => {
    draw(false);
    remember();
  }), place);
  draw(false);
  return { view, focus: () => settle(view.querySelector("table") ?? view, true) };
}
