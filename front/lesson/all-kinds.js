// Every kind of prompt at once, and what the group sees of it: a page's script is one file, asked for in one request.

import choice from "../prompts/kinds/kind-choice.js";
import critique from "../prompts/kinds/kind-critique.js";
import map from "../prompts/kinds/kind-map.js";
import matrix from "../prompts/kinds/kind-matrix.js";
import ranking from "../prompts/kinds/kind-ranking.js";
import slider from "../prompts/kinds/kind-slider.js";
import table from "../prompts/kinds/kind-table.js";
import then from "../prompts/kinds/kind-then.js";
import { KINDS } from "../prompts/kinds/kinds.js";
import { PAST } from "../prompts/card/fits.js";
import * as past from "../prompts/card/past.js";
import { mountRoom } from "../prompts/room/room.js";
import { ROOM } from "../prompts/card/share.js";

PAST.load = async () => past;
ROOM.load = async () => ({ mountRoom });
Object.assign(KINDS, choice, critique, map, matrix, ranking, slider, table, then);
