export function TracePage() {
  return <div />;
}
