// Every kind of prompt at once, and what the group sees of it: a page's script is one file, asked for in one request.

import choice from "../prompts/kind-choice.js";
import critique from "../prompts/kind-critique.js";
import map from "../prompts/kind-map.js";
import matrix from "../prompts/kind-matrix.js";
import ranking from "../prompts/kind-ranking.js";
import slider from "../prompts/kind-slider.js";
import table from "../prompts/kind-table.js";
import then from "../prompts/kind-then.js";
import { KINDS } from "../prompts/kinds.js";
import { PAST } from "../prompts/fits.js";
import * as past from "../prompts/past.js";
import { mountRoom } from "../prompts/room.js";
import { ROOM } from "../prompts/share.js";

PAST.load = async () => past;
ROOM.load = async () => ({ mountRoom });
Object.assign(KINDS, choice, critique, map, matrix, ranking, slider, table, then);
