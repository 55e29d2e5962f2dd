// The message editor: saves by itself, keeps the preview fresh, moves blocks by hand or by key.
// Every one of these has a plain form behind it; without this file the page still works.
import { watchBlockOrder } from "./editor/order.js";
import { watchPreview } from "./editor/preview.js";
import { watchSaving } from "./editor/saving.js";
import { watchWriting } from "./editor/writing.js";

const editor = document.querySelector("[data-editor]");
if (editor) {
  const preview = watchPreview(editor);
  watchSaving(editor, preview.refresh);
  watchBlockOrder(editor);
  watchWriting(editor);
  document.body.addEventListener("htmx:afterSettle", () => preview.refresh());
}
