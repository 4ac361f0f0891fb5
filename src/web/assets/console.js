// Improves pages that work without it: a blank row more in a list of inputs, and a question before
// what was typed is lost.
"use strict";

(() => {
  // The summary of what is wrong is read out first.
  const problem = document.getElementById("problem");
  if (problem) {
    problem.focus();
  }

  // Leaving a form in which something was typed.
  let isTyped = problem !== null && document.querySelector("form[data-kept]") !== null;
  document.addEventListener("input", (event) => {
    if (event.target.closest("form[data-kept]")) {
      isTyped = true;
    }
  });
  document.addEventListener("submit", () => {
    isTyped = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (isTyped) {
      event.preventDefault();
    }
  });

  // <div data-rows="years" data-more="Another row"> holds rows whose inputs are named years.0.…
  const renamed = (text, list, index) =>
    text
      .replace(new RegExp(`^${list}\\.\\d+(?=\\.|$)`), `${list}.${index}`)
      .replace(new RegExp(`(-${list}-)\\d+(?=-|$)`), `$1${index}`);
  for (const holder of document.querySelectorAll("[data-rows]")) {
    const list = holder.dataset.rows;
    const more = document.createElement("button");
    more.type = "button";
    more.className = "second";
    more.textContent = holder.dataset.more;
    more.addEventListener("click", () => {
      const rows = holder.querySelectorAll(":scope > [data-row]");
      const row = rows[rows.length - 1].cloneNode(true);
      for (const one of row.querySelectorAll(".error, .now")) {
        one.remove();
      }
      for (const one of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
        for (const name of ["name", "id", "for", "aria-describedby"]) {
          if (one.hasAttribute(name)) {
            const texts = one.getAttribute(name).split(" ");
            one.setAttribute(name, texts.map((text) => renamed(text, list, rows.length)).join(" "));
          }
        }
        one.removeAttribute("aria-invalid");
        if (one.type === "checkbox") {
          one.checked = false;
        } else if (one.type !== "hidden" && "value" in one && one.tagName !== "BUTTON") {
          one.value = "";
        } else if (one.type === "hidden" && one.value !== "false") {
          one.value = "";
        }
      }
      rows[rows.length - 1].after(row);
      row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    });
    holder.append(more);
  }
})();
