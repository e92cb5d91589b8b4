// Keyboard and small comforts. Everything here has a form or a link behind it: the desk works
// without this file.
"use strict";

(() => {
  const STORED_OFF = "gs-keys-off";
  const FIELD = "input:not([type=hidden]), textarea, select";
  const CHOOSING = ".row-choose input, #choose-all";
  let queueScroll = 0;
  let storyBefore = "";

  const keysOff = () => localStorage.getItem(STORED_OFF) === "1";
  const story = () => document.getElementById("story-title");

  function neighbour(step) {
    const rows = [...document.querySelectorAll(".row")];
    const here = rows.findIndex((row) => row.getAttribute("aria-current") === "true");
    const next = rows[here + step];
    if (next) next.click();
  }

  // A key press does what its [data-key] element does. What was just done is told above the story,
  // and "u" takes that back before anything of the story that is on screen by now.
  function press(key) {
    const target =
      document.querySelector(`#flash [data-key="${key}"]`) ||
      document.querySelector(`#desk [data-key="${key}"]`) ||
      document.querySelector(`[data-key="${key}"]`);
    if (!target) return false;
    if (target.matches("input")) {
      target.focus();
      target.select();
    } else {
      target.click();
      const panel = target.closest("details");
      if (panel && panel.open) panel.querySelector(FIELD)?.focus();
    }
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const open = event.target.closest("details[open].panel, details[open].keys, details[open].who");
      if (open) {
        open.open = false;
        open.querySelector("summary").focus();
      } else if (event.target.matches(FIELD)) {
        event.target.blur();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (keysOff() || (event.target.matches(FIELD) && !event.target.matches(CHOOSING))) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") {
      neighbour(key === "j" ? 1 : -1);
      event.preventDefault();
    } else if (key === "x") {
      document.querySelector('.row[aria-current="true"]')?.parentElement.querySelector("input")?.click();
      event.preventDefault();
    } else if (press(key)) {
      event.preventDefault();
    }
  });

  function settle() {
    const box = document.getElementById("keys-on");
    if (box) box.checked = !keysOff();
    document.querySelector('.row[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
    const nav = document.getElementById("nav");
    const here = nav?.querySelector('[aria-current="page"]');
    if (here) nav.scrollLeft = here.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
  }

  document.addEventListener("change", (event) => {
    if (event.target.id === "keys-on") {
      if (event.target.checked) localStorage.removeItem(STORED_OFF);
      else localStorage.setItem(STORED_OFF, "1");
    }
  });

  document.addEventListener("toggle", (event) => {
    // Panels of one bar close each other (details[name] is younger than office browsers).
    if (!event.target.open || !event.target.matches(".panel")) return;
    for (const other of document.querySelectorAll(".panel[open]")) {
      if (other !== event.target) other.open = false;
    }
  }, true);

  // What is no page of the desk must not blank it: after the session's end the log-in page, which
  // leads back here; from a failing server or proxy, words. Nor what was typed, by a failed save.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    const failed = xhr.status >= 500 && event.detail.requestConfig.verb === "post";
    if (target.id === "desk" && (failed || !xhr.responseText.includes('id="desk"'))) {
      event.detail.shouldSwap = false;
      if (xhr.status < 500 && xhr.responseURL.includes("/login/")) {
        document.dispatchEvent(new Event("desk:logged-out"));
        const here = encodeURIComponent(location.pathname + location.search);
        location.assign(`${new URL(xhr.responseURL).pathname}?next=${here}`);
      } else {
        document.getElementById("offline").hidden = false;
      }
      return;
    }
    // A check that did not come back leaves the last one standing.
    if (target.id === "findings" && !xhr.responseText.includes('id="findings"')) {
      event.detail.shouldSwap = false;
      return;
    }
    queueScroll = document.getElementById("queue")?.scrollTop ?? 0;
    storyBefore = story()?.textContent ?? "";
    document.getElementById("offline").hidden = true;
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "desk") return;
    const queue = document.getElementById("queue");
    if (queue) queue.scrollTop = queueScroll;
    settle();
    // A new story: tell a screen reader, and begin reading at its top.
    if (story() && story().textContent !== storyBefore) story().focus({ preventScroll: true });
  });

  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => {
      document.getElementById("offline").hidden = false;
    });
  }

  // The frame stays while pages change: the language is switched where one is by now.
  document.addEventListener(
    "submit",
    (event) => {
      if (!event.target.matches("form.language")) return;
      event.target.elements.next.value = location.pathname + location.search;
    },
    true,
  );

  document.addEventListener("DOMContentLoaded", settle);
  if (document.readyState !== "loading") settle();
})();
