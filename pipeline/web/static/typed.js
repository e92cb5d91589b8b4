// What was typed when the session had ended waits in this window until its writer has logged in
// again, and then stands in the form once more, not yet saved.
"use strict";

(() => {
  const STORED = "gs-typed";

  const form = () => document.querySelector("form.story-form, form.texts-form");
  const writer = () => document.querySelector(".who > summary")?.textContent.trim();
  const fields = () =>
    [...form().elements].filter((each) => each.name && each.name !== "csrfmiddlewaretoken");
  const ticked = (field) => ["checkbox", "radio"].includes(field.type);

  document.addEventListener("desk:logged-out", () => {
    if (!form()) return;
    const typed = fields().map((each) => [each.name, ticked(each) ? each.checked : each.value]);
    const kept = { page: location.pathname, writer: writer(), typed };
    sessionStorage.setItem(STORED, JSON.stringify(kept));
  });

  document.addEventListener("DOMContentLoaded", () => {
    const kept = JSON.parse(sessionStorage.getItem(STORED) || "null");
    if (!kept || !writer()) return;
    if (kept.writer === writer() && (kept.page !== location.pathname || !form())) return;
    sessionStorage.removeItem(STORED);
    if (kept.writer !== writer()) return;
    // The version goes back in too: what others saved meanwhile is told when this is saved.
    const typed = [...kept.typed];
    for (const field of fields()) {
      const place = typed.findIndex(([name]) => name === field.name);
      if (place < 0) continue;
      const [[, value]] = typed.splice(place, 1);
      if (ticked(field)) field.checked = value;
      else field.value = value;
    }
    document.getElementById("typed-again").hidden = false;
    const text = form().querySelector("#summary");
    text?.dispatchEvent(new Event("input", { bubbles: true }));
  });

  document.addEventListener("submit", (event) => {
    if (event.target.action.endsWith("/logout/")) sessionStorage.removeItem(STORED);
  });
})();
