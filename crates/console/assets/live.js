// What moves is drawn anew several times a second. A click that begins on one button and ends on its successor is none, so what
// comes while a button is held down waits until it is let go.
(() => {
  // Some releases nobody hears of: over a native list, outside of the window. They must not stop the page.
  const LONGEST = 5000;
  const waiting = new Map();
  let held = false;
  let timer;

  function hold(event) {
    if (!event.target.closest?.("button, a, summary, label")) return;
    held = true;
    clearTimeout(timer);
    timer = setTimeout(release, LONGEST);
  }

  function release() {
    clearTimeout(timer);
    held = false;
    const late = [...waiting.values()];
    waiting.clear();
    for (const { target, type, data } of late) target.dispatchEvent(new MessageEvent(type, { data }));
  }

  // The click comes after the pointer is up.
  const letGo = () => {
    if (!held) return;
    clearTimeout(timer);
    timer = setTimeout(release);
  };

  addEventListener("pointerdown", (event) => event.button === 0 && hold(event), true);
  addEventListener("keydown", (event) => event.key === " " && !event.repeat && hold(event), true);
  for (const name of ["pointerup", "pointercancel", "keyup", "contextmenu", "visibilitychange"]) addEventListener(name, letGo, true);
  // That of the window alone: pressing a button takes the focus from whatever had it.
  addEventListener("blur", (event) => event.target === window && letGo(), true);

  addEventListener("htmx:sseBeforeMessage", (event) => {
    if (!held) return;
    event.preventDefault();
    waiting.set(event.target, event.detail);
  });
  // What is asked for again and again needs not be kept: the next answer brings it.
  addEventListener("htmx:beforeSwap", (event) => {
    if (held && event.detail.requestConfig.elt.matches("[hx-trigger^=every]")) event.detail.shouldSwap = false;
  });
})();

// A server that is gone sends nothing, and a page that shows its last state looks as if all were well.
(() => {
  // A stream that breaks off and is back at once is no news.
  const PATIENCE = 2000;
  const said = document.getElementById("lost");
  let timer;

  function lost() {
    timer ??= setTimeout(() => (said.textContent = "Connection to Crosswalk lost. Trying again…"), PATIENCE);
  }

  function back() {
    clearTimeout(timer);
    timer = undefined;
    said.textContent = "";
  }

  // A stream that is back brings everything anew, and so does the next answer to a question that is repeated.
  addEventListener("htmx:sseError", lost);
  addEventListener("htmx:sseOpen", back);
  addEventListener("htmx:sendError", (event) => event.detail.requestConfig.elt.matches("[hx-trigger^=every]") && lost());
  addEventListener("htmx:afterOnLoad", back);
})();
