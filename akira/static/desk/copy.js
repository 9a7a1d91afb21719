// A button beside a field copies what stands in it; without a script the field can be copied by hand.
"use strict";
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.done;
    } catch {
      // The browser does not let a page copy; what is marked can be copied by hand.
      field.focus();
    }
  });
}
