// What every page shares: calls to the server, the stream of changes, keys.
// Nothing here decides anything; without it the forms and links do the same.

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
export const person = document.body.dataset.person;

// say puts words into the one polite live region.
let saying;
export function say(words, stay = 6000) {
  $("#status").textContent = words;
  clearTimeout(saying);
  saying = setTimeout(() => ($("#status").textContent = ""), stay);
}

// Failure carries what the server says of a refused request.
export class Failure extends Error {
  constructor(status, text) {
    super(text.trim() || "The server did not answer.");
    this.status = status;
  }
}

// call asks for a fragment. A session that ended asks for the sign-in first and
// then goes on, so that nothing on the page is lost.
export async function call(path, options = {}) {
  const bar = setTimeout(() => ($("#loading").hidden = false), 300);
  try {
    for (;;) {
      const response = await fetch(path, { redirect: "manual", ...options, headers: { "X-Fragment": "1" } });
      if (response.status === 401) {
        await signInAgain();
        continue;
      }
      if (response.type === "opaqueredirect") return "";
      const text = await response.text();
      if (!response.ok) throw new Failure(response.status, text);
      return text;
    }
  } finally {
    clearTimeout(bar);
    $("#loading").hidden = true;
  }
}

export const parse = (text) => new DOMParser().parseFromString(text, "text/html");

let again, lastPing = Date.now(), lastTouch = 0;
export function signInAgain() {
  again ??= new Promise((resolve) => {
    const dialog = $("#again"), form = $("#again-form"), problem = $("#again-problem");
    dialog.oncancel = (event) => event.preventDefault();
    form.onsubmit = async (event) => {
      event.preventDefault();
      const response = await fetch("/sign-in", { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-Fragment": "1" } }).catch(() => null);
      if (response?.status !== 204) {
        problem.textContent = response ? await response.text() : "The server did not answer. Try again.";
        return;
      }
      form.reset();
      problem.textContent = "";
      dialog.close();
      again = undefined;
      if (response.headers.get("X-Person") !== person) location.reload(); // somebody else's pages are not theirs
      else resolve(), listen();
    };
    // Not under a person's fingers: the keys meant for the text would land in the dialog.
    const show = () => {
      if (Date.now() - lastTouch < 1500) return setTimeout(show, 300);
      for (const open of $$("dialog[open]")) if (open !== dialog) open.close();
      dialog.showModal();
    };
    show();
  });
  return again;
}

// swap replaces the live parts of the page by those of doc, where they differ.
// The focus stays where it was, as far as its place is still there.
export function swap(doc) {
  for (const old of $$("[data-live]")) {
    const fresh = doc.getElementById(old.id);
    if (!fresh) continue;
    for (const bar of $$("[data-sticky]", old)) if (!$("[data-sticky]", fresh)) fresh.prepend(bar.cloneNode(true));
    if (fresh.outerHTML === old.outerHTML) continue;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    old.replaceWith(document.adoptNode(fresh));
    if (focused) same(fresh, focused)?.focus();
  }
  countdown();
}

function same(root, element) {
  if (element.id) return document.getElementById(element.id);
  return element.dataset.key ? $(`[data-key="${CSS.escape(element.dataset.key)}"]`, root) : null;
}

// The stream of changed cases: one a visible page, none while hidden.
let source;
const listeners = [];
export const onChange = (f) => listeners.push(f);
const tell = (ids) => listeners.forEach((f) => Promise.resolve(f(ids)).catch(() => {}));

function listen() {
  source?.close();
  source = undefined;
  if (document.hidden || !listeners.length) return;
  source = new EventSource("/events");
  source.addEventListener("ready", () => tell(["all"]));
  source.addEventListener("case", (event) => tell(event.data.split(" ")));
  source.addEventListener("signed-out", () => (source.close(), signInAgain()));
  source.onerror = () => {
    if (source?.readyState === EventSource.CLOSED) setTimeout(() => !source || source.readyState === EventSource.CLOSED ? (listen(), tell(["all"])) : 0, 3000);
  };
}
document.addEventListener("visibilitychange", listen);
setInterval(() => document.hidden || tell(["all"]), 60_000); // ages and dues grow

// Seconds that run down beside the undo button.
function countdown() {
  for (const b of $$("[data-countdown]")) {
    b.dataset.until = performance.now() + 1000 * b.dataset.countdown;
    delete b.dataset.countdown;
  }
}
setInterval(() => {
  for (const b of $$("[data-until]")) {
    const left = Math.ceil((b.dataset.until - performance.now()) / 1000);
    b.textContent = `${Math.max(left, 0)} s`;
    if (left <= 0) delete b.dataset.until, tell(["all"]);
  }
}, 250);

// Keys and clicks keep session and claim alive; nothing else does.
const opened = Date.now();
export const activity = { caseID: "", claim: () => {} };
async function touched() {
  lastTouch = Date.now();
  if (person === "0" || lastTouch - lastPing < 60_000) return;
  lastPing = lastTouch;
  const answer = await call("/active", { method: "POST", body: new URLSearchParams({ case: activity.caseID }) }).catch(() => "");
  if (answer) activity.claim(JSON.parse(answer).claim);
}
addEventListener("keydown", touched, true);
addEventListener("pointerdown", touched, true);
setInterval(() => {
  const idle = Number(document.body.dataset.idle) - (Date.now() - Math.max(lastTouch, opened)) / 1000;
  if (person !== "0" && idle < 120 && idle > 90) say("You will be signed out in two minutes. Press a key to stay.", 30_000);
}, 15_000);

// Keys: a page's own first, then whatever names its key on the page.
export const keys = {};
export const help = [["?", "this help"], ["z", "undo the last send while its clock runs"]];
const writing = (e) => e.target.isContentEditable || e.target.matches?.("textarea, select, input:not([type=checkbox], [type=radio])");
const keysOff = () => localStorage.getItem("keys") === "off";
const visible = (e) => e.getClientRects().length > 0 && !e.disabled;

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
  if ($("dialog[open]") || writing(event)) return;
  if (keysOff() && event.key !== "Escape") return;
  if (event.repeat && !"jk".includes(event.key)) return;
  const own = keys[event.key];
  if (own) {
    if (own(event) !== false) event.preventDefault();
    return;
  }
  const key = event.key === "Escape" ? "u" : event.key;
  const target = /^[!-~]$/.test(key) && $$(`[data-key="${CSS.escape(key)}"]`).find(visible);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input")) target.focus(), target.select();
  else target.click();
});

function showHelp() {
  const rows = help.map(([key, words]) => {
    const tr = document.createElement("tr"), k = tr.insertCell(), w = tr.insertCell();
    for (const one of key.split(" ")) k.append(Object.assign(document.createElement("kbd"), { textContent: one }));
    w.textContent = words;
    return tr;
  });
  const table = document.createElement("table");
  table.append(...rows);
  $("#help-body").replaceChildren(table);
  $("#keys-off").checked = keysOff();
  $("#help").showModal();
}
keys["?"] = showHelp;
for (const b of $$("[data-help]")) b.hidden = false;
document.addEventListener("click", (event) => event.target.closest("[data-help]") && showHelp());
$("#keys-off").addEventListener("change", (event) => localStorage.setItem("keys", event.target.checked ? "off" : "on"));

// A sign-out leaves no text of a case in the browser.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-sign-out]")) return;
  for (const key of Object.keys(localStorage)) if (key.startsWith("draft:")) localStorage.removeItem(key);
});

// The page's own module waits for this one, so it must not be awaited here.
const own = $("[data-list]") ? "./list.js" : $("[data-case]") && $("#editor") ? "./case.js" : "";
(own ? import(own) : Promise.resolve()).then(() => {
  countdown();
  listen();
  document.documentElement.dataset.ready = "";
});
