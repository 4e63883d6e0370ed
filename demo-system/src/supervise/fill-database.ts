// What a system needs in PostgreSQL before anybody comes: its tables, made anew, and what is in them on that day.
import { Client, type ClientBase } from 'pg';
import { createReservationDatabase } from '../services/booking/schema.js';
import { createPrimaryDatabase } from '../services/ballot-box/schema.js';
import { createPledgeDatabase } from '../services/likes/schema.js';
import type { SystemId } from '../system.js';

const STOCK = { slotsPerClinic: 16, seatsPerSlot: 60 };

interface Filling { what: string; fill: (database: ClientBase) => Promise<void> }
const FILLINGS: Readonly<Record<SystemId, Filling>> = {
  vaccine: { what: 'Clinics and seats', fill: (database) => createReservationDatabase(database, STOCK) },
  'pledge-shop': { what: 'Pledges', fill: createPledgeDatabase },
  primary: { what: '200,000 voters', fill: (database) => createPrimaryDatabase(database) },
  commission: { what: 'No tables', fill: async () => undefined },
  'online-class': { what: 'No tables', fill: async () => undefined },
};

/** Answers what is there now. Errors: what PostgreSQL says. */
export async function fillDatabase(system: SystemId, url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await FILLINGS[system].fill(client);
    return FILLINGS[system].what;
  } finally {
    await client.end();
  }
}
