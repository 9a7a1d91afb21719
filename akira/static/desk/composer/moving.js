// Moving entries, sections and highlights: by dragging, by keys, by buttons; every way ends in the same request.
"use strict";

composer.parts.push(() => {
  const { desk, byId, all, say, button } = composer;
  const kindOf = composer.kindOf = (row) => row.dataset.row.split(":")[0];
  const rowsIn = (list) => [...list.children].filter((child) => child.dataset?.row);
  const listOf = (section) => desk.querySelector(`.entries[data-section="${section}"]`);

  // --- Places

  // Where a row stands, as requests name it: entry:12:3:1 is the first place of section 3.
  function placeOf(row) {
    const list = row.parentElement;
    return `${row.dataset.row}:${list.dataset.section ?? ""}:${rowsIn(list).indexOf(row) + 1}`;
  }

  // One step up or down, for an entry also into the next section; null at the ends.
  const step = composer.step = (row, direction) => {
    const here = rowsIn(row.parentElement);
    const next = here[here.indexOf(row) + direction];
    if (next) return { list: row.parentElement, before: direction < 0 ? next : next.nextElementSibling };
    const lists = all(".entries");
    const list = kindOf(row) === "entry" ? lists[lists.indexOf(row.parentElement) + direction] : null;
    return list ? { list, before: direction < 0 ? null : list.firstElementChild } : null;
  };

  const shift = composer.shift = (row, { list, before }) => {
    // The newer way keeps the focus, and a text that is being typed.
    if (list.moveBefore && row.isConnected) list.moveBefore(row, before);
    else list.insertBefore(row, before);
  };

  const number = (row) => byId(`n-${row.id}`)?.textContent.replace(/^\D+/, "").trim() ?? "";
  const nameOf = (row) => ({ entry: "", section: "Section ", highlight: "Highlight " })[kindOf(row)] + number(row);

  function whereabouts(row) {
    const rows = rowsIn(row.parentElement);
    const section = kindOf(row) === "entry" && row.closest("section");
    const title = section && (section.querySelector(".h input")?.value ?? section.querySelector(".h").textContent);
    return `${rows.indexOf(row) + 1} of ${rows.length}${section ? ` in section ${number(section)}` : ""}${title ? `, ${title}` : ""}`;
  }

  // --- The request

  let queue = Promise.resolve();
  composer.waiting = 0;

  // One after the other, so that none is dropped and the last answer tells how it stands.
  const ask = composer.ask = (path, values) => {
    composer.waiting += 1;
    const post = () => htmx.ajax("POST", composer.address + path, { source: "#moves", target: "#state", swap: "innerHTML", values });
    queue = queue.then(post).catch(() => {}).finally(() => { composer.waiting -= 1; composer.arrange(); });
    return queue;
  };

  function send(row, from) {
    const to = placeOf(row);
    if (to === from) return;
    composer.wayBack = () => button("Undo", () => moveBack(row.id, from));
    ask("move/", { move: to, seen: from.split(":")[2] });
  }

  function moveBack(id, from) {
    const [, , section, position] = from.split(":");
    const row = byId(id);
    const list = section ? listOf(section) : row?.parentElement;
    if (!row || !list) { say("There is no way back: the place is gone."); return; }
    const now = placeOf(row);
    shift(row, { list, before: rowsIn(list).filter((other) => other !== row)[position - 1] ?? null });
    send(row, now);
  }

  // --- By buttons

  composer.moveStep = (clicked) => {
    const row = clicked.closest("[data-row]");
    const direction = clicked.dataset.go === "up" ? -1 : 1;
    const from = placeOf(row);
    const to = step(row, direction);
    if (!to) { say(direction < 0 ? "It is the first already." : "It is the last already."); return; }
    shift(row, to);
    clicked.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    send(row, from);
  };

  // --- By keys

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
    if (isKept && placeOf(row) !== from) { send(row, from); return; }
    if (!isKept) shift(row, { list, before: next });
    grip.focus({ preventScroll: true });
    say(`${nameOf(row)} stays where it was.`);
  }

  function carry(row, grip, direction) {
    const to = step(row, direction);
    if (to) shift(row, to);
    grip.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    say(to ? `Now ${whereabouts(row)}.` : "There is nothing beyond.");
  }

  desk.addEventListener("keydown", (event) => {
    const grip = event.target.closest?.(".grip");
    if (!grip) return;
    const direction = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === " " || event.key === "Enter") {
      if (lifted) putDown(true); else lift(grip.closest("[data-row]"), grip);
    } else if (lifted && direction) carry(lifted.row, grip, direction);
    else if (lifted && event.key === "Escape") putDown(false);
    else return;
    event.preventDefault();
  });
  desk.addEventListener("focusout", ({ target }) => {
    // Moving an element may take the focus away for a moment.
    if (lifted?.grip === target) setTimeout(() => { if (lifted && document.activeElement !== lifted.grip) putDown(false); });
  });

  // --- By pointer: mouse, finger or pen

  let drag = null;
  const LISTS = { entry: ".entries", section: "#sections", highlight: "#highlights" };

  desk.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".grip");
    if (!grip || event.button) return;
    event.preventDefault();
    grip.focus({ preventScroll: true });
    drag = { row: grip.closest("[data-row]"), x: event.clientX, y: event.clientY, from: [event.clientX, event.clientY], id: event.pointerId };
  });

  function begin() {
    const { row } = drag;
    const mark = document.createElement(kindOf(row) === "section" ? "div" : "li");
    drag.mark = Object.assign(mark, { className: "drop", textContent: `${nameOf(row)} goes here` });
    row.classList.add("dragged");
    desk.classList.add("moving");
    // Sections are long: while one is dragged, only their headings are shown.
    desk.classList.toggle("arranging", kindOf(row) === "section");
    say(`${nameOf(row)} lifted.`);
    requestAnimationFrame(follow);
  }

  // Puts the mark where the row would go, and scrolls while the pointer is near an edge.
  function follow() {
    if (!drag?.mark) return;
    const { y, mark } = drag;
    window.scrollBy(0, y < 80 ? -12 : y > window.innerHeight - 60 ? 12 : 0);
    const to = under();
    if (to && to.before !== mark && to.before !== mark.nextElementSibling) to.list.insertBefore(mark, to.before);
    requestAnimationFrame(follow);
  }

  function under() {
    const kind = kindOf(drag.row);
    const element = document.elementFromPoint(drag.x, drag.y);
    if (!element || element === drag.mark) return null;
    const row = element.closest(`${LISTS[kind]} > [data-row]`);
    if (row) {
      const box = row.getBoundingClientRect();
      return { list: row.parentElement, before: drag.y < box.top + box.height / 2 ? row : row.nextElementSibling };
    }
    const list = kind === "entry" ? element.closest("section[data-row]")?.querySelector(".entries") : null;
    return list ? { list, before: drag.y < list.getBoundingClientRect().top ? list.firstElementChild : null } : null;
  }

  function end(isKept) {
    const { row, mark } = drag;
    drag = null;
    row.classList.remove("dragged");
    desk.classList.remove("moving", "arranging");
    if (!mark) return;
    const from = placeOf(row);
    if (isKept && mark.isConnected) shift(row, { list: mark.parentElement, before: mark });
    mark.remove();
    if (placeOf(row) === from) say(`${nameOf(row)} stays where it was.`);
    else send(row, from);
  }

  document.addEventListener("pointermove", (event) => {
    if (event.pointerId !== drag?.id) return;
    [drag.x, drag.y] = [event.clientX, event.clientY];
    if (!drag.mark && Math.hypot(drag.x - drag.from[0], drag.y - drag.from[1]) > 5) begin();
  });
  document.addEventListener("pointerup", (event) => { if (event.pointerId === drag?.id) end(true); });
  document.addEventListener("pointercancel", (event) => { if (event.pointerId === drag?.id) end(false); });
  document.addEventListener("keydown", (event) => { if (drag && event.key === "Escape") end(false); });
  composer.isMoving = () => Boolean(drag || lifted);
});
