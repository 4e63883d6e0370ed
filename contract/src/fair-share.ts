// How agencies share memory and disk that nobody owns: each may hold at most twice what is still free. One agency that
// takes all it can gets two thirds and two of them two fifths each, so whoever comes next finds room, with no list of
// who is active and no clock. Source: Choudhury, Hahne, "Dynamic queue length thresholds" (1998), alpha = 2.
const SHARE_OF_FREE = 2;

/** Whether one that holds `heldBytes` may take more, when all together hold `totalBytes` of `budgetBytes`. */
export function isFairShare(heldBytes: number, moreBytes: number, totalBytes: number, budgetBytes: number): boolean {
  const freeBytes = budgetBytes - totalBytes;
  return moreBytes <= freeBytes && heldBytes + moreBytes <= SHARE_OF_FREE * freeBytes;
}
