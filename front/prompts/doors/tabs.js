// Two tabs of one browser with one answer: the words that one has not saved stand in the other too, to be gone on from.

const SILENT_MS = 16000; // a little longer than a draft is left alone as somebody's who still types

/**
 * Unsaved words of another tab stand here too while nothing else does. They stay its own to send; what is typed here
 * goes on from them, and sends them first.
 * @param {any} box the outbox here @param {{draft: any, kept: boolean}} news what is typed there, and whether the browser keeps it
 */
export function goOnFrom(box, { draft, kept }) {
  const { key } = box.draft ?? {};
  // Whoever went on from what is typed here, and keeps that, sends it first.
  const continued = kept && (draft.unsure?.key === key || draft.after?.includes(key));
  if (!box.loaded || box.closed || box.sending || box.busy() || !box.fits(draft.value) || box.heads.length > 1) return;
  if (key ? !continued : (draft.base ?? 0) < box.saved.rev) return;
  box.rest();
  box.cap = undefined;
  if (key) box.forget(box.draft);
  box.heard = { ...draft, tried: true };
  box.show(draft.value);
  box.tell(draft.value);
  box.set({ phase: "saving", reason: "", detail: "" });
  awaitOther(box);
}

// A tab that falls silent may be gone: what is saved is asked for, and what it left here is found as after any other.
function awaitOther(box) {
  clearTimeout(box.silence);
  box.silence = setTimeout(() => {
    if (box.heard && !box.draft && !box.closed) box.open({ fresh: true }).then(() => awaitOther(box));
  }, SILENT_MS);
}
