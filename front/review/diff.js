// What changed between two versions of an answer, word by word.

const MOST = 4000000; // cells of the comparison; beyond it both versions are shown whole

/**
 * Runs of words: kept, added or gone, in reading order.
 * @param {string} before @param {string} after @returns {{kind: "same"|"new"|"gone", text: string}[]}
 */
export function wordDiff(before, after) {
  const a = before.match(/\s+|[^\s]+/g) ?? [];
  const b = after.match(/\s+|[^\s]+/g) ?? [];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const [x, y] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const all = (kind, words) => words.map((text) => ({ kind, text }));
  const middle = x.length * y.length > MOST ? [...all("gone", x), ...all("new", y)] : walk(x, y);
  return blocks(joined([...a.slice(0, start).map((text) => ({ kind: "same", text })), ...middle, ...a.slice(a.length - end).map((text) => ({ kind: "same", text }))]));
}

function walk(x, y) {
  const width = y.length + 1;
  const longest = new Uint16Array((x.length + 1) * width);
  for (let i = x.length - 1; i >= 0; i -= 1) {
    for (let j = y.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] = x[i] === y[j] ? longest[(i + 1) * width + j + 1] + 1 : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  const found = [];
  let [i, j] = [0, 0];
  while (i < x.length || j < y.length) {
    if (i < x.length && j < y.length && x[i] === y[j]) {
      found.push({ kind: "same", text: x[i] });
      i += 1;
      j += 1;
    } else if (i < x.length && (j >= y.length || longest[(i + 1) * width + j] >= longest[i * width + j + 1])) {
      found.push({ kind: "gone", text: x[i] });
      i += 1;
    } else {
      found.push({ kind: "new", text: y[j] });
      j += 1;
    }
  }
  return found;
}

// Words changed one after the other are read as one change, though the spaces between them stayed.
function blocks(runs) {
  const found = [];
  let block = [];
  const without = (kind) => block.filter((run) => run.kind !== kind).map((run) => run.text).join("");
  const flush = () => {
    const both = ["gone", "new"].every((kind) => block.some((run) => run.kind === kind && run.text.trim()));
    found.push(...(both ? [{ kind: "gone", text: without("new") }, { kind: "new", text: without("gone") }] : block));
    block = [];
  };
  for (const [place, run] of runs.entries()) {
    const within = block.length > 0 && !run.text.trim() && (runs[place + 1]?.kind ?? "same") !== "same";
    if (run.kind !== "same" || within) block.push(run);
    else {
      flush();
      found.push(run);
    }
  }
  flush();
  return found;
}

function joined(parts) {
  const runs = [];
  for (const part of parts) {
    const last = runs.at(-1);
    if (last?.kind === part.kind) last.text += part.text;
    else runs.push({ ...part });
  }
  return runs;
}
