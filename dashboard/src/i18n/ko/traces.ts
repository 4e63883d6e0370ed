// Words of the traces page, Korean.
export const traces = {
  title: '트레이스',
};
