// What the preflight finds is asked anew a moment after something was saved, never while somebody waits for it. A finding
// leads to the field that it is about.
"use strict";

composer.parts.push(() => {
  const { desk, byId } = composer;
  const pane = byId("checks");
  const address = byId("findings").getAttribute("hx-get");
  const PAUSE = 700;
  let timer, isAsked = false, isStale = false;

  // Who is writing a reason, or about to press a button by keyboard, keeps what is there.
  const isInUse = () => pane.querySelector("details.waiving[open]") || byId("findings").contains(document.activeElement);

  const soon = (pause = PAUSE) => { clearTimeout(timer); timer = setTimeout(ask, pause); };

  function ask() {
    isStale = isAsked || Boolean(isInUse());
    if (isStale) return;
    isAsked = true;
    htmx.ajax("GET", address, { source: byId("findings"), target: "#findings", swap: "outerHTML" })
      .catch(() => { isStale = true; })
      .finally(() => { isAsked = false; if (isStale) soon(3 * PAUSE); });
  }

  desk.addEventListener("issue:changed", () => soon());
  // Once nobody uses the pane any more, it may show what is true by now.
  const leave = () => { if (isStale) soon(); };
  pane.addEventListener("focusout", leave);
  pane.addEventListener("toggle", leave, true);

  const words = (counts) => ["error", "warning", "notice"].map((word, at) => `${counts[at]} ${word}${counts[at] === 1 ? "" : "s"}`).join(", ");
  let told = "";
  document.body.addEventListener("htmx:load", ({ detail: { elt } }) => {
    if (elt.id !== "findings" || !elt.dataset.counts) return;
    const counts = elt.dataset.counts.split(" ").map(Number);
    const badge = byId("checks-tab").querySelector(".badge");
    const [errors, warnings] = counts;
    badge.hidden = !(errors || warnings);
    badge.className = `badge ${errors ? "e" : "w"}`;
    badge.textContent = errors || warnings;
    if (told && told !== elt.dataset.counts) byId("checks-said").textContent = words(counts);
    told = elt.dataset.counts;
  });

  // --- From a finding to its field

  const isOpen = (row) => Boolean(byId(row)?.querySelector(".spot form[data-edits]"));

  function focus(id) {
    const field = byId(id);
    if (!field) return false;
    field.closest("details:not([open])")?.setAttribute("open", "");
    field.focus();
    field.scrollIntoView({ block: "center" });
    return document.activeElement === field;
  }

  // A row that is being opened has its fields in a moment.
  function focusWhenThere(row, id) {
    const opening = new MutationObserver(() => {
      if (!isOpen(row)) return;
      opening.disconnect();
      setTimeout(() => focus(id));
    });
    opening.observe(byId(row), { childList: true, subtree: true });
    setTimeout(() => opening.disconnect(), 10000);
  }

  pane.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-jump]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { jump, field } = link.dataset;
    const row = jump.replace(":", "-");
    const opener = jump && desk.querySelector(`a[data-open="${jump}"]`);
    if (pane.matches(":target")) location.hash = "work";
    if (jump && !isOpen(row) && opener) {
      event.preventDefault();
      focusWhenThere(row, field);
      opener.click();
    } else if (focus(field) || (byId(row) && !jump)) event.preventDefault();
  });
});
