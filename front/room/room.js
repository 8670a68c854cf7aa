// The room's pages: one script for participants, for whoever leads, for the screen and for the sign-in sheet.

import { leading } from "./leading.js";
import { screen } from "./screen.js";
import { sheet } from "./sheet.js";
import { takingPart } from "./taking-part.js";

const page = { leading, screen, sheet, "taking-part": takingPart }[document.body.dataset.page];
page?.();
