export function TracesPage() {
  return <div />;
}
