// The composer saves what is typed, each field for itself, with the text on which it was based. Nothing typed is lost:
// not when somebody else changes the same field, not when the row is removed, not when the desk can't be reached.
"use strict";
document.documentElement.classList.add("enhanced");

// The scripts of the composer share this; each adds a part, which runs when the page is there.
const composer = { parts: [] };
document.addEventListener("DOMContentLoaded", () => {
  composer.desk = document.querySelector("#composer");
  if (composer.desk) composer.parts.forEach((part) => part());
});

composer.parts.push(() => {
  const { desk } = composer;
  const address = composer.address = desk.dataset.compose;
  const byId = composer.byId = (id) => document.getElementById(id);
  const all = composer.all = (selector, root = desk) => [...root.querySelectorAll(selector)];

  // --- Telling

  let silence;
  const say = composer.say = (text, ...ways) => {
    clearTimeout(silence);
    byId("said").textContent = "";
    byId("undo").replaceChildren(...ways);
    // A status that is emptied first is read out even where the words are the same.
    requestAnimationFrame(() => { byId("said").textContent = text; });
    const hush = () => {
      if (byId("toast").matches(":hover, :focus-within")) silence = setTimeout(hush, 3000);
      else { byId("said").textContent = ""; byId("undo").replaceChildren(); }
    };
    silence = setTimeout(hush, ways.length ? 20000 : 8000);
  };

  composer.button = (words, act) => {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: words });
    made.addEventListener("click", act);
    return made;
  };

  // --- Fields and what is known of them

  // Of each field: `kept` is what was typed when it was last saved, `busy` a request under way; `isBlocked` while two
  // texts are to be chosen from, `isWrong` while the text can't be taken.
  const states = new WeakMap();
  const PAUSE = 800;

  const fields = (root = desk) => all("[data-save]", root);
  const baseOf = (field) => byId(`initial-${field.id}`);
  const valueOf = (field) => (field.type === "checkbox" ? (field.checked ? "True" : "False") : field.value);
  const labelOf = composer.labelOf = (field) => field.labels?.[0]?.textContent.trim() || field.name;
  function stateOf(field) {
    if (!states.has(field)) states.set(field, { kept: baseOf(field)?.value ?? valueOf(field) });
    return states.get(field);
  }
  const isDirty = (field) => valueOf(field) !== stateOf(field).kept;
  const dirty = composer.dirty = (root) => fields(root).filter(isDirty);
  const setBase = (field, text) => { if (baseOf(field)) baseOf(field).value = text; };

  function put(field, text) {
    if (field.type === "checkbox") field.checked = text === "True";
    else field.value = text;
    field.dispatchEvent(new Event("put"));
  }

  function tell(field, words) {
    byId(`told-${field.id}`)?.replaceChildren();
    field.removeAttribute("aria-invalid");
    stateOf(field).isWrong = Boolean(words);
    if (!words) return;
    const told = Object.assign(document.createElement("p"), { className: "err", id: `${field.id}_error`, textContent: words });
    byId(`told-${field.id}`)?.append(told);
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", told.id);
  }

  // --- Sending

  // How many saves began or ended: what the server said before the last of them is too old to be shown in fields.
  composer.saves = 0;

  function soon(field, pause = PAUSE) {
    clearTimeout(stateOf(field).timer);
    stateOf(field).timer = setTimeout(() => send(field), pause);
  }

  function send(field) {
    const state = stateOf(field);
    clearTimeout(state.timer);
    if (state.busy) return state.busy.then(() => send(field));
    if (!isDirty(field) || state.isBlocked || !field.isConnected) return Promise.resolve();
    composer.saves += 1;
    state.busy = post(field).finally(() => { state.busy = null; composer.saves += 1; });
    return state.busy;
  }
  composer.send = send;

  // Tells the other panes that the issue is no longer what it was.
  composer.changed = () => desk.dispatchEvent(new CustomEvent("issue:changed"));

  // Saves all that is typed in a part of the page; says whether nothing is left there to be saved or chosen.
  composer.flush = async (root) => {
    await Promise.all(dirty(root).map(send));
    return !fields(root).some((field) => isDirty(field) || stateOf(field).isBlocked || stateOf(field).isWrong);
  };

  async function post(field) {
    const sent = valueOf(field);
    const body = new URLSearchParams({ row: field.dataset.save, [`initial-${field.name}`]: baseOf(field)?.value ?? "" });
    if (field.type !== "checkbox") body.set(field.name, sent);
    else if (field.checked) body.set(field.name, "on");
    const headers = { Accept: "application/json", "X-CSRFToken": token() };
    let answer;
    try {
      answer = await fetch(`${address}save/`, { method: "POST", body, headers, redirect: "manual", signal: AbortSignal.timeout(30000) });
    } catch {
      return lose("away");
    }
    const isOurs = answer.headers.get("Content-Type") === "application/json";
    const said = isOurs ? await answer.json().catch(() => null) : null;
    if (said?.gone) return vanish(field, said.gone);
    if (!said?.stored) return lose(reasonOf(answer));
    found();
    settle(field, sent, said);
  }

  function settle(field, sent, said) {
    if (said.at) {
      byId("saved").textContent = `Saved at ${said.at}`;
      composer.changed();
    }
    for (const [id, text] of Object.entries(said.stored)) if (id !== field.id) refresh(id, text);
    if (field.id in said.stored) keep(field, sent, said.stored[field.id]);
    if (said.conflicts[field.id]) disagree(field, said.conflicts[field.id]);
    else tell(field, said.problems[field.id]);
    // What can't be taken is sent again when it has changed.
    if (said.problems[field.id]) stateOf(field).kept = sent;
    if (said.look) composer.replaceLook(field.dataset.save.replace(":", "-"), said.look);
    // Number and kind of an issue stand in many places.
    if (field.dataset.save.startsWith("issue:") && said.at) composer.look();
    const title = field.name === "title" && byId(`title-${field.dataset.save.replace(":", "-")}`);
    if (title && field.value.trim()) title.textContent = field.value.trim();
  }

  function keep(field, sent, text) {
    setBase(field, text ?? sent);
    stateOf(field).kept = sent;
    // What was tidied up is shown, but never under the hands of somebody who types.
    if (text === null || valueOf(field) !== sent || document.activeElement === field) return;
    put(field, text);
    stateOf(field).kept = text;
  }

  // Shows what is stored by now in a field in which nobody is typing; says whether that is news.
  const refresh = composer.refresh = (id, text) => {
    const field = byId(id);
    if (!field || text === null || isDirty(field) || stateOf(field).busy) return false;
    setBase(field, text);
    stateOf(field).kept = text;
    if (valueOf(field) === text) return false;
    put(field, text);
    return true;
  };

  desk.addEventListener("input", ({ target, isComposing }) => {
    if (!target.dataset.save) return;
    // A line stays a line, though it is typed in a box that grows.
    if (target.rows === 1 && !isComposing && target.value.includes("\n")) target.value = target.value.replace(/\s*\n\s*/g, " ");
    soon(target);
  });
  for (const kind of ["change", "focusout"]) desk.addEventListener(kind, ({ target }) => { if (target.dataset?.save) send(target); });
  // What was typed before this script came, or was kept by the browser when the page was loaded anew.
  dirty().forEach((field) => soon(field));
  window.addEventListener("beforeunload", (event) => {
    const left = dirty();
    left.forEach(send);
    if (left.length) event.preventDefault();
  });

  // --- Two texts, and rows that are gone

  function disagree(field, html) {
    stateOf(field).isBlocked = true;
    byId(`told-${field.id}`).innerHTML = html;
    say("Somebody else changed the same text. Both are shown below it.");
  }

  composer.choose = (chosen) => {
    const conflict = chosen.closest("[data-conflict]");
    const field = byId(conflict.dataset.conflict);
    const theirs = conflict.querySelector("[data-theirs]").value;
    const both = conflict.querySelector("[data-both]").value;
    setBase(field, theirs);
    Object.assign(stateOf(field), { isBlocked: false, kept: theirs });
    if (chosen.dataset.choose !== "mine") put(field, chosen.dataset.choose === "both" ? both : theirs);
    conflict.remove();
    field.focus();
    send(field).then(() => say("The text is as you chose."));
  };

  function vanish(field, html) {
    found();
    const row = field.closest("[data-row]") ?? field.closest("form");
    if (row.querySelector(".gone")) return;
    fields(row).forEach((each) => { stateOf(each).kept = valueOf(each); });
    const spot = row.querySelector(".spot") ?? row;
    spot.insertAdjacentHTML("afterbegin", html);
    // All that was typed goes along, not only the field that happened to be sent.
    const form = spot.querySelector(".gone form");
    for (const each of fields(row)) {
      if (form.elements[each.name] || !each.value || each.type === "checkbox") continue;
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name: each.name, value: each.value }));
    }
    htmx.process(spot);
  }

  // --- A desk that can't be reached

  const WHY = {
    away: "The desk can’t be reached. What you write is kept in this window and is sent as soon as it answers.",
    login: "You are logged out. Log in in another window; what you write is kept in this one and sent then.",
    forbidden: "The desk refuses it. Log in anew in another window; what you write is kept in this one and sent then.",
    fault: "The desk met a fault of its own. What you write is kept in this window and sent again in a while.",
    large: "This is more than the desk takes at once. Make it shorter; what you wrote is kept in this window.",
  };
  let retry, pause = 3000;

  // While the database is away, or all that stands behind a proxy, the desk is not there and meets no fault.
  const REASONS = { 403: "forbidden", 400: "large", 413: "large", 502: "away", 503: "away", 504: "away" };
  const reasonOf = composer.reasonOf = ({ type, status }) =>
    (type === "opaqueredirect" || status === 200 ? "login" : REASONS[status] ?? "fault");

  const lose = composer.lose = (why) => {
    const lost = byId("lost");
    if (lost.hidden || lost.dataset.why !== why) {
      const since = byId("saved").textContent.match(/\d\d:\d\d/);
      lost.dataset.why = why;
      lost.hidden = false;
      lost.querySelector("[data-what]").textContent = since ? `Not saved since ${since[0]}` : "Not saved";
      lost.querySelector("[data-words]").textContent = WHY[why];
    }
    clearTimeout(retry);
    retry = setTimeout(tryAgain, pause);
    pause = Math.min(pause * 1.6, 30000);
  };

  const found = composer.found = () => {
    if (byId("lost").hidden) return;
    byId("lost").hidden = true;
    clearTimeout(retry);
    pause = 3000;
    say("The desk is back. What you wrote is being saved.");
    dirty().forEach((field) => soon(field, 0));
  };

  async function tryAgain() {
    await renewToken();
    const left = dirty().filter((field) => !stateOf(field).isBlocked);
    if (left.length) await send(left[0]);
    else composer.look();
  }

  const token = () => JSON.parse(desk.getAttribute("hx-headers"))["X-CSRFToken"];

  // Who logged in anew in another window has another token.
  async function renewToken() {
    const answer = await fetch(address, { redirect: "manual" }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("#moves [name=csrfmiddlewaretoken]")?.value;
    if (!fresh) return;
    desk.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": fresh }));
    all("[name=csrfmiddlewaretoken]").forEach((input) => { input.value = fresh; });
  }

  async function copy() {
    const text = dirty().map((field) => `${labelOf(field)}:\n${field.value}`).join("\n\n");
    try {
      await navigator.clipboard.writeText(text);
      say("The text that is not saved was copied.");
    } catch {
      dirty()[0]?.select();
      say("The browser does not let it be copied. The text is selected: copy it with the keyboard.");
    }
  }

  byId("lost").addEventListener("click", ({ target }) => {
    if (target.matches("[data-try]")) tryAgain();
    if (target.matches("[data-copy]")) copy();
  });
});
