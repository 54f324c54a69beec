// What is wrong names its line: its link selects that line in the text. Without this script it leads to the text, or to the listing.
(() => {
  const editor = document.querySelector("textarea[data-lines]");
  if (!editor) return;

  function show(number) {
    const lines = editor.value.split("\n");
    const line = Math.min(number, lines.length);
    const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    editor.setSelectionRange(start, start + lines[line - 1].length);
    editor.focus({ preventScroll: true });
    editor.scrollTop = (editor.scrollHeight / lines.length) * (line - 1) - editor.clientHeight / 3;
    editor.scrollLeft = 0;
    editor.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-line]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(Number(link.dataset.line));
  });
})();
