// The list: rows that stay true while it is open, and the keys to walk it.
import { $, $$, call, swap, parse, say, onChange, keys, help } from "./app.js";

const main = $("[data-list]");
let fresh; // the newest rows from the server, kept until the person asks for them

const rows = () => $$("#rows > tr");
const current = () => $("#rows > tr.here");

function choose(row) {
  current()?.classList.remove("here");
  if (!row) return;
  row.classList.add("here");
  $("a.open", row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows(), at = all.indexOf(current());
  choose(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)]);
}

keys.j = () => step(1);
keys.k = () => step(-1);
keys.o = () => $("a.open", current() ?? document.createElement("i"))?.click();
keys.Enter = (event) => (event.target === document.body && current() ? keys.o() : false);
keys.u = keys.Escape = () => {
  choose();
  $("h1").focus();
};
keys.c = async () => {
  const row = current();
  if (!row) return say("Choose a row with j or k first.");
  const mine = "mine" in row.dataset;
  try {
    await call(`/cases/${row.dataset.case}/${mine ? "release" : "claim"}`, { method: "POST", body: new URLSearchParams({ version: row.dataset.version }) });
    say(`Case ${row.dataset.case} ${mine ? "given back" : "claimed"}.`);
  } catch (failure) {
    say(failure.message);
  }
  await refresh();
};
help.unshift(["j k", "next, previous row"], ["Enter o", "open"], ["] [", "next, previous page"], ["c", "claim or give back the row"],
  ["u Esc", "clear the choice"], ["/", "search"], [".", "show new rows"]);

main.addEventListener("click", (event) => {
  const row = event.target.closest("#rows > tr");
  if (row && !event.target.closest("a, button") && !getSelection().toString()) $("a.open", row).click();
});
main.addEventListener("focusin", (event) => {
  const row = event.target.closest("#rows > tr");
  if (row && row !== current()) choose(row);
});

// put makes row look like next and keeps the focus inside it.
function put(row, next) {
  if (row.innerHTML === next.innerHTML && row.classList.contains("gone") === next.classList.contains("gone")) return;
  const focused = row.contains(document.activeElement);
  const here = row.classList.contains("here");
  next = document.adoptNode(next.cloneNode(true));
  next.classList.toggle("here", here);
  row.replaceWith(next);
  if (focused) $("a.open", next)?.focus({ preventScroll: true });
}

let running, wanted;
async function refresh() {
  if (running) return (wanted = true);
  running = true;
  try {
    const query = new URLSearchParams(location.search);
    query.set("shown", rows().map((row) => row.dataset.case).join(" "));
    const doc = parse(await call(`/live?${query}`));
    swap(doc);
    merge(doc);
  } finally {
    running = false;
    if (wanted) (wanted = false), setTimeout(() => refresh().catch(() => {}), 500);
  }
}

function merge(doc) {
  fresh = doc;
  const now = $$("#rows > tr", doc), shown = new Set(rows().map((row) => row.id));
  if (!shown.size) return now.length ? show(false) : undefined;
  for (const row of rows()) {
    const next = doc.getElementById(row.id);
    if (next) put(row, next);
  }
  const count = now.filter((row) => !shown.has(row.id)).length;
  $("#fresh").hidden = count === 0;
  const words = `${count} new, press .`;
  if (count && $("#fresh span").textContent !== words) {
    $("#fresh span").textContent = words;
    say(`${count} new`);
  }
}

// show puts the waiting rows into the table.
function show(focus = true) {
  const table = $("table.cases", fresh) ?? $("#empty", fresh);
  const old = $("table.cases") ?? $("#empty");
  const here = current()?.id;
  old.replaceWith(document.adoptNode(table));
  $("#fresh").hidden = true;
  if (here && document.getElementById(here)) choose(document.getElementById(here));
  else if (focus) $("h1").focus();
}
$("#fresh button").addEventListener("click", () => show());

onChange(refresh);
