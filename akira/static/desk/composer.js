// The composer: saves what is typed field by field, moves rows, and puts where it belongs what the server says has changed.
// Without this script everything works as plain forms; pieces of the page are fetched by htmx.
"use strict";
document.documentElement.classList.add("enhanced");

document.addEventListener("DOMContentLoaded", () => {
  const desk = document.querySelector("#composer");
  if (!desk) return;
  const address = desk.dataset.compose;
  const byId = (id) => document.getElementById(id);
  const all = (selector, root = desk) => [...root.querySelectorAll(selector)];

  // --- Telling ---------------------------------------------------------------------------------------------------

  let silence;
  function say(text, ...undo) {
    clearTimeout(silence);
    byId("said").textContent = "";
    byId("undo").replaceChildren(...undo);
    // A status that is emptied first is read out even where the words are the same.
    requestAnimationFrame(() => { byId("said").textContent = text; });
    if (!undo.length) silence = setTimeout(() => { byId("said").textContent = ""; }, 8000);
  }

  function button(words, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  }

  // --- Saving ----------------------------------------------------------------------------------------------------

  // Of each field: what is known to be stored as it was typed, the request under way, whether two texts are to be chosen from.
  const states = new WeakMap();
  const PAUSE = 800;
  // How many saves began or ended; what the server said before the last of them is too old to be shown in fields.
  let saves = 0;

  const fields = (root = desk) => all("[data-save]", root);
  const baseOf = (field) => byId(`initial-${field.id}`);
  const valueOf = (field) => (field.type === "checkbox" ? (field.checked ? "True" : "False") : field.value);

  function stateOf(field) {
    if (!states.has(field)) states.set(field, { kept: baseOf(field)?.value ?? valueOf(field) });
    return states.get(field);
  }
  const isDirty = (field) => valueOf(field) !== stateOf(field).kept;
  const dirty = (root) => fields(root).filter(isDirty);

  function put(field, text) {
    if (field.type === "checkbox") field.checked = text === "True";
    else field.value = text;
    field.dispatchEvent(new Event("put"));
  }

  function tell(field, words) {
    const told = byId(`told-${field.id}`);
    told?.replaceChildren();
    field.removeAttribute("aria-invalid");
    if (words) {
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", `${field.id}_error`);
      told?.insertAdjacentHTML("beforeend", '<p class="err"></p>');
      told.firstChild.id = `${field.id}_error`;
      told.firstChild.textContent = words;
    }
  }

  function soon(field, pause) {
    const state = stateOf(field);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => send(field), pause);
  }

  function send(field) {
    const state = stateOf(field);
    clearTimeout(state.timer);
    if (state.busy) return state.busy.then(() => send(field));
    if (!isDirty(field) || state.isBlocked || !field.isConnected) return Promise.resolve();
    saves += 1;
    state.busy = post(field).finally(() => { state.busy = null; saves += 1; });
    return state.busy;
  }

  async function post(field) {
    const sent = valueOf(field);
    const body = new URLSearchParams({ row: field.dataset.save, [`initial-${field.name}`]: baseOf(field)?.value ?? "" });
    if (field.type !== "checkbox" || field.checked) body.set(field.name, field.type === "checkbox" ? "on" : sent);
    let answer;
    try {
      answer = await fetch(`${address}save/`, {
        method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(30000),
        headers: { Accept: "application/json", "X-CSRFToken": token() },
      });
    } catch {
      return lose("away");
    }
    const said = answer.headers.get("Content-Type") === "application/json" ? await answer.json().catch(() => null) : null;
    if (answer.status === 410 && said) return vanish(field, said.gone);
    if (!answer.ok || !said) return lose(reasonOf(answer), field);
    found();
    settle(field, sent, said);
  }

  function settle(field, sent, said) {
    const state = stateOf(field);
    if (said.at) byId("saved").textContent = `Saved at ${said.at}`;
    for (const [id, text] of Object.entries(said.stored)) {
      if (id !== field.id) { refresh(id, text); continue; }
      if (baseOf(field)) baseOf(field).value = text ?? (field.type === "checkbox" ? sent : sent);
      state.kept = sent;
      // What was tidied up is shown, but never under the hands of somebody who types.
      if (text !== null && valueOf(field) === sent && document.activeElement !== field) { put(field, text); state.kept = text; }
    }
    const problem = said.problems[field.id];
    if (!said.conflicts[field.id]) tell(field, problem);
    if (problem) { state.kept = sent; state.isWrong = true; } else state.isWrong = false;
    if (said.conflicts[field.id]) disagree(field, said.conflicts[field.id]);
    if (said.look) replaceLook(field.dataset.save.replace(":", "-"), said.look);
    if (field.id.endsWith("-title")) retitle(field);
  }

  function retitle(field) {
    const shown = byId(`title-${field.dataset.save.replace(":", "-")}`);
    if (shown && field.value.trim()) shown.textContent = field.value.trim();
  }

  function refresh(id, text) {
    const field = byId(id);
    if (!field || text === null || isDirty(field) || stateOf(field).busy) return false;
    if (baseOf(field)) baseOf(field).value = text;
    stateOf(field).kept = text;
    if (valueOf(field) === text) return false;
    put(field, text);
    return true;
  }

  // Saves all that is typed in a part of the page, and says whether nothing is left to be saved or chosen there.
  async function flush(root) {
    await Promise.all(dirty(root).map(send));
    return !fields(root).some((field) => isDirty(field) || stateOf(field).isBlocked || stateOf(field).isWrong);
  }

  desk.addEventListener("input", ({ target }) => {
    if (target.dataset.save) soon(target, PAUSE);
    const count = target.id && desk.querySelector(`[data-count="${target.id}"]`);
    if (count) countLetters(target, count);
  });
  desk.addEventListener("change", ({ target }) => { if (target.dataset.save) send(target); });
  desk.addEventListener("focusout", ({ target }) => { if (target.dataset?.save) send(target); });
  window.addEventListener("beforeunload", (event) => {
    const left = dirty();
    left.forEach(send);
    if (left.length || fields().some((field) => states.get(field)?.isBlocked)) event.preventDefault();
  });

  function countLetters(field, count) {
    const letters = [...field.value.normalize("NFC")].map((letter) => letter.codePointAt(0));
    const isSingle = (code) => code <= 0x10ff || (code >= 0x2000 && code <= 0x200d) || (code >= 0x2010 && code <= 0x201f)
      || (code >= 0x2032 && code <= 0x2037);
    const length = letters.reduce((sum, code) => sum + (isSingle(code) ? 1 : 2), 0);
    count.querySelector("span").textContent = length;
    count.classList.toggle("err", length > Number(count.dataset.most));
  }

  // --- Two texts, and rows that are gone ---------------------------------------------------------------------------

  function disagree(field, html) {
    stateOf(field).isBlocked = true;
    byId(`told-${field.id}`).innerHTML = html;
    say("Somebody else changed the same text. Both are shown below it.");
  }

  function choose(chosen) {
    const conflict = chosen.closest("[data-conflict]");
    const field = byId(conflict.dataset.conflict);
    const state = stateOf(field);
    const theirs = conflict.querySelector("[data-theirs]").value;
    if (baseOf(field)) baseOf(field).value = theirs;
    state.isBlocked = false;
    state.kept = theirs;
    if (chosen.dataset.choose === "theirs") put(field, theirs);
    if (chosen.dataset.choose === "both") put(field, conflict.querySelector("[data-both]").value);
    conflict.remove();
    field.focus();
    send(field).then(() => say("The text is as you chose."));
  }

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
    row.classList.add("vanished");
    htmx.process(spot);
  }

  // --- A connection that is lost -----------------------------------------------------------------------------------

  const WHY = {
    away: "The desk can’t be reached. What you write is kept in this window and is sent as soon as it answers.",
    login: "You are logged out. Log in in another window; what you write is kept here and sent then.",
    forbidden: "The desk refused it. Log in anew in another window, then try again; what you write is kept here.",
    fault: "The desk met a fault of its own. What you write is kept in this window and sent again in a while.",
    large: "This is more than the desk takes at once. Make it shorter; what you wrote is kept in this window.",
  };
  let retry, pause = 3000;

  function reasonOf(answer) {
    if (answer.type === "opaqueredirect" || answer.status === 200) return "login";
    return { 403: "forbidden", 400: "large", 413: "large" }[answer.status] ?? "fault";
  }

  function lose(why) {
    const lost = byId("lost");
    const since = byId("saved").textContent.match(/\d\d:\d\d/);
    const words = since ? `Not saved since ${since[0]}` : "Not saved";
    if (lost.hidden || lost.querySelector("[data-why]").textContent !== WHY[why]) {
      lost.hidden = false;
      lost.querySelector("[data-what]").textContent = words;
      lost.querySelector("[data-why]").textContent = WHY[why];
    }
    clearTimeout(retry);
    retry = setTimeout(tryAgain, pause);
    pause = Math.min(pause * 1.6, 30000);
  }

  function found() {
    if (byId("lost").hidden) return;
    byId("lost").hidden = true;
    clearTimeout(retry);
    pause = 3000;
    say("The desk is back. What you wrote is saved.");
    dirty().forEach((field) => soon(field, 0));
  }

  async function tryAgain() {
    await renewToken();
    const waiting = dirty().filter((field) => !stateOf(field).isBlocked);
    if (waiting.length) await send(waiting[0]);
    else htmx.trigger("#state", "refresh");
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

  byId("lost").addEventListener("click", async ({ target }) => {
    if (target.matches("[data-try]")) tryAgain();
    if (!target.matches("[data-copy]")) return;
    const texts = dirty().map((field) => `${field.labels?.[0]?.textContent.trim() ?? field.name}:\n${field.value}`);
    const text = texts.join("\n\n");
    try {
      await navigator.clipboard.writeText(text);
      say("The text that is not saved was copied.");
    } catch {
      dirty()[0]?.select();
      say("The browser does not let it be copied. The text is selected; copy it with the keyboard.");
    }
  });

  // --- Moving ------------------------------------------------------------------------------------------------------

  const kindOf = (row) => row.dataset.row.split(":")[0];
  const rowsIn = (list) => [...list.children].filter((child) => child.dataset?.row);
  const lists = () => all(".entries");

  // Where a row stands, as requests name it: entry:12:3:1 is the first place of section 3.
  function placeOf(row) {
    const list = row.parentElement;
    return `${row.dataset.row}:${list.dataset.section ?? ""}:${rowsIn(list).indexOf(row) + 1}`;
  }

  // One step up or down, an entry also into the next section; null at the ends.
  function step(row, direction) {
    const here = rowsIn(row.parentElement);
    const next = here[here.indexOf(row) + direction];
    if (next) return { list: row.parentElement, before: direction < 0 ? next : next.nextElementSibling };
    if (kindOf(row) !== "entry") return null;
    const list = lists()[lists().indexOf(row.parentElement) + direction];
    return list ? { list, before: direction < 0 ? null : list.firstElementChild } : null;
  }

  function shift(row, { list, before }) {
    if (list.moveBefore && row.isConnected) list.moveBefore(row, before);
    else list.insertBefore(row, before);
  }

  function whereabouts(row) {
    const rows = rowsIn(row.parentElement);
    const section = row.closest("section");
    const title = section?.querySelector(".h input")?.value;
    const inside = kindOf(row) === "entry" ? ` in section ${number(section)}${title ? `, ${title}` : ""}` : "";
    return `${rows.indexOf(row) + 1} of ${rows.length}${inside}`;
  }
  const number = (row) => byId(`n-${row.id}`)?.textContent.replace(/\D+/, "").trim() ?? "";
  const nameOf = (row) => ({ entry: "", section: "Section ", highlight: "Highlight " }[kindOf(row)]) + number(row);

  let queue = Promise.resolve(), waiting = 0;

  // The one way in which every move is sent: by dragging, by keys, by buttons, and back again.
  function sendMove(row, from) {
    const to = placeOf(row);
    if (to === from) return;
    undoable = { row: row.id, from };
    ask("move/", { move: to, seen: from.split(":")[2] }, "#moves");
  }
  let undoable = null;

  function ask(path, values, source) {
    waiting += 1;
    queue = queue.then(() => htmx.ajax("POST", address + path, { source, target: "#state", swap: "outerHTML", values }))
      .catch(() => {}).finally(() => { waiting -= 1; if (!waiting && order) arrange(order); });
    return queue;
  }

  function moveStep(row, direction, grip) {
    const from = placeOf(row);
    const to = step(row, direction);
    if (!to) { say(direction < 0 ? "It is the first already." : "It is the last already."); return; }
    shift(row, to);
    grip?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    sendMove(row, from);
  }

  function moveBack({ row: id, from }) {
    const row = byId(id);
    const [, , section, position] = from.split(":");
    const list = section ? desk.querySelector(`.entries[data-section="${section}"]`) : row?.parentElement;
    if (!row || !list) return;
    const now = placeOf(row);
    shift(row, { list, before: rowsIn(list).filter((other) => other !== row)[position - 1] ?? null });
    sendMove(row, now);
  }

  // --- Moving by keyboard

  let lifted = null;

  function lift(row, grip) {
    lifted = { row, grip, from: placeOf(row), list: row.parentElement, next: row.nextElementSibling };
    row.classList.add("lifted");
    grip.setAttribute("aria-pressed", "true");
    say(`${nameOf(row)} lifted. It is ${whereabouts(row)}. Arrow keys move it, Space puts it down, Escape leaves it where it was.`);
  }

  function putDown(isKept) {
    const { row, grip, from, list, next } = lifted;
    lifted = null;
    row.classList.remove("lifted");
    grip.removeAttribute("aria-pressed");
    if (isKept && placeOf(row) !== from) { sendMove(row, from); return; }
    if (!isKept) shift(row, { list, before: next });
    grip.focus({ preventScroll: true });
    say(`${nameOf(row)} stays where it was.`);
  }

  desk.addEventListener("keydown", (event) => {
    const grip = event.target.closest?.(".grip");
    if (!grip) return;
    const row = grip.closest("[data-row]");
    const direction = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (lifted) putDown(true); else lift(row, grip);
    } else if (lifted && direction) {
      event.preventDefault();
      const to = step(row, direction);
      if (to) shift(row, to);
      grip.focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
      say(to ? `Now ${whereabouts(row)}.` : "There is nothing beyond.");
    } else if (lifted && event.key === "Escape") {
      event.preventDefault();
      putDown(false);
    }
  });
  desk.addEventListener("focusout", ({ target }) => {
    // Moving an element takes the focus away for a moment.
    if (lifted?.grip === target) setTimeout(() => { if (lifted && document.activeElement !== lifted.grip) putDown(false); });
  });

  // --- Moving by pointer

  let drag = null;

  desk.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".grip");
    if (!grip || event.button) return;
    drag = { row: grip.closest("[data-row]"), x: event.clientX, y: event.clientY, id: event.pointerId };
    event.preventDefault();
    grip.focus({ preventScroll: true });
  });

  function startDrag() {
    const { row } = drag;
    drag.mark = Object.assign(document.createElement(kindOf(row) === "section" ? "div" : "li"), { className: "drop" });
    drag.mark.textContent = `${nameOf(row)} goes here`;
    row.classList.add("dragged");
    desk.classList.add("moving");
    if (kindOf(row) === "section") desk.classList.add("arranging");
    say(`${nameOf(row)} lifted.`);
  }

  function overRow(x, y) {
    const kind = kindOf(drag.row);
    const selector = { entry: ".entries > [data-row]", section: "#sections > [data-row]", highlight: "#highlights > [data-row]" }[kind];
    const under = document.elementFromPoint(x, y);
    const row = under?.closest(selector);
    if (row) {
      const box = row.getBoundingClientRect();
      return { list: row.parentElement, before: y < box.top + box.height / 2 ? row : row.nextElementSibling };
    }
    const list = kind === "entry" ? under?.closest("section[data-row]")?.querySelector(".entries") : null;
    if (!list) return null;
    return { list, before: y < list.getBoundingClientRect().top ? list.firstElementChild : null };
  }

  document.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.id) return;
    if (!drag.mark && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 5) return;
    if (!drag.mark) startDrag();
    event.preventDefault();
    const edge = 70;
    if (event.clientY < edge) window.scrollBy(0, -14);
    if (event.clientY > window.innerHeight - edge) window.scrollBy(0, 14);
    const to = overRow(event.clientX, event.clientY);
    if (to && to.before !== drag.mark) to.list.insertBefore(drag.mark, to.before);
  });

  function endDrag(isKept) {
    const { row, mark } = drag;
    drag = null;
    row.classList.remove("dragged");
    desk.classList.remove("moving", "arranging");
    if (!mark) return;
    const from = placeOf(row);
    if (isKept && mark.isConnected) shift(row, { list: mark.parentElement, before: mark });
    mark.remove();
    if (isKept && placeOf(row) !== from) sendMove(row, from);
    else say(`${nameOf(row)} stays where it was.`);
  }
  document.addEventListener("pointerup", (event) => { if (drag?.id === event.pointerId) endDrag(true); });
  document.addEventListener("pointercancel", (event) => { if (drag?.id === event.pointerId) endDrag(false); });
  document.addEventListener("keydown", (event) => { if (drag && event.key === "Escape") endDrag(false); });

  // --- What the server says has changed ----------------------------------------------------------------------------

  let order = JSON.parse(byId("state").dataset.order);
  const sentWith = new WeakMap();
  const idsIn = (said) => new Set([
    ...said.highlights.map((pk) => `highlight-${pk}`),
    ...said.sections.flatMap(([pk, entries]) => [`section-${pk}`, ...entries.map(([entry]) => `entry-${entry}`)]),
  ]);

  function changed(state, xhr) {
    const { said, problem, open, added, people } = state.dataset;
    const before = order;
    order = JSON.parse(state.dataset.order);
    for (const made of all("template[data-new]", state)) bring(made);
    if (!waiting || sentWith.get(xhr)?.isOurs) arrange(order);
    for (const look of all("template[data-look]", state)) replaceLook(look.dataset.look, look.innerHTML);
    const isFresh = sentWith.get(xhr)?.saves === saves;
    const touched = isFresh ? all("[data-fresh]", state).filter((input) => refresh(input.dataset.fresh, input.value)) : [];
    byId("people").hidden = !people;
    byId("people").querySelector("b").textContent = people ?? "";
    const notices = state.querySelector("template[data-notices]");
    if (notices) { byId("notices").append(notices.content.cloneNode(true)); htmx.process(byId("notices")); }
    const removed = state.querySelector("template[data-removed]");
    if (removed) { byId("removed").replaceChildren(removed.content.cloneNode(true)); htmx.process(byId("removed")); }
    byId("problem").hidden = !problem;
    byId("problem").textContent = problem ?? "";
    announce(said, before, touched, state.querySelector("template[data-undo]"), sentWith.get(xhr));
    if (sentWith.get(xhr)?.from === "add" && !problem) byId("paste").value = "";
    const row = byId((added || open || "").split(",")[0].replace(":", "-"));
    if (open) openRow(open);
    else if (row && added && sentWith.get(xhr)?.from !== "moves") row.scrollIntoView({ block: "nearest" });
    state.replaceChildren();
  }

  function announce(said, before, touched, undo, sent) {
    if (said && undo) {
      const form = undo.content.firstElementChild.cloneNode(true);
      say(said, form);
      htmx.process(form);
    } else if (said && sent?.path === "move/" && undoable) {
      const back = undoable;
      say(said, button("Undo", () => moveBack(back)));
    } else if (said) say(said);
    else if (!sent?.isOurs && touched.length) say(`Somebody else changed: ${touched.map((input) => labelOf(byId(input.dataset.fresh))).join(", ")}.`);
    else if (!sent?.isOurs && JSON.stringify(bare(before)) !== JSON.stringify(bare(order))) say("Somebody else changed the order.");
  }
  const bare = (said) => [said.highlights, said.sections.map(([pk, entries]) => [pk, entries.map(([entry]) => entry)])];
  const labelOf = (field) => field.labels?.[0]?.textContent.trim() ?? field.name;

  function bring(made) {
    if (byId(made.dataset.new.replace(":", "-"))) return;
    const row = made.content.firstElementChild.cloneNode(true);
    const homes = { entry: ".entries", section: "#sections", highlight: "#highlights" };
    desk.querySelector(homes[kindOf(row)])?.append(row);
    htmx.process(row);
  }

  function arrange(said) {
    const known = idsIn(said);
    const focused = document.activeElement;
    for (const row of all("[data-row]")) {
      if (known.has(row.id)) continue;
      // Who is writing in it is told, and keeps the text.
      const typed = dirty(row);
      if (typed.length) typed.forEach(send);
      else if (!row.querySelector(".gone")) row.remove();
    }
    setInOrder(byId("highlights"), said.highlights.map((pk) => byId(`highlight-${pk}`)));
    setInOrder(byId("sections"), said.sections.map(([pk]) => byId(`section-${pk}`)));
    for (const [pk, entries] of said.sections) {
      const list = desk.querySelector(`.entries[data-section="${pk}"]`);
      if (list) setInOrder(list, entries.map(([entry]) => byId(`entry-${entry}`)));
      for (const [entry, label] of entries) { const shown = byId(`n-entry-${entry}`); if (shown) shown.textContent = label; }
    }
    said.highlights.forEach((pk, place) => { const shown = byId(`n-highlight-${pk}`); if (shown) shown.textContent = place + 1; });
    said.sections.forEach(([pk], place) => { const shown = byId(`n-section-${pk}`); if (shown) shown.lastChild.textContent = place + 1; });
    for (const each of all("[data-go]")) {
      const row = each.closest("[data-row]");
      each.setAttribute("aria-disabled", String(!step(row, each.dataset.go === "up" ? -1 : 1)));
    }
    if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
  }

  // Moves as few rows as it can: what somebody is typing in had better stay.
  function setInOrder(list, rows) {
    let at = list.firstElementChild;
    for (const row of rows.filter(Boolean)) {
      if (row !== at && row === at?.nextElementSibling && row.parentElement === list) {
        const early = at;
        at = row;
        shift(early, { list, before: null });
      }
      if (row === at) at = at.nextElementSibling;
      else shift(row, { list, before: at });
    }
  }

  function replaceLook(id, html) {
    const look = byId(`look-${id}`);
    if (!look) return;
    look.outerHTML = html;
    htmx.process(byId(`look-${id}`));
  }

  // --- Opening and closing rows ------------------------------------------------------------------------------------

  const openRow = (key) => desk.querySelector(`a[data-open="${key}"]`)?.click();
  const opened = () => all(".spot form[data-edits]");

  function close(form) {
    const row = form.closest("[data-row]");
    row.classList.remove("open");
    row.querySelector(".spot").replaceChildren();
    watched.add(row.dataset.row);
    history.replaceState(null, "", location.pathname);
    htmx.trigger("#state", "refresh");
  }
  const watched = new Set();

  desk.addEventListener("click", async (event) => {
    const clicked = event.target.closest("button, a");
    if (!clicked) return;
    if (clicked.dataset.go) {
      event.preventDefault();
      moveStep(clicked.closest("[data-row]"), clicked.dataset.go === "up" ? -1 : 1, clicked);
    } else if (clicked.dataset.choose) {
      event.preventDefault();
      choose(clicked);
    } else if ("done" in clicked.dataset) {
      event.preventDefault();
      const form = clicked.closest("form");
      const row = form.closest("[data-row]");
      if (await flush(form)) { close(form); row.querySelector("a.edit")?.focus(); }
      else say("Something here is not saved yet.");
    } else if ("cancel" in clicked.dataset) {
      event.preventDefault();
      const place = clicked.closest(".place");
      place.replaceChildren();
      place.closest("[data-row]").querySelector(".acts a.quiet")?.focus();
    } else if ("dismiss" in clicked.dataset) clicked.closest("li").remove();
    else if (clicked.dataset.mark) mark(clicked);
  });

  // Plain forms save a row as a whole; with the script its fields have been sent one by one.
  desk.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.id.startsWith("f-") && !event.submitter?.formAction.includes("/figure/")) {
      event.preventDefault();
      flush(form);
    }
  });

  // --- htmx ----------------------------------------------------------------------------------------------------------

  const isState = (target) => target?.id === "state";

  document.body.addEventListener("htmx:confirm", (event) => {
    const { elt } = event.detail;
    // Before another row is opened, and before a row is removed, what is typed is saved.
    if (!(elt.dataset?.open || elt.id === "removals" || elt.closest?.(".figure"))) return;
    event.preventDefault();
    flush(desk).then(() => event.detail.issueRequest(true));
  });
  document.body.addEventListener("htmx:configRequest", (event) => {
    const { parameters, target, elt } = event.detail;
    if (!isState(target)) return;
    parameters.known = all("[data-row]").map((row) => row.dataset.row).join(",");
    parameters.open = opened().map((form) => form.dataset.edits).join(",");
    parameters.watch = [...watched, ...all("[data-pending]").map((badge) => badge.closest("[data-row]").dataset.row)].join(",");
    if (elt.id === "state") parameters.wait = elt.dataset.wait ?? "";
    watched.clear();
  });
  document.body.addEventListener("htmx:beforeRequest", ({ detail }) => {
    const isOurs = detail.elt.id !== "state";
    const path = new URL(detail.requestConfig.path, location).pathname.slice(address.length);
    sentWith.set(detail.xhr, { saves, isOurs, from: detail.elt.id, path });
  });
  let last = null;
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    last = xhr;
    // A page to log in is no piece of ours.
    if (xhr.status === 200 && !new URL(xhr.responseURL).pathname.includes("/login/")) found();
    else if (xhr.status === 200) { event.detail.shouldSwap = false; lose("login"); }
  });
  document.body.addEventListener("htmx:load", ({ detail }) => {
    if (isState(detail.elt)) changed(detail.elt, last);
    const form = detail.elt.matches?.("form[data-edits]") ? detail.elt : null;
    if (form?.closest(".spot")) shown(form);
    all('[id$="-topics"][data-save]', detail.elt.parentElement ?? desk).forEach(tokens);
  });
  for (const failure of ["htmx:sendError", "htmx:timeout"]) document.body.addEventListener(failure, () => { arrange(order); lose("away"); });
  document.body.addEventListener("htmx:responseError", ({ detail }) => { arrange(order); lose(reasonOf(detail.xhr)); });
  document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
    // What another part of the desk beside the sheet does may concern the issue.
    if (detail.successful && detail.elt.closest?.(".inbox") && detail.requestConfig.verb === "post") htmx.trigger("#state", "refresh");
  });

  function shown(form) {
    for (const other of opened()) if (other !== form && !dirty(other).length) close(other);
    const row = form.closest("[data-row]");
    row.classList.add("open");
    history.replaceState(null, "", `?open=${row.dataset.row}#${row.id}`);
    row.scrollIntoView({ block: "nearest" });
    form.querySelector("textarea, input:not([type=hidden])")?.focus({ preventScroll: true });
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden) htmx.trigger("#state", "refresh"); });
  setInterval(() => { if (!document.hidden && !drag && !lifted) htmx.trigger("#state", "refresh"); }, 20000);

  // --- Pasting and dropping ------------------------------------------------------------------------------------------

  const ADDRESS = /https?:\/\/|www\.|\barxiv\b|\bdoi\b|\b10\.\d{4,}\/|\b\d{4}\.\d{4,5}\b/i;
  const pictureIn = (files) => [...(files ?? [])].find((file) => file.type.startsWith("image/"));

  document.addEventListener("paste", (event) => {
    const picture = pictureIn(event.clipboardData.files);
    const zone = picture && (event.target.closest?.("[data-edits]") ?? opened()[0])?.querySelector("[data-drop]");
    if (zone) { event.preventDefault(); give(zone, picture); return; }
    const text = event.clipboardData.getData("text");
    const isField = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.target.id === "paste") { setTimeout(() => { if (ADDRESS.test(byId("paste").value)) byId("add").requestSubmit(); }); return; }
    if (isField || !ADDRESS.test(text)) return;
    event.preventDefault();
    ask("add/", { text, section: byId("into").value }, "#moves");
  });

  function give(zone, picture) {
    const input = byId(zone.dataset.drop);
    const files = new DataTransfer();
    files.items.add(picture);
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    say("The picture is being taken.");
  }
  for (const kind of ["dragover", "dragleave", "drop"]) {
    desk.addEventListener(kind, (event) => {
      const zone = event.target.closest?.("[data-edits]")?.querySelector("[data-drop]");
      if (!zone || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      zone.classList.toggle("over", kind === "dragover");
      const picture = kind === "drop" && pictureIn(event.dataTransfer.files);
      if (picture) give(zone, picture);
    });
  }

  // --- Writing Markdown ----------------------------------------------------------------------------------------------

  function mark(clicked) {
    const field = byId(clicked.closest("[data-for]").dataset.for);
    const { mark: sign } = clicked.dataset;
    const [before, after] = sign.startsWith("[") ? ["[", sign.slice(1)] : [sign, sign];
    wrap(field, before, after);
  }

  function wrap(field, before, after, otherwise = "") {
    const { selectionStart: start, selectionEnd: end } = field;
    const words = field.value.slice(start, end) || otherwise;
    field.setRangeText(before + words + after, start, end, "end");
    field.setSelectionRange(start + before.length, start + before.length + words.length);
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  desk.addEventListener("change", ({ target }) => {
    const chosen = target.closest(".picker select")?.selectedOptions[0];
    if (!chosen?.dataset.public) return;
    const title = byId(`title-${chosen.value.replace(":", "-")}`)?.textContent.trim().replace(/([\\[\]`*_<>])/g, "\\$1");
    wrap(byId(target.closest("[data-for]").dataset.for), "[", `](entry:${chosen.dataset.public})`, title || "this");
    target.value = "";
  });

  // --- Topics as tokens ------------------------------------------------------------------------------------------------

  function tokens(field) {
    if (field.dataset.tokens) return;
    field.dataset.tokens = "on";
    const list = Object.assign(document.createElement("ul"), { className: "toks" });
    const input = Object.assign(document.createElement("input"), { id: `${field.id}-new`, autocomplete: "off", placeholder: "Add; Enter keeps it" });
    const offers = Object.assign(document.createElement("ul"), { className: "offers", id: `${field.id}-offers`, hidden: true });
    const attributes = { role: "combobox", "aria-expanded": "false", "aria-controls": offers.id, "aria-autocomplete": "list" };
    Object.entries(attributes).forEach(([name, value]) => input.setAttribute(name, value));
    offers.setAttribute("role", "listbox");
    offers.setAttribute("aria-label", "Topics");
    field.hidden = true;
    field.after(list, offers);
    const label = field.labels?.[0];
    if (label) label.htmlFor = input.id;
    let chosen = -1, asked = 0;

    const names = () => field.value.split(/[,、，\n]/).map((name) => name.trim()).filter(Boolean);
    function keep(values) {
      field.value = values.join(", ");
      draw();
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    function add(name) {
      offer([]);
      input.value = "";
      if (name && !names().some((other) => other.toLowerCase() === name.toLowerCase())) keep([...names(), name]);
      input.focus();
    }
    function draw() {
      const items = names().map((name) => {
        const item = document.createElement("li");
        const remove = button("", () => { keep(names().filter((other) => other !== name)); input.focus(); });
        remove.className = "ic";
        remove.setAttribute("aria-label", `Remove ${name}`);
        remove.innerHTML = '<svg class="i" width="14" height="14" aria-hidden="true"><use href="#i-gone"/></svg>';
        item.append(name, remove);
        return item;
      });
      const last = Object.assign(document.createElement("li"), { className: "new" });
      last.append(input);
      list.replaceChildren(...items, last);
    }
    function offer(found) {
      chosen = -1;
      offers.replaceChildren(...found.map((name, place) => {
        const item = Object.assign(document.createElement("li"), { id: `${offers.id}-${place}`, textContent: name });
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.addEventListener("pointerdown", (event) => { event.preventDefault(); add(name); });
        return item;
      }));
      offers.hidden = !found.length;
      input.setAttribute("aria-expanded", String(Boolean(found.length)));
      input.removeAttribute("aria-activedescendant");
    }
    function select(place) {
      const items = [...offers.children];
      chosen = (place + items.length) % items.length;
      items.forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
      input.setAttribute("aria-activedescendant", items[chosen].id);
      items[chosen].scrollIntoView({ block: "nearest" });
    }
    input.addEventListener("input", async () => {
      const mine = asked += 1;
      await new Promise((done) => { setTimeout(done, 150); });
      if (mine !== asked) return;
      if (/[,、，]$/.test(input.value)) { add(input.value.slice(0, -1).trim()); return; }
      const answer = input.value.trim() && await fetch(`${address}topics/?q=${encodeURIComponent(input.value)}`, { redirect: "manual" }).catch(() => null);
      if (mine === asked) offer(answer?.ok ? (await answer.json()).names : []);
    });
    input.addEventListener("keydown", (event) => {
      const isOpen = !offers.hidden;
      // While an input method composes, Enter is its own.
      if (event.isComposing) return;
      if (event.key === "Enter") { event.preventDefault(); asked += 1; add(chosen >= 0 ? offers.children[chosen].textContent : input.value.trim()); }
      else if (isOpen && event.key === "ArrowDown") { event.preventDefault(); select(chosen + 1); }
      else if (isOpen && event.key === "ArrowUp") { event.preventDefault(); select(chosen < 0 ? -1 : chosen - 1); }
      else if (isOpen && event.key === "Escape") { event.preventDefault(); offer([]); }
      else if (event.key === "Backspace" && !input.value && names().length) keep(names().slice(0, -1));
    });
    input.addEventListener("blur", () => { asked += 1; if (input.value.trim()) { const name = input.value.trim(); input.value = ""; offer([]); if (!names().includes(name)) keep([...names(), name]); } else offer([]); });
    field.addEventListener("put", draw);
    draw();
  }
  all('[id$="-topics"][data-save]').forEach(tokens);
  const form = opened()[0];
  if (form) form.closest("[data-row]").classList.add("open");
  all("[data-error]").forEach((each) => each.focus());
});
