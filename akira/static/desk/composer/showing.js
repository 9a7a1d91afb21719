// What the server says has changed is put where it belongs; rows are opened and closed. Pieces are fetched by htmx.
"use strict";

composer.parts.push(() => {
  const { desk, byId, all, say, dirty, flush, kindOf, step, shift, labelOf } = composer;
  let order = JSON.parse(byId("state").firstElementChild.dataset.order);
  // Asks what has changed.
  const look = composer.look = () => htmx.trigger(byId("state").firstElementChild, "refresh");

  // --- The order

  const known = (said) => new Set([
    ...said.highlights.map((pk) => `highlight-${pk}`),
    ...said.sections.flatMap(([pk, entries]) => [`section-${pk}`, ...entries.map(([entry]) => `entry-${entry}`)]),
  ]);
  const keysOnly = (said) => JSON.stringify([said.highlights, said.sections.map(([pk, entries]) => [pk, entries.map(([entry]) => entry)])]);

  const arrange = composer.arrange = () => {
    if (composer.waiting || composer.isMoving()) return;
    const focused = document.activeElement;
    const ids = known(order);
    all("[data-row]").filter((row) => !ids.has(row.id)).forEach(drop);
    setInOrder(byId("highlights"), order.highlights.map((pk) => `highlight-${pk}`));
    setInOrder(byId("sections"), order.sections.map(([pk]) => `section-${pk}`));
    for (const [pk, entries] of order.sections) {
      const list = desk.querySelector(`.entries[data-section="${pk}"]`);
      if (list) setInOrder(list, entries.map(([entry]) => `entry-${entry}`));
    }
    renumber();
    if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
  };

  // Somebody removed the row. Who is writing in it is told, and keeps the text.
  function drop(row) {
    const typed = dirty(row);
    if (typed.length) typed.forEach(composer.send);
    else if (!row.querySelector(".gone")) row.remove();
  }

  // Moves as few rows as it can: one in which somebody is typing had better stay.
  function setInOrder(list, ids) {
    let at = list.firstElementChild;
    for (const row of ids.map(byId).filter(Boolean)) {
      if (row !== at && row === at?.nextElementSibling) {
        const early = at;
        at = row;
        shift(early, { list, before: null });
      }
      if (row === at) at = at.nextElementSibling;
      else shift(row, { list, before: at });
    }
  }

  function renumber() {
    const show = (id, words) => { const shown = byId(`n-${id}`)?.lastChild; if (shown) shown.textContent = words; };
    order.highlights.forEach((pk, place) => show(`highlight-${pk}`, place + 1));
    order.sections.forEach(([pk, entries], place) => {
      show(`section-${pk}`, place + 1);
      entries.forEach(([entry, label]) => show(`entry-${entry}`, label));
    });
    for (const each of all("[data-go]")) {
      const isPossible = step(each.closest("[data-row]"), each.dataset.go === "up" ? -1 : 1);
      each.setAttribute("aria-disabled", String(!isPossible));
    }
  }

  // --- What has changed

  let latest = 0;

  function changed(state, sent) {
    const before = order;
    const { said, problem, open, added } = state.dataset;
    // Of two answers that cross, the one to the later question tells how it stands.
    if ((sent?.turn ?? 0) >= latest) {
      latest = sent?.turn ?? 0;
      order = JSON.parse(state.dataset.order);
    }
    all("template[data-new]", state).forEach(bring);
    arrange();
    all("template[data-look]", state).forEach((look) => composer.replaceLook(look.dataset.look, look.innerHTML));
    // What was said before a save began or ended may be older than the field.
    const isFresh = sent?.saves === composer.saves;
    const news = isFresh ? all("[data-fresh]", state).filter((input) => composer.refresh(input.dataset.fresh, input.value)) : [];
    byId("people").hidden = !state.dataset.people;
    byId("people").querySelector("b").textContent = state.dataset.people;
    take(state, "[data-notices]", (piece) => byId("notices").append(piece), byId("notices"));
    if (byId("into")) take(state, "[data-into]", fill, byId("into"));
    take(state, "[data-removed]", (piece) => byId("removed").replaceChildren(piece), byId("removed"));
    byId("problem").hidden = !problem;
    byId("problem").textContent = problem;
    if (problem) byId("problem").scrollIntoView({ block: "nearest" });
    announce(said, before, news, state.querySelector("[data-undo]"), sent);
    const looks = state.querySelector('template[data-look]:not([data-look="particulars"])');
    if (said || news.length || looks || keysOnly(before) !== keysOnly(order)) composer.changed();
    if (sent?.from === "add" && !problem) byId("paste").value = "";
    if (open) desk.querySelector(`a[data-open="${open}"]`)?.click();
    else if (sent?.path !== "move/") byId(added.split(",")[0].replace(":", "-"))?.scrollIntoView({ block: "nearest" });
    state.replaceChildren();
  }

  function take(state, selector, put, home) {
    const piece = state.querySelector(selector);
    if (!piece) return;
    put(piece.content.cloneNode(true));
    htmx.process(home);
  }

  // The sections into which can be pasted.
  function fill(options) {
    const chosen = byId("into").value;
    byId("into").replaceChildren(options);
    byId("into").value = chosen;
    if (byId("into").selectedIndex < 0) byId("into").value = "";
  }

  function announce(said, before, news, undo, sent) {
    if (said && undo) {
      const form = undo.content.firstElementChild.cloneNode(true);
      say(said, form);
      htmx.process(form);
    } else if (said && sent?.path === "move/" && composer.wayBack) say(said, composer.wayBack());
    else if (said) say(said);
    else if (sent?.isOurs) return;
    else if (news.length) say(`New here, not by you: ${news.map((input) => labelOf(byId(input.dataset.fresh))).join(", ")}.`);
    else if (keysOnly(before) !== keysOnly(order)) say("Somebody else changed what stands where.");
  }

  function bring(made) {
    if (byId(made.dataset.new.replace(":", "-"))) return;
    const row = made.content.firstElementChild.cloneNode(true);
    const home = { entry: ".entries", section: "#sections", highlight: "#highlights" }[kindOf(row)];
    desk.querySelector(home)?.append(row);
    htmx.process(row);
  }

  composer.replaceLook = (id, html) => {
    const now = byId(`look-${id}`);
    const fresh = Object.assign(document.createElement("template"), { innerHTML: html }).content.firstElementChild;
    const told = (each) => each.textContent.replace(/\s+/g, " ") + [...each.querySelectorAll("img")].map((image) => image.src);
    // What looks the same stays, with a button on which somebody may just be clicking.
    if (!now || told(now) === told(fresh)) return;
    now.replaceWith(fresh);
    htmx.process(fresh);
  };

  // --- Opening and closing rows

  const opened = composer.opened = () => all(".spot form[data-edits]");
  const watched = new Set();

  function close(form) {
    const row = form.closest("[data-row]");
    row.classList.remove("open");
    row.querySelector(".spot").replaceChildren();
    watched.add(row.dataset.row);
    history.replaceState(null, "", location.pathname);
    look();
    return row;
  }

  function isShown(form) {
    for (const other of opened()) if (other !== form && !dirty(other).length) close(other);
    const row = form.closest("[data-row]");
    row.classList.add("open");
    history.replaceState(null, "", `?open=${row.dataset.row}#${row.id}`);
    row.scrollIntoView({ block: "nearest" });
    // One begins with what is still missing.
    const texts = ["title", "summary", "text"].map((name) => form.elements[name]).filter(Boolean);
    (texts.find((text) => !text.value) ?? texts[0]).focus({ preventScroll: true });
  }

  async function done(form) {
    if (await flush(form)) close(form).querySelector("a.edit")?.focus();
    else say("Something here is not saved yet.");
  }

  // Ctrl and Enter end a row and open the next one of its kind: an issue is written without the mouse.
  desk.addEventListener("keydown", async (event) => {
    const form = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest(".spot form[data-edits]");
    if (!form) return;
    event.preventDefault();
    const row = form.closest("[data-row]");
    const alike = all("li[data-row]").filter((other) => kindOf(other) === kindOf(row) && other.querySelector("a.edit"));
    const next = alike[alike.indexOf(row) + 1];
    if (next && await flush(form)) next.querySelector("a.edit").click();
    else done(form);
  });

  const ACTS = {
    go: composer.moveStep,
    choose: composer.choose,
    done: (clicked) => done(clicked.closest("form")),
    mark: (clicked) => composer.mark(clicked),
    dismiss: (clicked) => clicked.closest("li").remove(),
    cancel: (clicked) => {
      const row = clicked.closest("[data-row]");
      row.querySelector(".place").replaceChildren();
      row.querySelector(".acts .to").focus();
    },
  };
  desk.addEventListener("click", (event) => {
    const clicked = event.target.closest("button, a");
    const act = clicked && Object.keys(ACTS).find((name) => name in clicked.dataset);
    if (!act) return;
    event.preventDefault();
    ACTS[act](clicked);
  });

  // A plain form saves a row as a whole; here its fields are sent one by one.
  desk.addEventListener("submit", (event) => {
    if (!event.target.id.startsWith("f-")) return;
    event.preventDefault();
    flush(event.target);
  });

  // --- What htmx is about to ask, and has heard

  const sentWith = new WeakMap();
  const isNews = (element) => Boolean(element?.matches?.("#state > .news"));
  let turn = 0;

  // e12.13_s3 is entries 12 and 13, and section 3: an issue of any size has to fit into an address.
  function short(keys) {
    const groups = {};
    for (const key of keys) (groups[key[0]] ??= new Set()).add(key.split(":")[1]);
    return Object.entries(groups).map(([kind, numbers]) => kind + [...numbers].join(".")).join("_");
  }

  document.body.addEventListener("htmx:confirm", (event) => {
    const { elt } = event.detail;
    // What is typed is saved before another row is opened, before one is removed, and with a figure.
    if (!(elt.dataset?.open || elt.id === "removals" || elt.closest?.(".figure"))) return;
    event.preventDefault();
    const removed = elt.id === "removals" && byId(event.detail.triggeringEvent.submitter.value.replace(":", "-"));
    flush(desk).then(async () => {
      if (!removed || await flush(removed)) event.detail.issueRequest(true);
      else say("Something here is not saved yet.");
    });
  });
  document.body.addEventListener("htmx:configRequest", ({ detail: { parameters, target, elt } }) => {
    if (target?.id !== "state") return;
    parameters.known = short(all("[data-row]").map((row) => row.dataset.row));
    parameters.open = short(opened().map((form) => form.dataset.edits));
    parameters.watch = short([...watched, ...all("[data-pending]").map((badge) => badge.closest("[data-row]").dataset.row)]);
    if (isNews(elt)) parameters.wait = elt.dataset.wait;
    watched.clear();
  });
  document.body.addEventListener("htmx:beforeRequest", ({ detail: { xhr, elt, requestConfig } }) => {
    const path = new URL(requestConfig.path, location).pathname.slice(composer.address.length);
    sentWith.set(xhr, { path, from: elt.id, isOurs: !isNews(elt) || isDoneBeside, saves: composer.saves, turn: turn += 1 });
    if (isNews(elt)) isDoneBeside = false;
  });
  // Whether the person at the page did something beside the sheet, so that what is new was nobody else.
  let isDoneBeside = false;
  let heard = null;
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    heard = event.detail.xhr;
    if (heard.status !== 200) return;
    // A page to log in is no piece of ours.
    if (new URL(heard.responseURL).pathname.includes("/login/")) { event.detail.shouldSwap = false; composer.lose("login"); }
    else composer.found();
  });
  document.body.addEventListener("htmx:load", ({ detail: { elt } }) => {
    if (isNews(elt)) changed(elt, sentWith.get(heard));
    if (elt.matches?.(".spot form[data-edits]")) isShown(elt);
    all('input[data-save][id$="-topics"]', elt).forEach(composer.tokens);
  });
  for (const failure of ["sendError", "timeout"]) document.body.addEventListener(`htmx:${failure}`, () => composer.lose("away"));
  document.body.addEventListener("htmx:responseError", ({ detail }) => composer.lose(composer.reasonOf(detail.xhr)));
  document.body.addEventListener("htmx:afterRequest", ({ detail }) => {
    // What another part of the desk beside the sheet does may concern the issue.
    if (!detail.successful || !detail.elt.closest?.(".inbox, .checks") || detail.requestConfig.verb !== "post") return;
    isDoneBeside = true;
    look();
  });

  const lookNow = () => { if (!document.hidden && !composer.isMoving()) look(); };
  document.addEventListener("visibilitychange", lookNow);
  setInterval(lookNow, 20000);
  opened().forEach((form) => form.closest("[data-row]").classList.add("open"));
});
