// Parts of the page that an answer replaces: each element of the answer takes the place of the one
// with its id. The focus stays where it was, when it still exists.
export function applyPieces(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  const focused = document.activeElement?.id;
  const from = document.activeElement;
  const kept = from?.selectionStart === undefined ? null : readSelection(from);
  for (const piece of [...template.content.children]) {
    const old = piece.id && document.getElementById(piece.id);
    if (old) old.replaceWith(piece);
  }
  giveBackFocus(focused, from, kept);
  document.dispatchEvent(new CustomEvent("targeting:pieces"));
}

function readSelection(control) {
  try {
    return [control.selectionStart, control.selectionEnd];
  } catch {
    return null;
  }
}

function giveBackFocus(id, from, selection) {
  if (document.contains(from) || !id) return;
  const control = document.getElementById(id);
  const place = control ?? document.querySelector("[data-focus-home]");
  place?.focus({ preventScroll: true });
  if (control && selection?.[0] != null) {
    try {
      control.setSelectionRange(...selection);
    } catch {
      // Not every control has a selection.
    }
  }
}
