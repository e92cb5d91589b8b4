// Choosing many stories of the queue: chosen ones stay chosen while one filters, pages and reads on.
// Without this file the boxes of the page at hand still work.
"use strict";

(() => {
  const STORED = "gs-chosen";

  const read = () => new Map(JSON.parse(sessionStorage.getItem(STORED) || "[]"));
  const write = (chosen) => sessionStorage.setItem(STORED, JSON.stringify([...chosen]));
  const boxes = () => [...document.querySelectorAll('.row-choose input[name="story"]')];
  const key = (value) => value.split(":")[0];

  function remember(box, chosen) {
    if (box.checked) chosen.set(key(box.value), box.value);
    else chosen.delete(key(box.value));
  }

  function show() {
    const form = document.getElementById("bulk");
    const chosen = read();
    const shown = boxes();
    for (const box of shown) {
      box.checked = chosen.has(key(box.value));
      // What is on screen is what was seen last.
      if (box.checked) chosen.set(key(box.value), box.value);
    }
    write(chosen);
    if (!form) return;
    const here = new Set(shown.map((box) => key(box.value)));
    const outside = [...chosen.values()].filter((value) => !here.has(key(value)));
    for (const old of form.querySelectorAll("input.outside")) old.remove();
    for (const value of outside) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.className = "outside";
      field.name = "story";
      field.value = value;
      form.append(field);
    }
    const count = document.getElementById("bulk-count");
    count.dataset.none ??= count.textContent;
    const words = outside.length ? count.dataset.outside : count.dataset.one;
    const said = chosen.size
      ? words.replace("{n}", chosen.size).replace("{out}", outside.length)
      : count.dataset.none;
    if (count.textContent !== said) count.textContent = said;
    form.classList.toggle("chosen", chosen.size > 0);
    const all = document.getElementById("choose-all");
    all.closest("label").hidden = false;
    const ticked = shown.filter((box) => box.checked).length;
    all.checked = shown.length > 0 && ticked === shown.length;
    all.indeterminate = ticked > 0 && ticked < shown.length;
    document.getElementById("choose-none").hidden = chosen.size === 0;
  }

  function forget() {
    sessionStorage.removeItem(STORED);
    show();
  }

  document.addEventListener("change", (event) => {
    const chosen = read();
    if (event.target.id === "choose-all") {
      for (const box of boxes()) {
        box.checked = event.target.checked;
        remember(box, chosen);
      }
    } else if (event.target.matches('.row-choose input[name="story"]')) {
      remember(event.target, chosen);
    } else {
      return;
    }
    write(chosen);
    show();
  });

  document.addEventListener("click", (event) => {
    if (event.target.id === "choose-none") forget();
  });

  // Done is done; what was refused, or never got there, stays chosen.
  document.addEventListener("htmx:afterRequest", (event) => {
    const sent = event.detail.requestConfig?.elt;
    if (sent?.id === "bulk" && document.querySelector('#flash form[action*="/many/"]')) forget();
  });
  document.addEventListener("htmx:afterSwap", show);
  // Settling gives elements with an id the attributes that the server sent.
  document.addEventListener("htmx:afterSettle", show);
  // Another person at this computer chooses anew.
  document.addEventListener("submit", (event) => {
    if (event.target.action.endsWith("/logout/")) sessionStorage.removeItem(STORED);
  });

  document.documentElement.classList.add("js");
  document.addEventListener("DOMContentLoaded", show);
  if (document.readyState !== "loading") show();
})();
