// The address decides what is shown, so that every finding can be linked and back goes back.

const main = document.getElementById("main");
const spoken = document.getElementById("spoken");
let turn = 0;
let comesFrom = null;
let straight = false;

function remember() {
  const pairs = Object.entries(wanted).filter(([key, value]) => value !== DEFAULTS[key]);
  const query = new URLSearchParams(pairs).toString();
  history.replaceState(null, "", query ? `#/?${query}` : "#/");
}

const whole = (text, most) => (/^\d{1,9}$/.test(text ?? "") && Number(text) < most ? Number(text) : null);

function plainStep(step) {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

function viewOf(path, query) {
  const [place, id, what, at] = path.split("/").slice(1).map(plainStep);
  if (!place) {
    Object.assign(wanted, DEFAULTS, Object.fromEntries([...query].filter(([key]) => Object.hasOwn(DEFAULTS, key))));
    return summaryView(remember);
  }
  if (place === "rules") return rulesView();
  if (place === "rule") return ruleView(id);
  const number = place === "stream" ? whole(id, run.streams.length) : null;
  if (number === null) return missing("This address leads nowhere in this run.");
  if (!what) return streamView(number);
  if (what === "family") return familyView(number, at);
  const item = whole(at, Infinity);
  if (item === null) return missing("This address leads nowhere in this run.");
  return what === "finding" ? findingView(number, item) : eventView(number, item);
}

function show(view, first) {
  const title = el("h1", { tabindex: "-1" }, view.heading);
  const page = el("div", { class: "view" }, view.trail ? trail(...view.trail) : null, title, view.body);
  main.replaceChildren(page);
  document.title = `${spokenText(view.title)} · streamgauge`;
  spoken.textContent = spokenText(view.title);
  const back = view.focus && comesFrom !== null && !straight;
  if (!first) window.scrollTo(0, 0);
  if (back) view.focus();
  else if (!first) title.focus({ preventScroll: true });
  view.shown?.(page);
}

async function go(first) {
  turn += 1;
  const mine = turn;
  const [path, query = ""] = location.hash.replace(/^#/, "").split("?");
  if (first === true || path.split("/")[1]) main.setAttribute("aria-busy", "true");
  let view;
  try {
    view = await viewOf(path || "/", new URLSearchParams(query));
  } catch (error) {
    view = missing(`This part of the file cannot be read: ${error.message}`);
  }
  if (mine !== turn) return;
  main.removeAttribute("aria-busy");
  show(view, first === true);
  mark(path.split("/")[1] ?? "");
  comesFrom = path;
  straight = false;
}

function mark(place) {
  for (const link of document.querySelectorAll("[data-nav]")) {
    const here = link.dataset.nav === (place.startsWith("rule") ? "rules" : place ? "" : "summary");
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

// Who asks for the summary by name begins at its top; who comes back, where they left.
document.querySelector(".bar").addEventListener("click", () => {
  straight = true;
});

// The skip link must not change the address, which is the route.
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
document.getElementById("origin").append(
  shown(run.version ?? ""), " · ", shown(run.created ?? ""));
window.addEventListener("hashchange", () => go(false));
go(true);
