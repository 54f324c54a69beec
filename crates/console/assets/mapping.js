// Page Mapping: what belongs to the row under the pointer stands out.
(() => {
  if (!document.getElementById("mapping")) return;
  const marked = new Set();

  function mark(row) {
    for (const element of marked) element.classList.remove("on");
    marked.clear();
    const area = row && row.closest(".crosswalk");
    if (!area) return;
    const wanted = new Set(row.dataset.links.split(" "));
    for (const element of area.querySelectorAll("[data-links]")) {
      if (element.dataset.links.split(" ").some((link) => wanted.has(link))) {
        element.classList.add("on");
        marked.add(element);
      }
    }
  }

  document.addEventListener("pointerover", (event) => {
    const row = event.target.closest ? event.target.closest("li[data-links]") : null;
    if (row || marked.size) mark(row);
  });
})();
