// Which control draws which kind. A control has el, set(value) and starterBox(); it tells every change by ctx.emit.

import { critiqueKind } from "./kind-critique.js";
import { mapKind } from "./kind-map.js";
import { rankingKind } from "./kind-ranking.js";
import { sliderKind } from "./kind-slider.js";
import { thenNowKind } from "./kind-then.js";
import { multiKind, singleKind } from "./kind-choice.js";
import { matrixKind } from "./kind-matrix.js";
import { tableKind } from "./kind-table.js";
import { textKind } from "./kind-text.js";

export const KINDS = {
  short_text: textKind,
  long_text: textKind,
  single_choice: singleKind,
  multi_choice: multiKind,
  likert_matrix: matrixKind,
  evidence_table: tableKind,
  ledger: tableKind,
  action_plan: tableKind,
  ranking: rankingKind,
  slider: sliderKind,
  expertise_map: mapKind,
  peer_critique: critiqueKind,
  then_now: thenNowKind,
};
