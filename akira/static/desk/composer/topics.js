// Topics as tokens, completed while one types. The field beneath keeps them as a list with commas, as plain forms do.
"use strict";

composer.parts.push(() => {
  const make = (name, values) => Object.assign(document.createElement(name), values);

  composer.tokens = (field) => {
    if (field.hidden) return;
    const list = make("ul", { className: "toks" });
    const input = make("input", { id: `${field.id}-new`, autocomplete: "off", placeholder: "Add; Enter keeps it" });
    const offers = make("ul", { className: "offers", id: `${field.id}-offers`, hidden: true });
    const roles = { role: "combobox", "aria-expanded": "false", "aria-controls": offers.id, "aria-autocomplete": "list" };
    Object.entries(roles).forEach(([name, value]) => input.setAttribute(name, value));
    offers.setAttribute("role", "listbox");
    offers.setAttribute("aria-label", "Topics");
    if (field.labels[0]) field.labels[0].htmlFor = input.id;
    field.hidden = true;
    field.after(list, offers);
    let chosen = -1, asked = 0;

    const names = () => field.value.split(/[,、，\n]/).map((name) => name.trim()).filter(Boolean);
    const has = (name) => names().some((other) => other.toLowerCase() === name.toLowerCase());

    function keep(values) {
      field.value = values.join(", ");
      draw();
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function add(name) {
      asked += 1;
      input.value = "";
      offer([]);
      if (name && !has(name)) keep([...names(), name]);
    }

    function token(name) {
      const remove = composer.button("", () => { keep(names().filter((other) => other !== name)); input.focus(); });
      remove.className = "ic";
      remove.setAttribute("aria-label", `Remove ${name}`);
      remove.innerHTML = '<svg class="i" width="14" height="14" aria-hidden="true"><use href="#i-gone"/></svg>';
      const item = make("li", {});
      item.append(name, remove);
      return item;
    }

    function draw() {
      const isFocused = document.activeElement === input;
      const last = make("li", { className: "new" });
      last.append(input);
      list.replaceChildren(...names().map(token), last);
      if (isFocused) input.focus();
    }

    function offer(found) {
      chosen = -1;
      offers.replaceChildren(...found.map((name, place) => {
        const item = make("li", { id: `${offers.id}-${place}`, textContent: name });
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

    input.addEventListener("input", async ({ isComposing }) => {
      const turn = asked += 1;
      if (!isComposing && /[,、，]$/.test(input.value)) { add(input.value.slice(0, -1).trim()); return; }
      await new Promise((go) => { setTimeout(go, 150); });
      const begun = input.value.trim();
      if (turn !== asked) return;
      const answer = begun && await fetch(`${composer.address}topics/?q=${encodeURIComponent(begun)}`, { redirect: "manual" }).catch(() => null);
      const found = answer?.ok ? (await answer.json()).names : [];
      if (turn === asked) offer(found.filter((name) => !has(name)));
    });
    input.addEventListener("keydown", (event) => {
      // While an input method composes, its keys are its own.
      if (event.isComposing) return;
      const isOpen = !offers.hidden;
      if (event.key === "Enter") add(chosen >= 0 ? offers.children[chosen].textContent : input.value.trim());
      else if (isOpen && event.key === "ArrowDown") select(chosen + 1);
      else if (isOpen && event.key === "ArrowUp") select(Math.max(chosen, 0) - 1);
      else if (isOpen && event.key === "Escape") offer([]);
      else if (event.key === "Backspace" && !input.value && names().length) keep(names().slice(0, -1));
      else return;
      event.preventDefault();
    });
    input.addEventListener("blur", () => add(input.value.trim()));
    field.addEventListener("put", draw);
    draw();
  };
  composer.all('input[data-save][id$="-topics"]').forEach(composer.tokens);
});
