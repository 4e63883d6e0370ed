/** An agent sends a span this long after it ended, at most: what was received until then is all of a moment. */
export const AGENT_DELAY_MS = 1_200;
