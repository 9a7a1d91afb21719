// Writing: addresses and pictures that are pasted or dropped, marks of Markdown, links to entries, letters counted.
"use strict";

composer.parts.push(() => {
  const { desk, byId, say } = composer;

  // --- Pasting and dropping

  const ADDRESS = /https?:\/\/|www\.|\barxiv\b|\bdoi\b|\b10\.\d{4,}\/|\b\d{4}\.\d{4,5}\b/i;
  const pictureIn = (files) => [...(files ?? [])].find((file) => file.type.startsWith("image/"));
  const zoneOf = (element) => (element.closest?.("[data-edits]") ?? composer.opened()[0])?.querySelector("[data-drop]");

  function give(zone, picture) {
    const files = new DataTransfer();
    files.items.add(picture);
    byId(zone.dataset.drop).files = files.files;
    byId(zone.dataset.drop).dispatchEvent(new Event("change", { bubbles: true }));
    say("The picture is being taken.");
  }

  document.addEventListener("paste", (event) => {
    const picture = pictureIn(event.clipboardData.files);
    if (picture && zoneOf(event.target)) {
      event.preventDefault();
      give(zoneOf(event.target), picture);
    } else if (event.target.id === "paste") {
      // One paste is enough where it brings an address.
      setTimeout(() => { if (ADDRESS.test(byId("paste").value)) byId("add").requestSubmit(); });
    } else if (byId("add") && !event.target.closest?.("input, textarea, select, [contenteditable]")) {
      const text = event.clipboardData.getData("text");
      if (!ADDRESS.test(text)) return;
      event.preventDefault();
      // Where the desk can't be reached, the text stays in the field.
      composer.ask("add/", { text, section: byId("into").value }).then(() => {
        if (!byId("lost").hidden) byId("paste").value ||= text;
      });
    }
  });

  for (const kind of ["dragover", "dragleave", "drop"]) {
    desk.addEventListener(kind, (event) => {
      const zone = event.dataTransfer?.types.includes("Files") && zoneOf(event.target);
      if (!zone) return;
      event.preventDefault();
      zone.classList.toggle("over", kind === "dragover");
      const picture = kind === "drop" && pictureIn(event.dataTransfer.files);
      if (picture) give(zone, picture);
    });
  }

  // --- Markdown

  function wrap(field, before, after, otherwise = "") {
    const { selectionStart: start, selectionEnd: end } = field;
    const words = field.value.slice(start, end) || otherwise;
    field.setRangeText(before + words + after, start, end, "end");
    field.setSelectionRange(start + before.length, start + before.length + words.length);
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  composer.mark = (clicked) => {
    const { mark } = clicked.dataset;
    const field = byId(clicked.closest("[data-for]").dataset.for);
    if (mark === "link") wrap(field, "[", "](https://)");
    else wrap(field, mark, mark);
  };

  desk.addEventListener("change", ({ target }) => {
    const chosen = target.closest(".picker select")?.selectedOptions[0];
    if (!chosen?.dataset.public) return;
    const title = byId(`title-${chosen.value.replace(":", "-")}`)?.textContent.trim().replace(/([\\[\]`*_<>])/g, "\\$1");
    wrap(byId(target.closest("[data-for]").dataset.for), "[", `](entry:${chosen.dataset.public})`, title || "this");
    target.value = "";
  });

  // --- How long a post is; counted as the server does

  const isSingle = (code) => code <= 0x10ff || [[0x2000, 0x200d], [0x2010, 0x201f], [0x2032, 0x2037]].some(([first, last]) => code >= first && code <= last);

  desk.addEventListener("input", ({ target }) => {
    const count = target.id && desk.querySelector(`[data-count="${target.id}"]`);
    if (!count) return;
    const length = [...target.value.normalize("NFC")].reduce((sum, letter) => sum + (isSingle(letter.codePointAt(0)) ? 1 : 2), 0);
    count.querySelector("span").textContent = length;
    count.classList.toggle("err", length > Number(count.dataset.most));
  });
});
