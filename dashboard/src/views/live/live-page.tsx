// The live wall: verdict, river, hitmap, active transactions, people.
export function LivePage() {
  return <main className="p-4" />;
}
