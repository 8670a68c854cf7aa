// traffic_light: a matrix whose points are three lights.

import { matrixKind } from "./kind-matrix.js";

const LIGHTS = [{ id: "green", label: "Green" }, { id: "yellow", label: "Yellow" }, { id: "red", label: "Red" }];

/** @param {any} ctx */
export const lightKind = (ctx) => matrixKind({ ...ctx, spec: { ...ctx.spec, points: LIGHTS } });

export default { traffic_light: lightKind };
