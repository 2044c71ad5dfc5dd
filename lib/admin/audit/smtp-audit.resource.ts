import type { BaseRecord } from 'adminjs';
import { SmtpResource } from '../adminjs/smtp.resource.js';

/** The change history as an AdminJS resource without records: only its list reads the entries. */
export class SmtpAuditResource extends SmtpResource<never> {
  constructor() {
    super('SmtpAudit', ['id']);
  }

  override async count(): Promise<number> {
    return 0;
  }

  override async find(): Promise<BaseRecord[]> {
    return [];
  }

  protected override async views(): Promise<never[]> {
    return [];
  }
}
