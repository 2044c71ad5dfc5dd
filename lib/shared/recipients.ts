import { splitList } from './addresses.js';

/** The recipients of a message in a list. */
interface ListedRecipients {
  /** The stored addresses of the To line, separated by commas. */
  recipients: string;
  recipientCount: number;
}

/** Returns the listed addresses, with the number of further recipients. @param withMore returns both as a sentence */
export function listRecipients(
  { recipients, recipientCount }: ListedRecipients,
  withMore: (values: { recipients: string; count: number }) => string,
): string {
  const more = recipientCount - splitList(recipients).length;
  return more > 0 ? withMore({ recipients, count: more }) : recipients;
}
