// The time of a session's step, from points in time: right after any pause, for whoever comes back or slept.

/**
 * Where the step is now: the time left, how much of the whole that is, and its cues.
 * @param {any} state with the session as `live`, and the `agenda` @param {number} ahead how far the room's clock is ahead of ours
 */
export function stepTime({ live, agenda }, ahead) {
  const now = live.paused_at ?? Date.now() + ahead;
  const left = Math.max(0, live.ends_at - now);
  const minutes = (now - live.step_at) / 60000;
  const cues = agenda?.[live.step]?.cues ?? [];
  const past = cues.filter(({ at }) => at <= minutes).length;
  const next = cues[past];
  return {
    left, share: Math.min(1, left / Math.max(1, live.ends_at - live.step_at)), due: cues[past - 1] ?? null,
    next: next ? { what: next.what, n: Math.max(1, Math.ceil(next.at - minutes)) } : null,
  };
}

/** The time left in words. @param {(key: string, values?: any) => string} t @param {any} live @param {number} left */
export function leftInWords(t, live, left) {
  if (live.paused_at) return t("room-paused", { n: Math.ceil(left / 60000) });
  if (left === 0) return t("room-time-up");
  if (left > 90000) return t("room-minutes-left", { n: Math.ceil(left / 60000) });
  return t("room-seconds-left", { n: Math.ceil(left / 5000) * 5 });
}
