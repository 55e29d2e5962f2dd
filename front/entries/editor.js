// The message editor's page.
import "../editor.js";
