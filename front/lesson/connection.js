// A copy of a session, shown while there was no connection: it says so, and says when there is one again.

import { t } from "../pages/page.js";

const LOOK_MS = 10000;

/** @param {any} page */
export async function awaitConnection(page) {
  const said = document.getElementById("lesson-copy");
  // The copy names nobody. What waits in it is somebody's all the same, and what is typed here becomes theirs.
  said.append(" ", t("lesson-copy-for", { who: page.user }));
  for (;;) {
    const found = await page.door.load(page.data.lesson, { fresh: true }).catch(() => null);
    if (found) break;
    await new Promise((go) => {
      window.addEventListener("online", go, { once: true });
      setTimeout(go, LOOK_MS);
    });
  }
  const again = document.createElement("a");
  again.href = "";
  again.textContent = t("lesson-reload");
  said.replaceChildren(t("lesson-back"), " ", again);
  page.refresh?.();
}
