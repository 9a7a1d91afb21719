// The inbox by keyboard, and without loading the page anew. Without this script everything works by forms and links.
"use strict";
{
  const root = () => document.querySelector("[data-inbox]");
  const KEYS_OFF = "akira-inbox-keys-off";
  const remembered = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const remember = (name, value) => { try { localStorage.setItem(name, value); } catch { /* Not kept; it works until the page is left. */ } };
  const say = (text) => { const place = document.getElementById("inbox-said"); if (place) { place.textContent = text; } };

  // --- Moving from candidate to candidate ---------------------------------------------------------------------------

  const candidates = () => [...root().querySelectorAll("[data-candidate]")];
  const current = () => document.activeElement && document.activeElement.closest("[data-candidate], [data-done]");

  function go(step) {
    const all = [...root().querySelectorAll("[data-candidate], [data-done]")];
    const open = candidates();
    const here = all.indexOf(current());
    let target;
    if (here < 0) {
      target = step > 0 ? open[0] : open[open.length - 1];
    } else {
      const rest = step > 0 ? all.slice(here + 1) : all.slice(0, here).reverse();
      target = rest.find((row) => row.matches("[data-candidate]"));
    }
    if (target) { target.focus(); target.scrollIntoView({ block: "nearest" }); }
  }

  // --- Single keys --------------------------------------------------------------------------------------------------

  const isField = (element) => element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

  function press(row, key) {
    const button = row && row.querySelector(`[data-key="${key}"]`);
    if (button) { button.click(); }
    return Boolean(button);
  }

  function place(row) {
    const section = root().querySelector("[data-section]");
    if (!row || !section) { return; }
    if (section.value) { press(row, "p"); return; }
    section.dataset.of = row.id;
    section.focus();
  }

  const actions = {
    j: () => go(1), ArrowDown: () => go(1), k: () => go(-1), ArrowUp: () => go(-1),
    e: (row) => press(row, "e"), x: (row) => press(row, "x"), s: (row) => press(row, "s"),
    u: (row) => {
      const last = decided && document.getElementById(decided);
      if ((last && last.matches("[data-done]") && press(last, "u")) || press(row, "u")) { return; }
      const undo = root().querySelector("[data-undo] button");
      if (undo) { undo.click(); }
    },
    p: (row) => place(row),
    n: (row) => {
      const note = row && row.querySelector("[data-note]");
      if (note) { note.open = true; note.querySelector("textarea").focus(); }
    },
    m: (row) => { const box = row && row.querySelector("[data-pick]"); if (box) { box.click(); } },
    o: (row) => { if (row && row.dataset.address) { open(row.dataset.address, "_blank", "noopener,noreferrer"); } },
    "/": () => { const find = root().querySelector("[data-find]"); if (find) { find.focus(); find.select(); } },
    "?": () => { const help = root().querySelector("[data-help]"); if (help) { help.open = !help.open; help.querySelector("summary").focus(); } },
  };

  document.addEventListener("keydown", (event) => {
    const element = event.target;
    if (!root() || event.defaultPrevented || event.isComposing) { return; }
    if (element.matches("[data-note] textarea")) { inNote(event, element); return; }
    if (element.matches("[data-section]") && event.key === "Enter" && element.dataset.of) { placeChosen(event, element); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || isField(element) || remembered(KEYS_OFF)) { return; }
    // In a pane beside an issue, keys belong to the issue unless the inbox has the focus.
    if (root().matches(".beside") && !root().contains(element)) { return; }
    // Arrows scroll the page, unless a candidate has the focus.
    if (event.key.startsWith("Arrow") && !element.matches("[data-candidate], [data-done]")) { return; }
    const action = actions[event.key];
    if (action) { event.preventDefault(); action(current()); }
  });

  function inNote(event, text) {
    const row = text.closest("[data-candidate]");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      row.querySelector("[data-save]").click();
    } else if (event.key === "Escape") {
      event.preventDefault();
      row.focus();
    }
  }

  function placeChosen(event, section) {
    event.preventDefault();
    const row = document.getElementById(section.dataset.of);
    delete section.dataset.of;
    if (row) { row.focus(); press(row, "p"); }
  }

  // --- Answers ------------------------------------------------------------------------------------------------------

  // Where the focus was in a row that is replaced, it goes to the same row, or on to the next that is still to decide.
  let focused = null;
  // The candidate about which was decided last, so that it can be undone from anywhere.
  let decided = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const row = event.detail.target;
    if (new URL(event.detail.xhr.responseURL).pathname.includes("/login/")) {
      event.detail.shouldSwap = false;
      // Beside an issue somebody may be writing; the composer says that the login is over.
      if (!document.querySelector("#composer")) { location.reload(); }
      return;
    }
    if (!row.matches("[data-candidate], [data-done]")) { return; }
    const isUndo = event.detail.requestConfig.elt.matches("[data-key=u]");
    focused = isUndo || row.contains(document.activeElement) ? row.id : null;
    decided = row.id;
  });
  // At once, not when it has settled: by then somebody may be writing in the row already.
  document.addEventListener("htmx:afterSwap", () => {
    const row = focused && document.getElementById(focused);
    focused = null;
    if (!row) { return; }
    row.focus();
    if (row.matches("[data-done]")) { go(1); }
  });

  // A row in which somebody is at work is not replaced by what was read meanwhile.
  document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const row = event.detail.target;
    if (row.matches("[data-candidate]") && (row.contains(document.activeElement) || row.querySelector("details[open]"))) {
      event.detail.shouldSwap = false;
    }
  });

  document.addEventListener("htmx:sendError", () => say("The connection is lost. Nothing was changed; try again."));
  document.addEventListener("htmx:responseError", (event) => {
    say(event.detail.xhr.status === 403 ? "You may not do that." : "That went wrong. Nothing was changed; load the page anew.");
  });

  // --- What only makes sense with a script --------------------------------------------------------------------------

  function prepare() {
    if (!root()) { return; }
    const all = root().querySelector("[data-all]");
    if (all) {
      all.hidden = false;
      all.querySelector("input").addEventListener("change", (event) => {
        root().querySelectorAll("[data-pick]").forEach((box) => { box.checked = event.target.checked; });
      });
    }
    const keys = root().querySelector("[data-switch]");
    if (keys) {
      keys.hidden = false;
      const box = keys.querySelector("input");
      box.checked = !remembered(KEYS_OFF);
      box.addEventListener("change", () => remember(KEYS_OFF, box.checked ? "" : "1"));
    }
  }
  prepare();

  document.querySelectorAll("[data-close]").forEach((button) => {
    button.hidden = !window.opener && window.history.length > 2;
    button.addEventListener("click", () => window.close());
  });
}
