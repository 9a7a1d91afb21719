// Asks before a page with unsaved text is left. Without this script everything works, only unasked.
"use strict";
{
  const main = document.querySelector("#content-main form[method=post][id$=_form]");
  let touched = false;
  if (main) {
    main.addEventListener("input", () => { touched = true; });
    main.addEventListener("change", () => { touched = true; });
    main.addEventListener("submit", () => { touched = false; });
    window.addEventListener("beforeunload", (event) => { if (touched) { event.preventDefault(); } });
  }
}
