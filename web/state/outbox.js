// Own lines that were not acknowledged yet survive a reload of the tab.

/** @param {string} code @returns {import('../types').Pending[]} */
export function loadPending(code) {
  try {
    return JSON.parse(sessionStorage.getItem(`parley.outbox.${code}`) ?? '[]');
  } catch {
    return [];
  }
}

/** @param {string} code @param {import('../types').Pending[]} pending */
export function savePending(code, pending) {
  try {
    if (pending.length) sessionStorage.setItem(`parley.outbox.${code}`, JSON.stringify(pending));
    else sessionStorage.removeItem(`parley.outbox.${code}`);
  } catch {
    // Without storage the lines live as long as the page.
  }
}
