import type { SecretLocation, SecretResolver } from '../secret/secret-resolver.js';
import { STORED } from '../shared/secrets.js';
import type { Secret } from '../secret/secret.js';
import type { SecretColumn } from '../shared/config-fields.js';

type Locations = Partial<Record<SecretColumn, SecretLocation>>;

/** The current secrets of a configuration. Secrets in its row are opened only to create a transport. */
export class OpenedSecrets {
  private constructor(
    private readonly resolver: SecretResolver,
    private readonly locations: Locations,
    private readonly read: ReadonlyMap<SecretColumn, Secret>,
  ) {}

  /** Reads the secrets from their sources, or from the cache. @throws MailError `SECRET` */
  static async open(resolver: SecretResolver, locations: Locations): Promise<OpenedSecrets> {
    const read = new Map<SecretColumn, Secret>();
    for (const [column, location] of entriesOf(locations)) {
      if (location.source !== STORED) read.set(column, await resolver.current(location));
    }
    return new OpenedSecrets(resolver, locations, read);
  }

  /** Increases when a secret in a source changes. */
  get revision(): number {
    return [...this.read.values()].reduce((sum, { revision }) => sum + revision, 0);
  }

  /** @throws MailError `SECRET` */
  async values(): Promise<Partial<Record<SecretColumn, string>>> {
    const values: Partial<Record<SecretColumn, string>> = {};
    for (const [column, location] of entriesOf(this.locations)) {
      values[column] = this.read.get(column)?.reveal() ?? (await this.resolver.resolve(location));
    }
    return values;
  }

  /** Reads the secrets again after a server refused them; undefined if none changed. */
  async renew(): Promise<OpenedSecrets | undefined> {
    const read = new Map(this.read);
    for (const [column, secret] of this.read) {
      read.set(column, (await this.resolver.renew(this.locations[column]!, secret)) ?? secret);
    }
    const renewed = new OpenedSecrets(this.resolver, this.locations, read);
    return renewed.revision === this.revision ? undefined : renewed;
  }
}

function entriesOf(locations: Locations): [SecretColumn, SecretLocation][] {
  return Object.entries(locations) as [SecretColumn, SecretLocation][];
}
