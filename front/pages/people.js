// People: copying the reminder, and links to join by. Everything else on the page works by plain forms.

import { byId, everyOne, t, tell } from "./page.js";

for (const button of everyOne("[data-copy]")) {
  button.addEventListener("click", async () => {
    const field = byId(button.dataset.copy);
    const said = byId(button.dataset.said ?? "copied");
    try {
      await navigator.clipboard.writeText(field.value);
      tell(said, t("js-copied"), "good");
    } catch {
      field.focus();
      field.select(); // without https a page may not copy by itself
      tell(said, t("js-copy-yourself"));
    }
  });
}
