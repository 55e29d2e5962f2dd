// What every page loads: htmx and a few small habits. Each page works without it.
import "htmx.org";
import { watchCopyButtons } from "../js/copy.js";
import { watchDialogs } from "../js/dialogs.js";
import { watchErrors } from "../js/errors.js";
import { watchFileDrops } from "../js/file-drop.js";
import { watchMenus } from "../js/menus.js";
import { watchQueueKeys } from "../js/queue-keys.js";
import { watchSelections } from "../js/selections.js";
import { watchTabs } from "../js/tabs.js";
import { watchTheme } from "../js/theme.js";
import { watchToasts } from "../js/toasts.js";

document.documentElement.classList.add("js");

watchCopyButtons();
watchDialogs();
watchErrors();
watchFileDrops();
watchMenus();
watchQueueKeys();
watchSelections();
watchTabs();
watchTheme();
watchToasts();
