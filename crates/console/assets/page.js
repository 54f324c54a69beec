// Files that are dropped or chosen are sent one by one, each with a bar of its own, so that one that fails stops no other.
// Without this script the form sends them.
(() => {
  const form = document.getElementById("drop");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const list = document.getElementById("uploads");
  const token = form.querySelector("input[name=csrf]").value;
  form.querySelector("button").hidden = true;
  const waiting = [];
  let sending = false;

  const size = (bytes) => (bytes < 1e6 ? (bytes / 1e3).toFixed(1) + " KB" : (bytes / 1e6).toFixed(1) + " MB");

  function add(files) {
    for (const file of files) {
      const row = document.createElement("li");
      const text = document.createElement("span");
      text.textContent = file.name + ", " + size(file.size);
      const bar = document.createElement("progress");
      bar.max = file.size || 1;
      bar.value = 0;
      bar.setAttribute("aria-label", "upload of " + file.name);
      row.append(text, bar);
      list.append(row);
      waiting.push({ file, row, text, bar });
    }
    send();
  }

  function send() {
    if (sending) return;
    const next = waiting.shift();
    if (!next) return;
    sending = true;
    const body = new FormData();
    body.append("files", next.file);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("x-csrf-token", token);
    request.upload.onprogress = (event) => (next.bar.value = event.loaded);
    request.onloadend = () => {
      sending = false;
      if (request.status >= 200 && request.status < 300) {
        next.row.remove();
      } else {
        next.bar.remove();
        next.text.className = "problem";
        next.text.textContent = next.file.name + ": the upload failed (" + (request.status || "connection lost") + "); drop it again";
      }
      send();
    };
    request.send(body);
  }

  input.addEventListener("change", () => {
    add(input.files);
    input.value = "";
  });
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.add("over");
    });
  }
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    add(event.dataTransfer.files);
  });
})();

// A file that is chosen is read into a field of its form.
(() => {
  for (const input of document.querySelectorAll("input[data-reads-into]")) {
    input.addEventListener("change", async () => {
      const file = input.files[0];
      if (file) document.getElementById(input.dataset.readsInto).value = await file.text();
    });
  }
})();

// What scrolls sideways says so, and is reached by the keyboard, too, when nothing in it is.
(() => {
  function name(box) {
    const heading = box.closest("section")?.querySelector("h2, h3") ?? document.querySelector("h1");
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", heading.textContent + ", scrolls sideways");
    box.dataset.named = "";
  }

  function unname(box) {
    for (const attribute of ["role", "aria-label", "data-named"]) box.removeAttribute(attribute);
  }

  const look = () => {
    for (const box of document.querySelectorAll(".scroll")) {
      const wide = box.scrollWidth > box.clientWidth;
      if (wide && !box.querySelector("a, button, input, select, textarea, summary")) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
      if (wide && !box.hasAttribute("aria-label")) name(box);
      if (!wide && box.hasAttribute("data-named")) unname(box);
    }
  };
  // Asking how wide a box is lays the page out: not before its first paint.
  for (const name of ["painted", "htmx:afterSettle"]) document.body.addEventListener(name, look);
  addEventListener("resize", look);
})();

// On a narrow window the navigation scrolls sideways: the page that is shown is in sight.
(() => {
  const here = document.querySelector("nav [aria-current=page]");
  const bar = here?.closest("nav");
  if (!bar || !matchMedia("(max-width: 760px)").matches) return;
  if (bar.scrollWidth > bar.clientWidth) bar.scrollLeft = here.offsetLeft - (bar.clientWidth - here.offsetWidth) / 2;
})();

// What a page asks for once it stands must not keep it from being painted.
addEventListener("DOMContentLoaded", () => {
  requestAnimationFrame(() =>
    setTimeout(() => {
      document.documentElement.classList.add("painted");
      document.body.dispatchEvent(new Event("painted"));
    }),
  );
});
