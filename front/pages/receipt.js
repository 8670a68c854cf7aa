// Pages to keep: printing.

import "./page.js";

document.getElementById("print")?.addEventListener("click", () => window.print());
