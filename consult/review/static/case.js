// The case page: saving while typing, dialogs, and what is new. The editor is
// the person's: nothing that arrives from the server ever writes into it.
import { $, $$, call, swap, parse, say, person, onChange, keys, help, activity } from "./app.js";

const main = $("[data-case]"), form = $("#editor"), area = $("#markdown");
const { case: id, path, here } = main.dataset;
const box = ["subject", "to", "cc", "markdown"].map((name) => document.getElementById(name)).filter(Boolean);
const kept = `draft:${person}:${id}`;
activity.caseID = id;

/* saving */

const read = () => Object.fromEntries(box.map((e) => [e.name, e.value]));
const write = (values) => box.forEach((e) => e.name in values && (e.value = values[e.name]));
const equal = (a, b) => box.every((e) => a[e.name] === b[e.name]);
let saved = area && read(); // what the server has confirmed
let timer, saving, tries = 0, wrote = false; // wrote: the person has typed on this page

const dirty = () => area && !equal(read(), saved);

function note(words, bad) {
  const line = $("#saved");
  line.textContent = words;
  line.className = bad ? "bad" : "";
}

function keepHere() {
  try {
    localStorage.setItem(kept, JSON.stringify({ ...read(), base: form.elements.base.value, at: new Date().toTimeString().slice(0, 8) }));
  } catch { /* no room, or storage is off: the server still gets the text */ }
}

function typed() {
  wrote = true;
  keepHere();
  note("saving…");
  clearTimeout(timer);
  timer = setTimeout(save, 800);
}

const body = () => {
  const data = new FormData(form);
  data.delete("key");
  return data;
};

// save sends the text until the server has it. It never fails for the caller:
// what could not be sent stays in the browser and is tried again.
async function save() {
  clearTimeout(timer);
  while (saving) await saving;
  if (!dirty()) return area && !tries ? localStorage.removeItem(kept) : undefined;
  const sent = read();
  saving = call(`${path}/type`, { method: "POST", body: body() })
    .then((answer) => {
      saved = sent;
      tries = 0;
      if (dirty()) return typed();
      localStorage.removeItem(kept);
      note(`saved ${JSON.parse(answer).saved}`);
    })
    .catch(() => {
      tries++;
      note("not saved, trying again", true);
      clearTimeout(timer);
      timer = setTimeout(save, Math.min(1000 * 2 ** tries, 15_000));
    })
    .finally(() => (saving = undefined));
  await saving;
}

// flush is the last chance before the page goes: the browser sends it alone.
function flush() {
  if (dirty()) fetch(`${path}/type`, { method: "POST", body: body(), keepalive: true, headers: { "X-Fragment": "1" } }).catch(() => {});
}

function restore() {
  let copy;
  try {
    copy = JSON.parse(localStorage.getItem(kept) ?? "null");
  } catch { /* damaged: as if there were none */ }
  if (!copy || equal({ ...saved, ...copy }, saved)) return localStorage.removeItem(kept);
  const before = read();
  const bar = document.createElement("div");
  bar.className = "bar";
  bar.id = "kept";
  const button = (label, act) => {
    const b = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: label });
    b.onclick = () => (act(), bar.remove(), area.focus());
    return b;
  };
  const drop = () => (write(before), localStorage.removeItem(kept), save());
  if (copy.base === form.elements.base.value) {
    write(copy);
    typed();
    bar.append(`Put back what this browser kept from ${copy.at}. `, button("Drop it", drop));
  } else {
    bar.classList.add("warn");
    bar.append(`This browser kept text that you typed at ${copy.at} on version ${copy.base}. `,
      button("Use it", () => (write(copy), typed())), button("Drop it", drop));
  }
  $("#notices").before(bar);
}

if (area) {
  for (const e of box) {
    e.addEventListener("input", typed);
    e.addEventListener("blur", () => dirty() && save());
  }
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => document.hidden && flush());
  restore();
}

/* dialogs, tabs, actions */

let opener;
const dialog = $("#dialog");

async function openDialog(action, button) {
  await save();
  opener = button;
  const data = new FormData(form, button);
  try {
    dialog.innerHTML = await call(action, { method: "POST", body: data });
  } catch (failure) {
    return alarm(failure.message);
  }
  dialog.showModal();
  ($("#go", dialog) ?? $("#dialog-title", dialog)).focus(); // what stands against it is below the title
}

dialog.addEventListener("close", () => {
  dialog.replaceChildren();
  (opener?.isConnected ? opener : area ?? $("#case-title"))?.focus();
});
dialog.addEventListener("click", (event) => {
  if (!event.target.closest("[data-cancel]")) return;
  event.preventDefault();
  dialog.close();
});
dialog.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) return event.preventDefault(); // pressed twice
  event.target.dataset.sent = "1";
});
dialog.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  $(event.shiftKey ? "#go-next" : "#go", dialog)?.click();
});

// alarm tells what stands in the way; the text stays.
function alarm(words) {
  const bar = $("#alarm") ?? Object.assign(document.createElement("div"), { id: "alarm", className: "bar bad" });
  bar.setAttribute("role", "alert");
  bar.textContent = words;
  $("#notices").before(bar);
  refresh().catch(() => {});
}

async function setTab(name) {
  await save();
  for (const tab of $$(".tab")) tab.setAttribute("aria-pressed", tab.dataset.tab === name);
  main.className = `case tab-${name}`;
  const edit = name === "edit" || name === "evidence";
  if (edit) $("#panels").replaceChildren();
  else {
    const url = new URL(here, location);
    url.searchParams.set("tab", name);
    $("#panels").replaceWith(document.adoptNode($("#panels", parse(await call(url)))));
  }
  $("#panel-edit").hidden = !edit;
}

form.addEventListener("submit", (event) => {
  const button = event.submitter, action = new URL(button.formAction).pathname;
  const is = (name) => action === `${path}/${name}`;
  if (is("summary") || is("setting-aside")) {
    event.preventDefault();
    openDialog(action, button);
  } else if (is("look")) {
    event.preventDefault();
    setTab(button.value).catch((failure) => alarm(failure.message));
  } else if (is("release") || (is("claim") && button.value !== "take")) {
    event.preventDefault();
    act(action, button);
  } else if (area) {
    if (is("drop")) localStorage.removeItem(kept);
    saved = read(); // the form itself carries the text
  }
});

// act changes something beside the text, and the page stays.
async function act(action, button) {
  await save();
  try {
    await call(action, { method: "POST", body: new FormData(form, button) });
  } catch (failure) {
    return alarm(failure.message);
  }
  $("#alarm")?.remove();
  await refresh();
}

/* live */

let base = { ...$("#casebar").dataset }; // what the page was made of

async function refresh() {
  swap(parse(await call(`${path}/live${new URL(here, location).search}`)));
  const now = $("#casebar").dataset;
  claimEnds(now.left);
  const moved = $("#moved");
  if (now.version === base.version) return (moved.hidden = true);
  const editable = Boolean($("#approve"));
  if (!area && !editable && now.draft === base.draft && now.mail === base.mail) return;
  const untouched = base.state === "open" && !wrote && !box.includes(document.activeElement) && !$("dialog[open]");
  if (!area || untouched) return location.reload(); // the draft that the page waited for
  let words = `The case moved: it is now ${now.state}.`;
  if (now.draft !== base.draft) words = "There is another version of the draft.";
  if (now.mail !== base.mail) words = `New mail from the asker: ${now.preview}`;
  if (moved.hidden || $("span", moved).textContent !== words) say(words);
  $("span", moved).textContent = words;
  moved.hidden = false;
}

// showNew brings in mail, evidence and the present version. The text stays.
async function showNew() {
  if (!wrote && !$("#kept")) return location.reload();
  await save();
  const page = parse(await (await fetch(here)).text());
  for (const part of ["pane-mail", "pane-evidence"]) document.getElementById(part).replaceChildren(...page.getElementById(part).childNodes);
  swap(page);
  form.elements.version.value = page.forms.editor.elements.version.value;
  form.elements.base.value = page.forms.editor.elements.base.value;
  base = { ...$("#casebar").dataset };
  $("#moved").hidden = true;
  $("#alarm")?.remove();
  $("#pane-mail").focus();
  say("This is what is new. Your text is unchanged.");
}
$("#moved button").addEventListener("click", () => showNew().catch((failure) => alarm(failure.message)));
onChange((ids) => (ids.includes(id) || ids.includes("all") || $("#undo .bar") ? refresh() : undefined));

let claimTimer;
function claimEnds(left) {
  clearTimeout(claimTimer);
  if (left > 0) claimTimer = setTimeout(() => say("Your claim ends in 3 minutes. Press a key to keep it.", 20_000), Math.max(left - 180, 0) * 1000);
}
activity.claim = claimEnds;
claimEnds(base.left);

/* evidence and mail point at one another */

function light(codes, on) {
  for (const u of $$("u[data-code]")) u.classList.toggle("lit", on && codes.includes(u.dataset.code));
  for (const f of $$(".finding")) f.classList.toggle("lit", on && f.dataset.codes.split(" ").some((c) => codes.includes(c)));
}
const codesOf = (target) => target.closest?.("[data-codes]")?.dataset.codes.split(" ") ?? [target.closest?.("[data-code], [data-mark]")?.dataset.code ?? target.closest?.("[data-mark]")?.dataset.mark].filter(Boolean);
for (const [on, off] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  main.addEventListener(on, (event) => codesOf(event.target).length && light(codesOf(event.target), true));
  main.addEventListener(off, (event) => codesOf(event.target).length && light([], false));
}
main.addEventListener("click", (event) => {
  const mark = event.target.closest("[data-mark]");
  if (mark) $(`u[data-code="${CSS.escape(mark.dataset.mark)}"]`)?.scrollIntoView({ block: "center" });
});

if (matchMedia("(max-width: 700px)").matches) for (const d of $$(".message > details, .findings")) d.open = false;

/* keys */

const summaries = () => $$(".message > details > summary");
const step = (by) => {
  const all = summaries(), at = all.indexOf(document.activeElement);
  all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]?.focus();
};
keys.j = () => step(1);
keys.k = () => step(-1);
keys.o = () => (document.activeElement.matches("summary") ? document.activeElement.click() : false);
keys.e = async () => {
  if (!area) return;
  if ($("#panel-edit").hidden) await setTab("edit");
  area.focus();
};
help.unshift(["j k", "next, previous message"], ["Enter o", "open or fold a message"], ["] [", "next, previous case in this view"], ["u Esc", "back to the list; Esc first leaves the field"],
  ["c", "claim or give back"], ["e", "edit the draft"], ["a", "see what goes out; in the editor Ctrl+Enter"], ["Ctrl+Enter", "then: approve; with Shift: approve and open next"],
  ["q", "ask for facts"], ["s", "set aside, with a reason"], [".", "show what is new"]);

addEventListener("keydown", (event) => {
  const inBox = box.includes(event.target);
  const resting = event.target === document.body || event.target.id === "case-title";
  if (event.key === "Escape" && !resting && !event.isComposing && !$("dialog[open]")) { // first out of the field or the tabs
    event.preventDefault();
    event.stopImmediatePropagation();
    $("#case-title").focus();
  }
  if (!(event.ctrlKey || event.metaKey) || event.altKey || $("dialog[open]")) return;
  if (event.key === "Enter" && inBox) {
    event.preventDefault();
    $("#approve")?.click();
  } else if (event.key === "s" && inBox) {
    event.preventDefault();
    save().then(() => say($("#saved").textContent));
  }
}, true);

($("[aria-invalid]", main) ?? $("#case-title")).focus({ preventScroll: true });
