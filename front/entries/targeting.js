// The targeting screen: counts as one types, a map, live sessions. Each has a plain form behind it.
import { watchDetails } from "../js/targeting/details.js";
import { watchForm } from "../js/targeting/form.js";
import { watchBranches, watchLookups } from "../js/targeting/lookup.js";
import { TargetMap } from "../js/targeting/map.js";
import { watchMap } from "../js/targeting/map-controls.js";
import { watchRadius } from "../js/targeting/radius.js";
import { watchSession } from "../js/targeting/session.js";

const screen = document.querySelector("[data-targeting]");
const form = document.querySelector("[data-target-form]");
const host = document.querySelector("[data-target-map]");

if (screen && form) {
  const saving = watchForm(form);
  const details = watchDetails(screen);
  let map = null;
  watchLookups(screen);
  watchBranches(screen);
  watchRadius(form, () => map?.refresh());
  watchSession(screen, saving);
  document.addEventListener("targeting:saved-elsewhere", () => details.ask());
  if (host) {
    TargetMap.mount(host, form)
      .then((mounted) => {
        map = mounted;
        watchMap(map, { act: saving.act, details });
        host.classList.add("is-drawn");
      })
      .catch(() => host.classList.add("is-missing"));
  }
}
