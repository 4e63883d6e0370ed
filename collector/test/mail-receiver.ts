// A real SMTP server for tests of alerts, and how its mail is read.
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export class MailReceiver {
  readonly mails: string[] = [];
  port = 0;
  #server: SMTPServer | undefined;

  async start(): Promise<void> {
    const server = new SMTPServer({
      authOptional: true, disabledCommands: ['STARTTLS'], logger: false,
      onAuth: ({ username, password }, _session, done) => { if (username === 'narrows' && password === 'right') done(null, { user: username }); else done(new Error('wrong password')); },
      onData: (stream, _session, done) => {
        let mail = '';
        stream.on('data', (chunk: Buffer) => { mail += chunk.toString(); }).on('end', () => { this.mails.push(mail); done(); });
      },
    });
    this.#server = server;
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    this.port = (server.server.address() as AddressInfo).port;
  }
  async stop(): Promise<void> { const server = this.#server; if (server) await new Promise<void>((resolve) => { server.close(() => resolve()); }); }
}

/** The subject of a mail as a person reads it. */
export function mailSubject(mail: string): string {
  const header = /^Subject: ((?:.|\r?\n[ \t])*)$/m.exec(mail)?.[1] ?? '';
  return header.replace(/\r?\n[ \t]+/g, '').replace(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi, (_all, kind: string, text: string) => (
    kind.toUpperCase() === 'B' ? Buffer.from(text, 'base64').toString() : Buffer.from(text.replaceAll('_', ' ').replace(/=([0-9A-F]{2})/gi, (_one, hex: string) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString()));
}
