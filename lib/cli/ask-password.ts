import type { ReadStream } from 'node:tty';
import { Stopped, UsageError } from './usage.js';

/** Returns the password from SMTP_PASSWORD, or prompts for it without showing it. @throws UsageError without either */
export async function findPassword(input: ReadStream, output: NodeJS.WritableStream): Promise<string> {
  const { SMTP_PASSWORD: given } = process.env;
  if (given) return given;
  if (!input.isTTY) throw new UsageError('Missing password: set SMTP_PASSWORD, or run the command in a terminal to enter it.');
  output.write('Password: ');
  try {
    return await readHidden(input);
  } finally {
    output.write('\n');
  }
}

function readHidden(input: ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let password = '';
    const end = (finish: () => void): void => {
      input.off('data', read);
      input.setRawMode(false);
      input.pause();
      finish();
    };
    const read = (chunk: Buffer): void => {
      for (const key of chunk.toString('utf8')) {
        if (key === '\r' || key === '\n' || key === '\u0004') return end(() => resolve(password));
        // Ctrl-C
        if (key === '\u0003') return end(() => reject(new Stopped('Stopped.')));
        if (key === '\u007f' || key === '\b') password = [...password].slice(0, -1).join('');
        else password += key;
      }
    };
    // Keeps the terminal from showing the password.
    input.setRawMode(true);
    input.on('data', read);
    input.resume();
  });
}
