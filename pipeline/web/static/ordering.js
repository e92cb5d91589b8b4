// The order of a digest by dragging, and by Alt+Up and Alt+Down on a story. Both press the buttons
// that are there without this file.
"use strict";

(() => {
  let dragged = null;
  let moved = "";

  const itemOf = (element) => element.closest?.(".item[data-position]");
  const movable = (item) => item?.querySelector('.item-order form input[name="position"]');

  function move(item, position) {
    const field = movable(item);
    if (!field || position < 1 || position === Number(item.dataset.position)) return;
    moved = item.id;
    field.value = position;
    field.form.requestSubmit();
  }

  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const item = step && itemOf(event.target);
    if (!item || event.target.matches("input, textarea, select")) return;
    event.preventDefault();
    const last = document.querySelectorAll(".item[data-position]").length;
    const position = Number(item.dataset.position) + step;
    if (position <= last) move(item, position);
  });

  document.addEventListener("dragstart", (event) => {
    dragged = itemOf(event.target);
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.id);
    dragged.classList.add("dragged");
  });

  function clear() {
    for (const item of document.querySelectorAll(".item.over")) item.classList.remove("over");
  }

  document.addEventListener("dragover", (event) => {
    const over = dragged && itemOf(event.target);
    clear();
    if (!over || over === dragged) return;
    event.preventDefault();
    over.classList.add("over");
  });

  document.addEventListener("drop", (event) => {
    const over = dragged && itemOf(event.target);
    if (!over || over === dragged) return;
    event.preventDefault();
    move(dragged, Number(over.dataset.position));
  });

  document.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    dragged = null;
    clear();
  });

  function settle() {
    for (const item of document.querySelectorAll(".item[data-position]")) {
      const handle = item.querySelector(".item-number");
      if (handle && movable(item)) item.draggable = true;
    }
    // The story that was moved keeps the focus, to be moved on.
    if (moved) document.getElementById(moved)?.focus();
    moved = "";
  }

  document.addEventListener("htmx:afterSwap", settle);
  document.addEventListener("DOMContentLoaded", settle);
  if (document.readyState !== "loading") settle();
})();
