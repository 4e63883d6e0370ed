// Words of the trace page, Korean.
export const trace = {
  title: '트레이스',
};
