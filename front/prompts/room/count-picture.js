// A count as a picture with its numbers beside the bars, and the same numbers as a table behind it.
// Two rounds stand side by side. What is masked is said in words and drawn as what it is: not a number.

const WIDTH = 100;
const number = (t, count) => (typeof count === "number" ? String(count) : t(`count-${count}`));

/** The counts in one sentence a row, to be spoken once when they appear. @param {any} t @param {any} result */
export function countSpoken(t, result) {
  const rows = result.rows.map((row) => {
    const cells = row.cells.map((cell) => `${cell.label}: ${number(t, cell.count)}`).join(", ");
    return `${row.label ? `${row.label}: ` : ""}${row.answers === null ? t("count-withheld") : cells}.`;
  });
  return `${t("count-answers", { n: result.answers })} ${rows.join(" ")}`;
}

/**
 * What draws counts, made of whichever module of elements the page has already.
 * @param {{h: typeof import("../dom.js").h, svg: typeof import("../dom.js").svg}} dom
 * @returns {(t: any, results: any[], how?: {large?: boolean}) => HTMLElement}
 */
export function countPictures({ h, svg }) {
  /** @param {any} t @param {any[]} results one a round, oldest first @param {{large?: boolean}} [how] */
  function countPicture(t, results, how = {}) {
    const last = results[results.length - 1];
    const rows = last.rows.map((row) => rowPicture(t, row, results.map((one) => one.rows.find(({ id }) => id === row.id)), results.length > 1));
    return h("div", { class: how.large ? "op-tallys op-large" : "op-tallys" },
      results.length > 1 ? h("p", { class: "op-hint" }, t("count-rounds", { first: t("count-round", { n: results[0].round }), last: t("count-round", { n: last.round }) })) : null,
      rows, tableOf(t, results));
  }

  function rowPicture(t, row, rounds, several) {
    if (rounds.every((one) => !one || one.answers === null)) {
      return h("div", { class: "op-tally" }, titleOf(row), h("p", { class: "op-hint" }, t("count-withheld")));
    }
    const cells = (rounds.find((one) => one?.cells.length)?.cells ?? []).map((cell) => {
      const lines = rounds.map((one, place) => barLine(t, one, cell.id, several && place === 0));
      return h("div", { class: "op-tally-cell" }, h("span", { class: "op-tally-label" }, cell.label), h("span", { class: "op-tally-bars" }, lines));
    });
    return h("div", { class: "op-tally" }, titleOf(row), cells);
  }

  const titleOf = (row) => (row.label ? h("p", { class: "op-tally-title" }, row.label) : null);

  function barLine(t, row, id, before) {
    const cell = row?.cells.find((one) => one.id === id);
    const words = row && row.answers !== null && cell ? number(t, cell.count) : t("count-none-shown");
    const share = row?.answers && typeof cell?.count === "number" ? cell.count / row.answers : cell?.count === "nearly-all" ? 1 : 0;
    return h("span", { class: before ? "op-tally-line op-tally-before" : "op-tally-line" }, bar(share, typeof cell?.count !== "number"), h("b", {}, words));
  }

  function bar(share, masked) {
    const width = Math.max(share ? 1 : 0, Math.round(share * WIDTH));
    return svg("svg", { viewBox: `0 0 ${WIDTH} 8`, preserveAspectRatio: "none", class: masked ? "op-bar op-masked" : "op-bar", "aria-hidden": "true", focusable: "false" },
      svg("rect", { class: "op-bar-ground", width: WIDTH, height: 8 }), svg("rect", { class: "op-bar-fill", width, height: 8 }));
  }

  function tableOf(t, results) {
    const several = results.length > 1;
    const lines = results[results.length - 1].rows.flatMap((row) => {
      const rounds = results.map((one) => one.rows.find(({ id }) => id === row.id));
      const cells = rounds.find((one) => one?.cells.length)?.cells ?? [];
      const value = (one, id) => (one && one.answers !== null ? number(t, one.cells.find((cell) => cell.id === id)?.count ?? 0) : t("count-none-shown"));
      if (!cells.length) return [h("tr", {}, h("th", { scope: "row" }, row.label), h("td", { colspan: results.length + 1 }, t("count-withheld")))];
      return cells.map((cell) => h("tr", {}, h("th", { scope: "row" }, [row.label, cell.label].filter(Boolean).join(" – ")), rounds.map((one) => h("td", {}, value(one, cell.id)))));
    });
    const heads = several ? results.map(({ round }) => t("count-round", { n: round })) : [t("count-number")];
    return h("details", { class: "op-fold" }, h("summary", {}, t("count-table")),
      h("table", { class: "op-tally-table", "aria-label": t("count-table") }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("count-answer")), heads.map((head) => h("th", { scope: "col" }, head)))), h("tbody", {}, lines)));
  }
  return countPicture;
}
